package scan

import (
	"context"
	"fmt"
	"io"
	"net"
	"sync"
)

// Glass is borned's end of the process that scans: it holds the pages of one
// paper. One order is under way at a time; Stop alone may come between.
type Glass struct {
	conn net.Conn

	ordering sync.Mutex
	writing  sync.Mutex
}

// New takes the control stream of a process that runs Serve. The caller closes
// it, which ends the process.
func New(conn net.Conn) *Glass { return &Glass{conn: conn} }

// Page scans the page on the glass, in place of the present one, and writes
// what it looks like to w.
func (g *Glass) Page(ctx context.Context, progress func(percent int), w io.Writer) (View, error) {
	v, _, err := g.do(ctx, order{kind: orderPage}, progress, w, maxView)
	return v, err
}

// Turn turns the present page clockwise.
func (g *Glass) Turn(ctx context.Context, w io.Writer) (View, error) {
	v, _, err := g.do(ctx, order{kind: orderTurn}, nil, w, maxView)
	return v, err
}

// Crop cuts the present page to what lies on it, or shows it whole again.
func (g *Glass) Crop(ctx context.Context, w io.Writer) (View, error) {
	v, _, err := g.do(ctx, order{kind: orderCrop}, nil, w, maxView)
	return v, err
}

// More takes the present page, for another to come.
func (g *Glass) More(ctx context.Context) error {
	_, _, err := g.do(ctx, order{kind: orderMore}, nil, io.Discard, 0)
	return err
}

// Keep takes the present page, if there is one, and writes a PDF of all that
// were taken, of limit bytes at most, to w. The pages are forgotten then.
func (g *Glass) Keep(ctx context.Context, limit int64, w io.Writer) error {
	if limit < 1 || limit > 1<<30 {
		return fmt.Errorf("a document of %d bytes at most", limit)
	}
	_, written, err := g.do(ctx, order{orderKeep, uint32(limit)}, nil, w, limit)
	if err == nil && written == 0 {
		return fmt.Errorf("%w: a document of nothing", ErrCut)
	}
	return err
}

// Drop forgets all pages.
func (g *Glass) Drop(ctx context.Context) error {
	_, _, err := g.do(ctx, order{kind: orderDrop}, nil, io.Discard, 0)
	return err
}

// Stop gives the page up that is being scanned; Page then returns ErrStopped.
func (g *Glass) Stop() error { return g.send(order{kind: orderStop}) }

func (g *Glass) send(o order) error {
	g.writing.Lock()
	defer g.writing.Unlock()
	return o.write(g.conn)
}

// do sends an order and reads its answers. When ctx ends first the stream is
// closed: nobody knows what it would say next.
func (g *Glass) do(ctx context.Context, o order, progress func(int), w io.Writer, limit int64) (View, int64, error) {
	g.ordering.Lock()
	defer g.ordering.Unlock()
	stop := context.AfterFunc(ctx, func() { _ = g.conn.Close() })
	defer stop()
	if err := g.send(o); err != nil {
		return View{}, 0, fmt.Errorf("%w: %w", ErrCut, err)
	}
	if progress == nil {
		progress = func(int) {}
	}
	return readAnswers(g.conn, progress, w, limit)
}
