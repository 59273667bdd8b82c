package vm

import (
	"crypto/tls"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"net/netip"
	"runtime"
	"strings"
	"time"

	"golang.org/x/sys/unix"

	"borne/packaging/demo"
)

// cableScript runs QEMU in a network namespace of its own, which holds nothing but this end of the machine's cable: no
// packet leaves for anywhere else. It becomes QEMU, so that one process is started and one is ended.
const cableScript = `set -eu
ip link set lo up
ip tuntap add cable mode tap
for address in $ADDRESSES; do ip address add "$address" dev cable; done
ip link set cable up
exec "$@"`

// cableAddresses are this end's.
func cableAddresses() string {
	var list []string
	for _, a := range []netip.Addr{demo.SitesAddress(), demo.CentralAddress()} {
		list = append(list, netip.PrefixFrom(a, demo.Network().Bits()).String())
	}
	return strings.Join(list, " ")
}

// Listen listens at the far end of the machine's cable, on an address of the demonstration's network.
func (m *Machine) Listen(network, address string) (net.Listener, error) {
	type result struct {
		l   net.Listener
		err error
	}
	done := make(chan result)
	go func() {
		// Never unlocked: the thread is in the other namespace, and ends with this function.
		runtime.LockOSThread()
		fd, err := unix.Open(fmt.Sprintf("/proc/%d/ns/net", m.qemu.cmd.Process.Pid), unix.O_RDONLY|unix.O_CLOEXEC, 0)
		if err == nil {
			err = errors.Join(unix.Setns(fd, unix.CLONE_NEWNET), unix.Close(fd))
		}
		if err != nil {
			done <- result{nil, err}
			return
		}
		l, err := net.Listen(network, address)
		done <- result{l, err}
	}()
	r := <-done
	if r.err != nil {
		return nil, fmt.Errorf("listen on the machine's cable: %w", r.err)
	}
	return r.l, nil
}

// serve serves the demonstration's sites.
func (m *Machine) serve(port uint16, secure bool) error {
	listener, err := m.Listen("tcp", netip.AddrPortFrom(demo.SitesAddress(), port).String())
	if err != nil {
		return err
	}
	server := &http.Server{Handler: m.marker(m.Sites), ReadHeaderTimeout: 30 * time.Second,
		ErrorLog: slog.NewLogLogger(m.log.Handler(), slog.LevelDebug)}
	m.servers = append(m.servers, server)
	if secure {
		listener = tls.NewListener(listener, &tls.Config{GetCertificate: m.authority.GetCertificate, NextProtos: []string{"h2", "http/1.1"}})
	}
	go func() {
		if err := server.Serve(listener); !errors.Is(err, http.ErrServerClosed) {
			m.log.Error("the demonstration sites stopped", "error", err)
		}
	}()
	return nil
}
