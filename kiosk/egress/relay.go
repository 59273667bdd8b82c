package egress

import (
	"io"
	"net"
	"strconv"
	"syscall"
	"time"

	"golang.org/x/sys/unix"
)

// lingerTimeout is how long an answered client may take to read its answer.
const lingerTimeout = time.Second

// lingerBytes is how much a client may still send meanwhile.
const lingerBytes = 64 << 10

func itoa(n int) string { return strconv.Itoa(n) }

// relay copies both ways until both sides have ended.
func (t *tunnel) relay(up int64) {
	c := &t.proxy.counters
	c.open.Add(1)
	c.tunnels.Add(1)
	defer c.open.Add(-1)
	done := make(chan struct{})
	go func() {
		defer close(done)
		c.up.Add(up + t.pump(t.remote, t.client))
	}()
	c.down.Add(t.pump(t.client, t.remote))
	<-done
}

// pump copies one way. A clean end is passed on as a half-close, so that the
// other way may go on; a fault ends the tunnel.
func (t *tunnel) pump(dst, src net.Conn) int64 {
	n, more, err := copyFirst(dst, src)
	if more && err == nil {
		// Between two TCP sockets on Linux the bytes never enter this process
		// (splice), at the price of a pipe.
		var rest int64
		rest, err = io.Copy(dst, src)
		n += rest
	}
	half, ok := dst.(interface{ CloseWrite() error })
	if err != nil || !ok || half.CloseWrite() != nil {
		t.close()
	}
	return n
}

// linger ends the client's side without a reset, which could overtake the
// answer: it reads what is still on its way.
func (t *tunnel) linger() {
	if half, ok := t.client.(interface{ CloseWrite() error }); ok && half.CloseWrite() == nil {
		io.CopyN(io.Discard, t.client, lingerBytes)
	}
}

// silentFor reports whether neither side has sent a byte for d. A tunnel that
// is not relaying yet has its own deadlines.
func (t *tunnel) silentFor(d time.Duration) bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.remote == nil || t.closed {
		return false
	}
	return silence(t.client) >= d && silence(t.remote) >= d
}

// silence is the time since a TCP socket last received data; 0 when unknown.
func silence(conn net.Conn) time.Duration {
	sc, ok := conn.(syscall.Conn)
	if !ok {
		return 0
	}
	raw, err := sc.SyscallConn()
	if err != nil {
		return 0
	}
	var idle time.Duration
	raw.Control(func(fd uintptr) {
		if info, err := unix.GetsockoptTCPInfo(int(fd), unix.IPPROTO_TCP, unix.TCP_INFO); err == nil {
			idle = time.Duration(info.Last_data_recv) * time.Millisecond
		}
	})
	return idle
}
