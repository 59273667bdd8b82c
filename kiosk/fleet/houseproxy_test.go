package fleet

import (
	"bytes"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// TestHouseProxies goes to the central office through the proxies that
// administrations have, with a password, and says what is wrong with another.
func TestHouseProxies(t *testing.T) {
	for name, start := range map[string]func(*testing.T, string) string{"tinyproxy": startTinyproxy, "squid": startSquid} {
		t.Run(name, func(t *testing.T) {
			o := newOffice(time.Now)
			server, ca := secure(t, o)
			_, officePort, err := net.SplitHostPort(strings.TrimPrefix(server.URL, "https://"))
			must(t, err)
			proxy := start(t, officePort)
			log := &cells{epoch: "e1"}
			log.add(3)
			a := newAgent(t, Options{CAFile: ca, Cells: log, Proxy: "http://borne:mot-de-passe@" + proxy})
			_, err = a.Enrol(t.Context(), server.URL, o.code)
			must(t, err)
			if n, err := a.Flush(t.Context()); n != 3 || err != nil {
				t.Errorf("Flush = %d, %v", n, err)
			}
			wrong := newAgent(t, Options{CAFile: ca, Proxy: "http://borne:autre@" + proxy})
			_, err = wrong.Enrol(t.Context(), server.URL, o.code)
			if !errors.Is(err, ErrUnreachable) || !strings.Contains(err.Error(), "roxy") || strings.Contains(err.Error(), "autre") {
				t.Errorf("a wrong password: %v, want a word of the proxy and none of the password", err)
			}
		})
	}
}

// freePort is one that nothing listens on.
func freePort(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	must(t, err)
	defer l.Close()
	_, port, err := net.SplitHostPort(l.Addr().String())
	must(t, err)
	return port
}

func startTinyproxy(t *testing.T, officePort string) string {
	port := freePort(t)
	file := filepath.Join(t.TempDir(), "tinyproxy.conf")
	must(t, os.WriteFile(file, fmt.Appendf(nil, "Port %s\nListen 127.0.0.1\nTimeout 60\nMaxClients 20\nConnectPort %s\nBasicAuth borne mot-de-passe\n", port, officePort), 0o600))
	return startProxy(t, port, exec.Command("/usr/bin/tinyproxy", "-d", "-c", file))
}

func startSquid(t *testing.T, officePort string) string {
	// squid gives root up, and must then still read its files.
	dir, err := os.MkdirTemp("", "borne-squid")
	must(t, err)
	t.Cleanup(func() { os.RemoveAll(dir) })
	must(t, os.Chmod(dir, 0o777))
	port := freePort(t)
	password, err := exec.Command("openssl", "passwd", "-apr1", "mot-de-passe").Output()
	must(t, err)
	users, file := filepath.Join(dir, "users"), filepath.Join(dir, "squid.conf")
	must(t, os.WriteFile(users, append([]byte("borne:"), password...), 0o644))
	must(t, os.WriteFile(file, fmt.Appendf(nil, `http_port 127.0.0.1:%s
auth_param basic program /usr/lib/squid/basic_ncsa_auth %s
auth_param basic children 2
acl known proxy_auth REQUIRED
acl office port %s
http_access allow known office
http_access deny all
access_log none
cache_log %s/cache.log
cache deny all
pid_filename %s/squid.pid
coredump_dir %s
visible_hostname squid.example
shutdown_lifetime 0 seconds
pinger_enable off
`, port, users, officePort, dir, dir, dir), 0o644))
	return startProxy(t, port, exec.Command("/usr/sbin/squid", "-N", "-f", file))
}

// startProxy starts a proxy and waits until it listens; it ends with the test.
func startProxy(t *testing.T, port string, command *exec.Cmd) string {
	t.Helper()
	if _, err := os.Stat(command.Path); err != nil {
		t.Fatalf("%v: packaging/setup/install has it", err)
	}
	var said bytes.Buffer
	command.Stdout, command.Stderr = &said, &said
	must(t, command.Start())
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		_ = command.Wait() // killed below
	}()
	t.Cleanup(func() {
		_ = command.Process.Kill()
		<-ended
		if t.Failed() {
			t.Logf("%s said: %s", command.Path, said.String())
		}
	})
	address := net.JoinHostPort("127.0.0.1", port)
	for deadline := time.Now().Add(time.Minute); ; time.Sleep(20 * time.Millisecond) {
		if c, err := net.Dial("tcp", address); err == nil {
			c.Close()
			return address
		}
		select {
		case <-ended:
			t.Fatalf("%s ended: %s", command.Path, said.String())
		default:
		}
		if time.Now().After(deadline) {
			t.Fatalf("%s does not listen", command.Path)
		}
	}
}
