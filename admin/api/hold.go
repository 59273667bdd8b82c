package api

import (
	"bytes"
	"context"
	"io"
	"log/slog"
	"net"
	"net/http"
	"runtime/debug"
	"time"

	"borne/kiosk"
)

// A check-in that is held for most of a minute needs neither the goroutine that
// net/http serves its connection with, nor the buffers of that one, nor its
// request: three quarters of the memory that it would take. Over HTTP/1.1 its
// connection is taken from the server meanwhile, and given back for the next
// request. HTTP/2, where a connection has many requests, is held by net/http.

// Door is the way out of a server for a connection, and back in.
type Door interface {
	// Out is told that a connection is about to be taken from the server. What
	// it returns is called once: with the connection, or nil when it could not
	// be taken, and whether it may serve another request. Otherwise it is
	// closed.
	Out() (back func(c net.Conn, again bool))
}

type doorKey struct{}

// WithDoor says by which door the connections come whose requests have ctx.
func WithDoor(ctx context.Context, d Door) context.Context {
	return context.WithValue(ctx, doorKey{}, d)
}

// answerWithin bounds how long a held check-in takes to be answered once it is
// over: its rows, and the line.
const answerWithin = 10 * time.Second

// outside is a connection that was taken from its server.
type outside struct {
	conn   net.Conn
	header http.Header
	again  bool
	back   func(net.Conn, bool)
}

// take takes the connection of a request, whose body was read to its end.
func take(w http.ResponseWriter, r *http.Request) (o outside, ok bool) {
	door, ok := r.Context().Value(doorKey{}).(Door)
	if !ok || r.ProtoMajor != 1 || !r.ProtoAtLeast(1, 1) || r.Close {
		return o, false
	}
	o = outside{header: w.Header().Clone(), back: door.Out()}
	c, buffered, err := http.NewResponseController(w).Hijack()
	if err != nil {
		o.back(nil, false)
		return o, false
	}
	o.conn = c
	// What was read too far would be lost: who does not wait for an answer
	// before the next request gets a connection for each.
	o.again = buffered.Reader.Buffered() == 0
	return o, true
}

// aside is an answer that is written once it is whole.
type aside struct {
	header http.Header
	status int
	body   bytes.Buffer
}

func (a *aside) Header() http.Header { return a.header }

func (a *aside) WriteHeader(status int) { a.status = status }

func (a *aside) Write(p []byte) (int, error) { return a.body.Write(p) }

// send writes an answer as net/http would, and gives the connection back.
func (o outside) send(a *aside, now time.Time) {
	if a.header.Get("Date") == "" {
		a.header.Set("Date", now.UTC().Format(http.TimeFormat))
	}
	res := http.Response{ProtoMajor: 1, ProtoMinor: 1, StatusCode: a.status, Header: a.header, ContentLength: int64(a.body.Len()),
		Body: io.NopCloser(&a.body), Close: !o.again}
	var wire bytes.Buffer
	err := res.Write(&wire)
	if err == nil {
		err = o.conn.SetWriteDeadline(time.Now().Add(answerWithin))
	}
	if err == nil {
		_, err = o.conn.Write(wire.Bytes())
	}
	if err == nil {
		err = o.conn.SetWriteDeadline(time.Time{})
	}
	o.back(o.conn, o.again && err == nil)
}

// holdOutside waits for what there is to tell, and tells it.
func (d *Device) holdOutside(o outside, h held) {
	defer h.leave()
	defer func() {
		if failure := recover(); failure != nil {
			d.Log.Error("held check-in", "panic", failure, "stack", string(debug.Stack()))
			o.back(o.conn, false)
		}
	}()
	timer := time.NewTimer(h.wait)
	defer timer.Stop()
	for {
		over, _ := d.pause(context.Background(), h, timer.C)
		var a *aside
		apart(func() {
			defer d.work.end()
			a = d.answerHeld(o, h, over)
		})
		if a != nil {
			if d.Bell.stopping() {
				o.again = false
			}
			o.send(a, d.Now())
			return
		}
	}
}

// answerHeld returns the answer to a held check-in, nil when it goes on waiting.
func (d *Device) answerHeld(o outside, h held, over bool) *aside {
	ctx, cancel := context.WithTimeout(context.Background(), answerWithin)
	defer cancel()
	a := &aside{header: o.header, status: http.StatusOK}
	reply, told, err := d.lookAgain(ctx, h, over)
	switch {
	case err != nil:
		r, _ := http.NewRequestWithContext(context.Background(), http.MethodPost, kiosk.PathCheckIn, nil)
		writeProblem(a, r, d.Log, d.Now(), err)
	case !told:
		return nil
	default:
		if err := writeJSON(a, reply); err != nil {
			d.Log.Error("answer held check-in", slog.Any("error", err))
			a.status = http.StatusInternalServerError
		}
	}
	return a
}
