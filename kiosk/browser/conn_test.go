package browser

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"net"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

// peer is the browser's end of a pipe.
type peer struct {
	t    *testing.T
	conn net.Conn
	r    *bufio.Reader
}

func newPeer(t *testing.T) (*conn, *peer) {
	t.Helper()
	ours, theirs := net.Pipe()
	t.Cleanup(func() { ours.Close(); theirs.Close() })
	return newConn(ours, nil), &peer{t, theirs, bufio.NewReader(theirs)}
}

func (p *peer) read() message {
	p.t.Helper()
	b, err := readMessage(p.r, 1<<20)
	if err != nil {
		p.t.Fatal(err)
	}
	var m message
	if err := json.Unmarshal(b, &m); err != nil {
		p.t.Fatal(err)
	}
	return m
}

func (p *peer) write(text string) {
	p.t.Helper()
	if _, err := p.conn.Write(append([]byte(text), 0)); err != nil {
		p.t.Fatal(err)
	}
}

func TestAnswersFindTheirCommands(t *testing.T) {
	c, p := newPeer(t)
	type outcome struct {
		value string
		err   error
	}
	ask := func(method string) chan outcome {
		done := make(chan outcome, 1)
		go func() {
			var v struct{ V string }
			err := c.call(t.Context(), "s", method, nil, &v)
			done <- outcome{v.V, err}
		}()
		return done
	}
	first := ask("a")
	a := p.read()
	second := ask("b")
	b := p.read()
	if a.SessionID != "s" || a.Method != "a" || string(a.Params) != "{}" {
		t.Errorf("the command was %+v", a)
	}
	answer, _ := json.Marshal(message{ID: b.ID, Result: json.RawMessage(`{"v":"second"}`)})
	p.write(string(answer))
	refusal, _ := json.Marshal(message{ID: a.ID, Error: &protocolError{Code: -1, Message: "no"}})
	p.write(string(refusal))
	if o := <-second; o.err != nil || o.value != "second" {
		t.Errorf("%+v", o)
	}
	var refused *protocolError
	if o := <-first; !errors.As(o.err, &refused) || refused.Message != "no" {
		t.Errorf("%+v", o)
	}
}

func TestEndOfThePipeReachesEveryone(t *testing.T) {
	for name, end := range map[string]func(*peer){
		"closed":      func(p *peer) { p.conn.Close() },
		"not JSON":    func(p *peer) { p.write("{") },
		"not objects": func(p *peer) { p.write("[]") },
	} {
		t.Run(name, func(t *testing.T) {
			c, p := newPeer(t)
			done := make(chan error, 1)
			go func() { done <- c.call(t.Context(), "", "a", nil, nil) }()
			p.read()
			end(p)
			if err := <-done; !errors.Is(err, ErrGone) {
				t.Errorf("got %v, want ErrGone", err)
			}
			if err := c.call(t.Context(), "", "a", nil, nil); !errors.Is(err, ErrGone) {
				t.Errorf("later: got %v, want ErrGone", err)
			}
			if batch := c.next(); batch != nil {
				t.Errorf("events after the end: %v", batch)
			}
		})
	}
}

func TestBrowserThatDoesNotReadIsGivenUp(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ours, theirs := net.Pipe() // nobody reads theirs
		defer theirs.Close()
		c := newConn(ours, nil)
		began := time.Now()
		if err := c.call(context.Background(), "", "a", nil, nil); !errors.Is(err, ErrGone) {
			t.Errorf("got %v, want ErrGone", err)
		}
		if took := time.Since(began); took != writeLimit {
			t.Errorf("given up after %v, want %v", took, writeLimit)
		}
	})
}

func TestEventsKeepTheirOrder(t *testing.T) {
	c, p := newPeer(t)
	for _, m := range []string{"a", "b", "c"} {
		p.write(`{"method":"` + m + `"}`)
	}
	p.conn.Close()
	<-c.done
	var got string
	for batch := c.next(); batch != nil; batch = c.next() {
		for _, m := range batch {
			got += m.Method
		}
	}
	if got != "abc" {
		t.Errorf("got %q", got)
	}
}

func FuzzReadMessage(f *testing.F) {
	f.Add([]byte("{}\x00"), 16)
	f.Add([]byte("\x00\x00"), 16)
	f.Add([]byte(strings.Repeat("a", 70)+"\x00b\x00"), 64)
	f.Add([]byte("no end"), 64)
	f.Fuzz(func(t *testing.T, in []byte, limit int) {
		r := bufio.NewReaderSize(bytes.NewReader(in), 16)
		var out []byte
		for {
			b, err := readMessage(r, limit)
			if err != nil {
				break
			}
			if len(b) >= limit || bytes.IndexByte(b, 0) >= 0 {
				t.Fatalf("a message of %d bytes, limit %d", len(b), limit)
			}
			out = append(append(out, b...), 0)
		}
		if !bytes.HasPrefix(in, out) {
			t.Fatal("what was read is not what was written")
		}
	})
}

// Whatever comes as an event, the browser package must not fall over.
func FuzzDispatch(f *testing.F) {
	for method := range handlers {
		f.Add(method, []byte(`{"sessionId":"s","targetInfo":{"targetId":"t","type":"page","url":""},"guid":"g","frame":{"unreachableUrl":"x"},"type":"alert","frameId":"t","name":"load","requestId":"r"}`))
	}
	f.Fuzz(func(t *testing.T, method string, params []byte) {
		ours, theirs := net.Pipe()
		defer theirs.Close()
		go func() { _, _ = bufio.NewReader(theirs).WriteTo(discard{}) }()
		b := newBrowser(ours, Control{})
		defer b.Close()
		p := &page{target: "t", session: "s"}
		b.steps, b.pages["s"] = []*page{p}, p
		_ = b.dispatch(message{Method: method, SessionID: "s", Params: params})
	})
}

type discard struct{}

func (discard) Write(b []byte) (int, error) { return len(b), nil }
