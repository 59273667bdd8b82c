package egress

import (
	"context"
	"net"
	"syscall"
	"time"

	"golang.org/x/sys/unix"
)

const (
	// uploadEvery is how often the tunnels are asked what they sent.
	uploadEvery = 5 * time.Second
	// uploadBytes is how much leaves within that time when a visitor sends a
	// document, over a slow line too (50 kbit/s); a page that merely asks for
	// things sends a few.
	uploadBytes = 32 << 10
)

// uploads says when documents begin and cease to leave, by what the other ends
// have acknowledged of all tunnels together: which of them, and where it goes,
// is not told. The kernel counts, so that the relay needs no code per byte.
func (s *session) uploads(ctx context.Context, every time.Duration, tell func(bool)) {
	tick := time.NewTicker(every)
	defer tick.Stop()
	on := false
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
		var sent uint64
		s.mu.Lock()
		for t := range s.tunnels {
			sent += t.sentSince()
		}
		s.mu.Unlock()
		if now := sent >= uploadBytes; now != on {
			on = now
			tell(on)
		}
	}
}

// sentSince is what the site took since it was last asked.
func (t *tunnel) sentSince() uint64 {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.remote == nil || t.closed {
		return 0
	}
	before := t.acked
	t.acked = acknowledged(t.remote)
	return t.acked - min(before, t.acked)
}

// acknowledged is what the other end of a TCP socket has taken, in bytes; 0
// when unknown.
func acknowledged(conn net.Conn) (bytes uint64) {
	sc, ok := conn.(syscall.Conn)
	if !ok {
		return 0
	}
	raw, err := sc.SyscallConn()
	if err != nil {
		return 0
	}
	raw.Control(func(fd uintptr) {
		if info, err := unix.GetsockoptTCPInfo(int(fd), unix.IPPROTO_TCP, unix.TCP_INFO); err == nil {
			bytes = info.Bytes_acked
		}
	})
	return bytes
}
