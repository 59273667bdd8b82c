package browser

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"sync"
	"time"
)

// ErrGone is returned once the browser has closed its end.
var ErrGone = errors.New("the browser is gone")

const (
	// maxMessageBytes bounds what one message may take of our memory.
	maxMessageBytes = 64 << 20
	// maxEventBytes bounds what an event may take of our time: pages decide how
	// many there are. The longest that matters quotes an address twice, and
	// Chromium's longest address has 2 MiB (url::kMaxURLChars).
	maxEventBytes = 8 << 20
	// writeLimit is how long the browser may refuse to read.
	writeLimit = 5 * time.Second
)

// message is anything on the pipe: a command, its answer or an event. Each
// ends with a NUL byte.
type message struct {
	ID        int64           `json:"id,omitempty"`
	SessionID string          `json:"sessionId,omitempty"`
	Method    string          `json:"method,omitempty"`
	Params    json.RawMessage `json:"params,omitempty"`
	Result    json.RawMessage `json:"result,omitempty"`
	Error     *protocolError  `json:"error,omitempty"`
}

// protocolError is the browser's refusal of a command. Its data may quote an
// address, and is left out of the text.
type protocolError struct {
	Code    int    `json:"code"`
	Message string `json:"message"`
}

func (e *protocolError) Error() string {
	return fmt.Sprintf("the browser says: %s (%d)", e.Message, e.Code)
}

// conn carries commands and events. Answers are matched by the goroutine that
// reads, events are queued for another, so that whoever handles an event may
// send commands and wait for their answers.
type conn struct {
	pipe io.ReadWriteCloser
	// wanted says which events are queued, by their name; nil takes all.
	wanted  func(method string) bool
	writing sync.Mutex

	mu      sync.Mutex
	last    int64
	waiting map[int64]chan message
	queue   []message
	err     error

	queued chan struct{} // one token while the queue holds something
	done   chan struct{}
}

func newConn(pipe io.ReadWriteCloser, wanted func(method string) bool) *conn {
	c := &conn{
		pipe: pipe, wanted: wanted, waiting: map[int64]chan message{},
		queued: make(chan struct{}, 1), done: make(chan struct{}),
	}
	go c.read()
	return c
}

// call sends a command and waits for its answer; session is empty for the
// browser itself, result may be nil.
func (c *conn) call(ctx context.Context, session, method string, params, result any) error {
	answer := make(chan message, 1)
	id, err := c.send(session, method, params, answer)
	if err != nil {
		return fmt.Errorf("%s: %w", method, err)
	}
	select {
	case m := <-answer:
		if m.Error != nil {
			return fmt.Errorf("%s: %w", method, m.Error)
		}
		if result == nil {
			return nil
		}
		if err := json.Unmarshal(m.Result, result); err != nil {
			return fmt.Errorf("%s: read the answer: %w", method, err)
		}
		return nil
	case <-c.done:
		return fmt.Errorf("%s: %w", method, ErrGone)
	case <-ctx.Done():
		c.mu.Lock()
		delete(c.waiting, id)
		c.mu.Unlock()
		return fmt.Errorf("%s: %w", method, ctx.Err())
	}
}

// tell sends a command whose answer does not matter. Commands of one session
// are carried out in order.
func (c *conn) tell(session, method string, params any) {
	_, _ = c.send(session, method, params, nil) // a pipe that fails closes done
}

func (c *conn) send(session, method string, params any, answer chan message) (int64, error) {
	body := json.RawMessage("{}")
	if params != nil {
		var err error
		if body, err = json.Marshal(params); err != nil {
			return 0, err
		}
	}
	c.mu.Lock()
	if c.err != nil {
		c.mu.Unlock()
		return 0, ErrGone
	}
	c.last++
	id := c.last
	if answer != nil {
		c.waiting[id] = answer
	}
	c.mu.Unlock()
	b, err := json.Marshal(message{ID: id, SessionID: session, Method: method, Params: body})
	if err != nil {
		return 0, err
	}
	c.writing.Lock()
	defer c.writing.Unlock()
	if d, ok := c.pipe.(interface{ SetWriteDeadline(time.Time) error }); ok {
		_ = d.SetWriteDeadline(time.Now().Add(writeLimit))
	}
	if _, err := c.pipe.Write(append(b, 0)); err != nil {
		c.close(fmt.Errorf("write to the browser: %w", err)) // a half message cannot be taken back
		return 0, ErrGone
	}
	return id, nil
}

func (c *conn) read() {
	r := bufio.NewReaderSize(c.pipe, 64<<10)
	for {
		b, err := readMessage(r, maxMessageBytes)
		if err != nil {
			c.close(fmt.Errorf("read from the browser: %w", err))
			return
		}
		if name, is := eventName(b); is && (len(b) > maxEventBytes || c.wanted != nil && !c.wanted(name)) {
			continue
		}
		var m message
		if err := json.Unmarshal(b, &m); err != nil {
			c.close(errors.New("read from the browser: a message is not JSON"))
			return
		}
		c.take(m)
	}
}

// eventName reads the name of an event, which Chromium writes first, without
// decoding the rest. What begins otherwise is decoded whole.
func eventName(b []byte) (name string, is bool) {
	rest, is := bytes.CutPrefix(b, []byte(`{"method":"`))
	if !is {
		return "", false
	}
	i := bytes.IndexByte(rest, '"')
	if i < 0 {
		return "", false
	}
	return string(rest[:i]), true
}

// readMessage returns the bytes before the next NUL.
func readMessage(r *bufio.Reader, limit int) ([]byte, error) {
	var b []byte
	for {
		part, err := r.ReadSlice(0)
		if len(b)+len(part) > limit {
			return nil, fmt.Errorf("a message is longer than %d bytes", limit)
		}
		b = append(b, part...)
		if errors.Is(err, bufio.ErrBufferFull) {
			continue
		}
		if err != nil {
			return nil, err
		}
		return b[:len(b)-1], nil
	}
}

func (c *conn) take(m message) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if m.ID != 0 {
		if answer, ok := c.waiting[m.ID]; ok {
			answer <- m
			delete(c.waiting, m.ID)
		}
		return
	}
	c.push(m)
}

// note queues an event of our own behind those of the browser.
func (c *conn) note(method string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.push(message{Method: method, Params: json.RawMessage("{}")})
}

func (c *conn) push(m message) {
	c.queue = append(c.queue, m)
	select {
	case c.queued <- struct{}{}:
	default:
	}
}

// next returns the events that came since it was last called, nil once the
// connection is closed and all have been returned.
func (c *conn) next() []message {
	for {
		c.mu.Lock()
		batch := c.queue
		c.queue = nil
		c.mu.Unlock()
		if batch != nil {
			return batch
		}
		select {
		case <-c.queued:
		case <-c.done:
			c.mu.Lock()
			batch, c.queue = c.queue, nil
			c.mu.Unlock()
			return batch
		}
	}
}

func (c *conn) close(err error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.err == nil {
		c.err = err
		c.pipe.Close()
		close(c.done)
	}
}
