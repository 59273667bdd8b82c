package peers

import (
	"fmt"
	"net"
	"net/netip"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"syscall"
	"testing"

	"borne/packaging/demo"
)

// The sites: one sends bytes to whoever has said hello, the other speaks TLS.
const (
	bulkHost = string(demo.Caf)
	tlsHost  = string(demo.Impots)
)

var (
	bulkAddress = netip.AddrPortFrom(demo.SitesAddress(), 443)
	tlsAddress  = netip.AddrPortFrom(demo.SitesAddress().Next(), 443)
)

var network sync.Once

// enter readies the namespace that the test binary was started in: addresses that look public, as no interface's own, and
// their names in a hosts file that nobody else sees.
func enter(b *testing.B) {
	b.Helper()
	interfaces, err := net.Interfaces()
	if err != nil {
		b.Fatal(err)
	}
	if os.Geteuid() != 0 || len(interfaces) != 1 || interfaces[0].Name != "lo" {
		b.Skip("not in an empty network: go test -exec 'unshare --net --mount --' -bench . ./packaging/peers, as root")
	}
	network.Do(func() {
		hosts := filepath.Join(b.TempDir(), "hosts")
		text := fmt.Sprintf("127.0.0.1 localhost\n%s %s\n%s %s\n", bulkAddress.Addr(), bulkHost, tlsAddress.Addr(), tlsHost)
		if err := os.WriteFile(hosts, []byte(text), 0o644); err != nil {
			b.Fatal(err)
		}
		if err := syscall.Mount(hosts, "/etc/hosts", "", syscall.MS_BIND, ""); err != nil {
			b.Fatalf("show a hosts file: %v", err)
		}
		for _, command := range [][]string{
			{"ip", "link", "set", "lo", "up"},
			{"ip", "route", "add", "local", demo.Network().String(), "dev", "lo"},
		} {
			if out, err := exec.Command(command[0], command[1:]...).CombinedOutput(); err != nil {
				b.Fatalf("%v: %v: %s", command, err, out)
			}
		}
	})
}

// serve accepts connections until the benchmark ends.
func serve(b *testing.B, address netip.AddrPort, handle func(*net.TCPConn)) {
	b.Helper()
	l, err := net.ListenTCP("tcp", net.TCPAddrFromAddrPort(address))
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { l.Close() })
	go func() {
		for {
			conn, err := l.AcceptTCP()
			if err != nil {
				return
			}
			go handle(conn)
		}
	}()
}
