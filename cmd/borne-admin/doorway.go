package main

import (
	"context"
	"crypto/tls"
	"errors"
	"io"
	"log/slog"
	"net"
	"sync"
	"syscall"
	"time"

	"golang.org/x/sys/unix"
)

const (
	// handshakeWithin is how long a client may take to agree on keys.
	handshakeWithin = 10 * time.Second
	// idleFor is how long a connection may be silent between two requests.
	idleFor = 2 * time.Minute
)

// doorway is a listener that hands out connections ready to be served: over
// TLS once the handshake is done, on a stack of its own, which would otherwise
// be the deepest call of a goroutine that waits for most of a minute; and again
// those that were taken from the server while their check-in was held
// (api.Door).
type doorway struct {
	net.Listener
	tls    *tls.Config // nil for none
	log    *slog.Logger
	ready  chan net.Conn
	failed chan error
	open   context.Context // ends with Close
	shut   context.CancelFunc
	out    sync.WaitGroup // those that are held outside
}

func newDoorway(l net.Listener, config *tls.Config, log *slog.Logger) *doorway {
	d := &doorway{Listener: l, tls: config, log: log, ready: make(chan net.Conn), failed: make(chan error)}
	d.open, d.shut = context.WithCancel(context.Background())
	go d.run()
	return d
}

// run accepts until the listener is closed. The server says how long to wait
// after an error by when it asks again.
func (d *doorway) run() {
	for {
		c, err := d.Listener.Accept()
		switch {
		case err != nil:
			select {
			case d.failed <- err:
			case <-d.open.Done():
				return
			}
		case d.tls == nil:
			d.enter(c)
		default:
			go d.shake(c)
		}
	}
}

// shake agrees on keys; a slow client holds nobody up.
func (d *doorway) shake(c net.Conn) {
	secure := tls.Server(c, d.tls)
	ctx, cancel := context.WithTimeout(d.open, handshakeWithin)
	defer cancel()
	err := secure.HandshakeContext(ctx)
	if err == nil {
		d.enter(secure)
		return
	}
	// Who speaks plain HTTP is told, as net/http would.
	if refused, ok := errors.AsType[tls.RecordHeaderError](err); ok && refused.Conn != nil && d.open.Err() == nil {
		_ = refused.Conn.SetWriteDeadline(time.Now().Add(time.Second))
		_, _ = io.WriteString(refused.Conn, "HTTP/1.0 400 Bad Request\r\n\r\nThis is an HTTPS server.\n")
	}
	d.log.Debug("TLS handshake", "from", c.RemoteAddr().String(), "error", err)
	_ = c.Close()
}

func (d *doorway) enter(c net.Conn) {
	select {
	case d.ready <- c:
	case <-d.open.Done():
		_ = c.Close()
	}
}

// Accept implements net.Listener.
func (d *doorway) Accept() (net.Conn, error) {
	select {
	case c := <-d.ready:
		return c, nil
	case err := <-d.failed:
		return nil, err
	case <-d.open.Done():
		return nil, net.ErrClosed
	}
}

// Close implements net.Listener. Those outside are answered all the same.
func (d *doorway) Close() error {
	d.shut()
	return d.Listener.Close()
}

// Out implements api.Door.
func (d *doorway) Out() (back func(c net.Conn, again bool)) {
	d.out.Add(1)
	return func(c net.Conn, again bool) {
		d.out.Done()
		switch {
		case c == nil:
		case again && d.speaks(c):
			d.enter(c)
		default:
			_ = c.Close()
		}
	}
}

// speaks waits for the first byte of a next request, which it leaves where it
// is, and reports whether there was one: the server allows for the whole of a
// request's headers from when it gets the connection.
func (d *doorway) speaks(c net.Conn) bool {
	if secure, ok := c.(*tls.Conn); ok {
		c = secure.NetConn()
	}
	socket, ok := c.(syscall.Conn)
	if !ok {
		return false
	}
	raw, err := socket.SyscallConn()
	if err != nil || c.SetReadDeadline(time.Now().Add(idleFor)) != nil {
		return false
	}
	stop := context.AfterFunc(d.open, func() { _ = c.SetReadDeadline(time.Unix(1, 0)) })
	defer stop()
	var there bool
	err = raw.Read(func(fd uintptr) bool {
		var one [1]byte
		n, _, err := unix.Recvfrom(int(fd), one[:], unix.MSG_PEEK|unix.MSG_DONTWAIT)
		there = n > 0
		return !errors.Is(err, unix.EAGAIN) && !errors.Is(err, unix.EINTR)
	})
	return err == nil && there && c.SetReadDeadline(time.Time{}) == nil
}

// wait returns once nobody is outside, or ctx ends.
func (d *doorway) wait(ctx context.Context) error {
	in := make(chan struct{})
	go func() {
		d.out.Wait()
		close(in)
	}()
	select {
	case <-in:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
