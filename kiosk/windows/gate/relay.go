package gate

import (
	"bufio"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"net"
)

// headBytes is how much of a request is read before it is judged: every field
// that a rule looks at lies within, and a request of this size is judged whole.
const headBytes = 64

// maxWords bounds a request, in words of four bytes: an image of a large
// screen is 8 MB.
const maxWords = 4 << 20

// relay is one connection, from greeting to end.
func (g *Gate) relay(ctx context.Context, browser *net.UnixConn) error {
	defer browser.Close()
	server, err := g.server.dial()
	if err != nil {
		return err
	}
	defer server.Close()
	stop := context.AfterFunc(ctx, func() { browser.Close(); server.Close() })
	defer stop()

	answer, err := greetServer(browser, server, g.server.number)
	if err != nil {
		return err
	}
	setup, err := parseSetup(answer)
	if err != nil {
		return err
	}
	// Left before the server learns of the end, and may give the range to
	// somebody else.
	leave := g.families.join(setup.base, setup.mask)
	defer leave()
	if _, err := browser.Write(answer); err != nil {
		return fmt.Errorf("answer the browser: %w", err)
	}
	go func() {
		_, _ = io.Copy(browser, server) // either side's end is told by the other
		browser.Close()
	}()
	r := relay{server: g.server, judge: judge{root: setup.root, owns: g.families.owns}}
	return r.requests(browser, server)
}

// relay reads requests.
type relay struct {
	server upstream
	judge  judge
	// big is true once the server takes long lengths.
	big bool
}

// errFraming ends a connection: a length that the server may read otherwise
// than we do would let the rest pass unread.
var errFraming = errors.New("a request's length makes no sense")

// requests copies what passes from the browser to the server, in order, and
// puts something harmless in the place of what does not, so that the server's
// count of requests stays the browser's.
func (r *relay) requests(browser io.Reader, server io.Writer) error {
	in, out := bufio.NewReaderSize(browser, 64<<10), bufio.NewWriterSize(server, 64<<10)
	for {
		if in.Buffered() < 4 { // nothing more to send for now
			if err := out.Flush(); err != nil {
				return fmt.Errorf("send to the X server: %w", err)
			}
		}
		if err := r.request(in, out); err != nil {
			if errors.Is(err, io.EOF) {
				return nil
			}
			return err
		}
	}
}

func (r *relay) request(in *bufio.Reader, out *bufio.Writer) error {
	words, err := r.length(in)
	if err != nil {
		return err
	}
	var head [headBytes + 4]byte
	req := head[:min(words*4, headBytes)]
	if _, err := io.ReadFull(in, req); err != nil {
		return err
	}
	rest := int64(words)*4 - int64(len(req))
	whole := rest == 0
	switch verdict := r.verdict(req, whole); verdict {
	case passed:
		if err := writeHead(out, req, words); err != nil {
			return err
		}
		if rest > 0 {
			if _, err := io.CopyN(out, in, rest); err != nil {
				return err
			}
		}
		if req[0] == r.server.big && r.server.big != 0 {
			r.big = true
		}
		return nil
	default:
		if _, err := io.CopyN(io.Discard, in, rest); err != nil {
			return err
		}
		_, err := out.Write(verdict.instead())
		return err
	}
}

// length returns a request's length in words, its four-byte head included and
// the field of a long length left out. That field is taken from the stream and
// written again by writeHead: short lengths are always written short.
func (r *relay) length(in *bufio.Reader) (words int, err error) {
	head, err := in.Peek(4)
	if err != nil {
		return 0, err
	}
	if n := int(binary.LittleEndian.Uint16(head[2:])); n > 0 {
		return n, nil
	}
	if !r.big {
		return 0, errFraming
	}
	long, err := in.Peek(8)
	if err != nil {
		return 0, err
	}
	n := binary.LittleEndian.Uint32(long[4:])
	if n < 2 || n > maxWords {
		return 0, errFraming
	}
	// The head moves over the field: what follows reads as a short request.
	var moved [4]byte
	copy(moved[:], long[:4])
	if _, err := in.Discard(4); err != nil {
		return 0, err
	}
	next, err := in.Peek(4)
	if err != nil {
		return 0, err
	}
	copy(next, moved[:])
	return int(n) - 1, nil
}

func writeHead(out *bufio.Writer, req []byte, words int) error {
	if words <= 0xffff {
		binary.LittleEndian.PutUint16(req[2:], uint16(words))
		_, err := out.Write(req)
		return err
	}
	binary.LittleEndian.PutUint16(req[2:], 0)
	var long [4]byte
	binary.LittleEndian.PutUint32(long[:], uint32(words+1))
	_, err := out.Write(append(append(append(make([]byte, 0, len(req)+4), req[:4]...), long[:]...), req[4:]...))
	return err
}

// verdict judges a request by its first bytes.
func (r *relay) verdict(req []byte, whole bool) verdict {
	if req[0] < 128 {
		return r.judge.core(req, whole)
	}
	m, known := r.server.extensions[req[0]]
	if !known {
		return refusedAloud
	}
	rule, known := m[req[1]]
	if !known {
		return refusedAloud
	}
	return r.judge.apply(rule, req, whole)
}
