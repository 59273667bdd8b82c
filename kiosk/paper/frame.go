package paper

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"
)

// What goes over the socket: the number of pages in four bytes, then parts,
// each behind its length in four bytes, and a part of no length at the end.
const (
	maxPages = 9999
	maxPart  = 64 << 10
)

// ErrCut is returned for what ends before its end: the reader of the document
// gave up, or was ended.
var ErrCut = errors.New("the document could not be read")

type writer struct{ w io.Writer }

func (w writer) pages(n int) error {
	return binary.Write(w.w, binary.BigEndian, uint32(n))
}

// Write sends parts; an empty one would be the end, and is not sent.
func (w writer) Write(b []byte) (sent int, err error) {
	for len(b) > 0 {
		part := b[:min(len(b), maxPart)]
		if err := binary.Write(w.w, binary.BigEndian, uint32(len(part))); err != nil {
			return sent, err
		}
		n, err := w.w.Write(part)
		if sent += n; err != nil {
			return sent, err
		}
		b = b[len(part):]
	}
	return sent, nil
}

func (w writer) end() error { return binary.Write(w.w, binary.BigEndian, uint32(0)) }

// Receive reads what Serve writes into w, and returns how many pages the
// document has. bytes is 0 when they are more than Serve was to write, or none
// came. More than limit bytes are an error.
func Receive(r io.Reader, w io.Writer, limit int64) (pages int, written int64, err error) {
	length := func() (uint32, error) {
		var b [4]byte
		if _, err := io.ReadFull(r, b[:]); err != nil {
			return 0, fmt.Errorf("%w: %v", ErrCut, err)
		}
		return binary.BigEndian.Uint32(b[:]), nil
	}
	n, err := length()
	if err != nil {
		return 0, 0, err
	}
	if n < 1 || n > maxPages {
		return 0, 0, fmt.Errorf("%w: it says %d pages", ErrCut, n)
	}
	for {
		part, err := length()
		switch {
		case err != nil:
			return 0, 0, err
		case part == 0:
			return int(n), written, nil
		case part > maxPart:
			return 0, 0, fmt.Errorf("%w: a part of %d bytes", ErrCut, part)
		case written+int64(part) > limit:
			return 0, 0, fmt.Errorf("%w: more than %d bytes", ErrCut, limit)
		}
		if _, err := io.CopyN(w, r, int64(part)); err != nil {
			return 0, 0, fmt.Errorf("%w: %v", ErrCut, err)
		}
		written += int64(part)
	}
}
