package egress

import (
	"net"
	"sync"
	"syscall"

	"golang.org/x/sys/unix"
)

// firstBytes of one way are copied, since most tunnels carry no more than a
// handshake and a page; chunkBytes at a time, a TLS record's size.
const (
	firstBytes = 64 << 10
	chunkBytes = 16 << 10
)

var chunks = sync.Pool{New: func() any { return new([chunkBytes]byte) }}

// copyFirst copies the first bytes of one way; more is false when src has
// ended. It holds a buffer only while there is something to copy.
func copyFirst(dst, src net.Conn) (n int64, more bool, err error) {
	sc, ok := src.(syscall.Conn)
	if !ok {
		return 0, true, nil
	}
	raw, err := sc.SyscallConn()
	if err != nil {
		return 0, false, err
	}
	for n < firstBytes {
		got, err := copyChunk(dst, raw)
		n += int64(got)
		if got == 0 || err != nil {
			return n, false, err
		}
	}
	return n, true, nil
}

// copyChunk waits until there is something to read, and passes it on; 0 is the
// end.
func copyChunk(dst net.Conn, src syscall.RawConn) (int, error) {
	var chunk *[chunkBytes]byte
	var n int
	var err error
	waited := src.Read(func(fd uintptr) bool {
		chunk = chunks.Get().(*[chunkBytes]byte)
		for err = unix.EINTR; err == unix.EINTR; {
			n, err = unix.Read(int(fd), chunk[:])
		}
		if err != unix.EAGAIN {
			return true
		}
		chunks.Put(chunk)
		chunk = nil
		return false
	})
	if chunk == nil {
		return 0, waited // the connection was closed
	}
	defer chunks.Put(chunk)
	if err != nil || n == 0 {
		return 0, err
	}
	return dst.Write(chunk[:n])
}
