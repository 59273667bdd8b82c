package egress

import (
	"bytes"
	"context"
	"encoding/binary"
	"encoding/json"
	"io"
	"net"
	"strings"
	"testing"
	"time"
)

func framed(bodies ...string) (b []byte) {
	for _, body := range bodies {
		b = binary.BigEndian.AppendUint32(b, uint32(len(body)))
		b = append(b, body...)
	}
	return b
}

const setupFrame = `{"number":1,"setup":{"catalogue":{"themes":null,"services":[{"id":"caf","start":"https://www.caf.test/","navigable":[{"host":"*.caf.test"}]}]},"policy":{"groups":null,"collectors":null},"limits":{}}}`

// FuzzWorker feeds the process's end: whatever comes, it ends with the stream,
// and what was not ordered in full frames lets nothing through.
func FuzzWorker(f *testing.F) {
	f.Add(framed(setupFrame, `{"number":2,"visit":{"language":"fr"}}`, `{"number":3,"deny":true}`, `{"number":4,"stop":true}`))
	f.Add(framed(setupFrame, `{"number":2,"visit":{"hosts":["added.test","*.evil.test"]}}`))
	f.Add(framed(`{"number":1,"setup":{"catalogue":{},"policy":{},"upstream":"http://u:p@10.0.0.1:3128","limits":{"HeaderBytes":-1}}}`))
	f.Add([]byte("\x00\x00\x00\x02{}\xff\xff\xff\xff"))
	f.Fuzz(func(t *testing.T, b []byte) {
		l := newSilentListener()
		ours, theirs := net.Pipe()
		ended := make(chan struct{})
		go func() { Work(context.Background(), theirs, l, Options{}); close(ended) }()
		go io.Copy(io.Discard, ours)
		ours.SetWriteDeadline(time.Now().Add(20 * time.Second))
		ours.Write(b)
		ours.Close()
		select {
		case <-ended:
		case <-time.After(20 * time.Second):
			t.Fatal("the worker outlives its stream")
		}
		if !l.isClosed() {
			t.Fatal("the listener outlives the worker")
		}
	})
}

// silentListener never has a connection: a listener without a port.
type silentListener struct{ closed, done chan struct{} }

func newSilentListener() *silentListener {
	return &silentListener{closed: make(chan struct{}, 1), done: make(chan struct{})}
}

func (l *silentListener) Accept() (net.Conn, error) {
	<-l.done
	return nil, net.ErrClosed
}

func (l *silentListener) Close() error {
	select {
	case l.closed <- struct{}{}:
		close(l.done)
	default:
	}
	return nil
}

func (l *silentListener) Addr() net.Addr { return &net.TCPAddr{} }

func (l *silentListener) isClosed() bool {
	select {
	case <-l.done:
		return true
	default:
		return false
	}
}

// FuzzWords feeds borned's end: whatever a process says, borned is told only
// of words that are whole, known and bounded, and nothing hangs.
func FuzzWords(f *testing.F) {
	f.Add(framed(`{"done":1}`, `{"refused":{"reason":"port","host":"a.test","noise":true}}`, `{"upstream":"authentication"}`))
	f.Add(framed(`{"done":1,"fault":"no"}`, `{"uploading":true}`, `{"uploading":false,"done":2}`))
	f.Add(framed(`{"done":18446744073709551615,"stats":{"open":-1,"refused":{"x":1}}}`))
	f.Add([]byte{0, 0, 16, 1})
	f.Fuzz(func(t *testing.T, b []byte) {
		ours, theirs := net.Pipe()
		go func() {
			var o order
			readFrame(theirs, &o, maxOrderBytes)
			theirs.Write(b)
			theirs.Close()
		}()
		ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
		defer cancel()
		r, err := Attach(ctx, ours, Setup{}, Told{
			Refused: func(r Refusal) {
				if len(r.Host) > maxWordBytes {
					t.Error("a host without bound")
				}
			},
			Upstream: func(s UpstreamState) {
				if !s.known() {
					t.Errorf("state %q", s)
				}
			},
		})
		if ctx.Err() != nil {
			t.Fatal("it hangs")
		}
		if err == nil {
			<-r.Done()
		}
	})
}

// FuzzFrame holds that what is read was written, byte by byte, and that what
// is accepted can be said again.
func FuzzFrame(f *testing.F) {
	f.Add(framed(setupFrame))
	f.Add(framed(`{"number":7,"deny":true}`, `{"number":8,"stop":true}`))
	f.Add(framed(`{"Number":7,"DENY":true}`))
	f.Fuzz(func(t *testing.T, b []byte) {
		var first, second order
		if readFrame(bytes.NewReader(b), &first, 1<<16) != nil {
			return
		}
		var again bytes.Buffer
		if err := writeFrame(&again, first, 1<<20); err != nil {
			t.Fatal(err)
		}
		if err := readFrame(&again, &second, 1<<20); err != nil || again.Len() != 0 {
			t.Fatal(err)
		}
		x, _ := json.Marshal(first)
		y, _ := json.Marshal(second)
		if !bytes.Equal(x, y) {
			t.Fatalf("%s became %s", x, y)
		}
	})
}

// FuzzHead holds that a request head that is taken has one meaning: what a
// laxer reader would see in it is the same.
func FuzzHead(f *testing.F) {
	for _, seed := range []string{
		connectTo(host), "GET http://" + host + "/ HTTP/1.1\r\nHost: x\r\nUpgrade-Insecure-Requests: 1\r\n\r\n",
		"CONNECT a:443 HTTP/1.0\r\n\r\n", "CONNECT a:1 HTTP/1.1\nHost: b\n\n\r\n\r\n", "POST http://a/ HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\n",
		"GET / HTTP/1.1\r\nHost: a\r\n folded\r\n\r\n", "GET / HTTP/1.1\nHost: a\r\n\r\n", "CONNECT a:443 HTTP/1.1\r\nHost: b:443\r\n\r\n",
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		r, err := parseHead(b)
		if err != nil {
			return
		}
		if r.method == "CONNECT" && r.host != "" && !sameAuthority(r.host, r.target) {
			t.Fatalf("%q speaks of two hosts", b)
		}
		if bytes.Count(b, []byte("\n")) != bytes.Count(b, []byte("\r\n")) || bytes.Count(b, []byte("\r")) != bytes.Count(b, []byte("\r\n")) {
			t.Fatalf("%q has a line end that is none", b)
		}
		if r.target == "" || strings.ContainsAny(r.target, " \t\r\n\x00") || strings.ContainsAny(r.host+r.method, "\r\n\x00") {
			t.Fatalf("target %q", r.target)
		}
		if bytes.Contains(bytes.ToLower(b), []byte("\r\ntransfer-encoding:")) {
			t.Fatalf("%q has a body of unknown length", b)
		}
	})
}

// FuzzUpstreamAnswer holds that only a clean 2xx opens a tunnel.
func FuzzUpstreamAnswer(f *testing.F) {
	for _, seed := range []string{"HTTP/1.1 200 OK\r\n\r\n", "HTTP/1.0 407 \r\n\r\n", "HTTP/1.1 200", "HTTP/2 200\r\n\r\n", "HTTP/1.1 2\r\n\r\n", "\r\n\r\n"} {
		f.Add([]byte(seed), false)
		f.Add([]byte(seed), true)
	}
	f.Fuzz(func(t *testing.T, head []byte, more bool) {
		if upstreamAnswer(head, more) == nil && (more || !strings.HasPrefix(string(head), "HTTP/1.") || len(head) < 12 || head[9] != '2') {
			t.Fatalf("%q, more %v: a tunnel", head, more)
		}
	})
}
