package egress

import (
	"bytes"
	"crypto/rand"
	"io"
	"net"
	"testing"
)

// Lengths around the change from copying to splicing arrive whole, both ways
// at once, and are counted.
func TestRelayOfAnyLength(t *testing.T) {
	first := hello(t, host)
	for _, n := range []int{0, 1, chunkBytes, firstBytes - 1, firstBytes, firstBytes + 1, 1 << 20} {
		up, down := make([]byte, n), make([]byte, n)
		rand.Read(up)
		rand.Read(down)
		received := make(chan []byte, 1)
		h := start(t, listen(t, func(conn net.Conn) {
			defer conn.Close()
			go func() {
				conn.Write(down)
				conn.(*net.TCPConn).CloseWrite()
			}()
			all, _ := io.ReadAll(conn)
			received <- all
		}), nil)
		conn := h.tunnelTo(t, host)
		go func() {
			conn.Write(append(bytes.Clone(first), up...))
			conn.CloseWrite()
		}()
		got, err := io.ReadAll(conn)
		if err != nil || !bytes.Equal(got, down) {
			t.Fatalf("%d bytes down: %d came, %v", n, len(got), err)
		}
		if all := <-received; !bytes.Equal(all, append(bytes.Clone(first), up...)) {
			t.Fatalf("%d bytes up: %d came", len(first)+n, len(all))
		}
		h.stop()
		<-h.served
		h.served <- nil
		if s := h.proxy.Stats(); s.BytesUp != int64(len(first)+n) || s.BytesDown != int64(n) {
			t.Fatalf("%d bytes: counted %d up, %d down", n, s.BytesUp, s.BytesDown)
		}
	}
}

// A fault of either side ends both ways, also before anything is spliced.
func TestRelayEndsWithAFault(t *testing.T) {
	accepted := make(chan *net.TCPConn, 1)
	h := start(t, listen(t, func(conn net.Conn) { accepted <- conn.(*net.TCPConn) }), nil)
	conn := h.tunnelTo(t, host)
	conn.Write(hello(t, host))
	site := <-accepted
	site.SetLinger(0) // a reset
	site.Close()
	if n, err := conn.Read(make([]byte, 1)); err == nil || isTimeout(err) {
		t.Fatalf("%d, %v: still open", n, err)
	}
	h.stop()
	<-h.served
	h.served <- nil
}
