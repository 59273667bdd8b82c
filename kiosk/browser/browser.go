package browser

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"sync"

	"borne/kiosk"
)

// Control says how a browser is to be controlled.
type Control struct {
	// Handle receives every event, one at a time and in order, on a goroutine
	// of its own; it may call the browser's methods. Nil drops events.
	Handle func(Event)
	// Log receives faults, never an address. Nil discards.
	Log *slog.Logger
	// DownloadDir is the folder that PolicyInput names, Storage the folder
	// that holds it, as this process sees it: what arrives is looked at. A nil
	// Storage refuses every download. Its owner closes it after the browser.
	DownloadDir string
	Storage     *os.Root
	// MaxDownloads, MaxDownloadBytes and MaxDownloadsBytes (of all together)
	// bound a visit's downloads, those of package kiosk when 0.
	MaxDownloads      int
	MaxDownloadBytes  int64
	MaxDownloadsBytes int64
	// MaxSteps is how many pages may lie on each other, 5 when 0. One more is
	// closed at once.
	MaxSteps int
	// Refuses hears the address of each page that opened and says whether no
	// visitor may see it, which policies could not tell: such a page is Failed.
	// Nil refuses none.
	Refuses func(address string) bool
}

func (c Control) withDefaults() Control {
	if c.Handle == nil {
		c.Handle = func(Event) {}
	}
	if c.Log == nil {
		c.Log = slog.New(slog.DiscardHandler)
	}
	if c.MaxDownloads == 0 {
		c.MaxDownloads = kiosk.MaxDownloads
	}
	if c.MaxDownloadBytes == 0 {
		c.MaxDownloadBytes = kiosk.MaxDownloadBytes
	}
	if c.MaxDownloadsBytes == 0 {
		c.MaxDownloadsBytes = kiosk.MaxDownloadsBytes
	}
	if c.MaxSteps == 0 {
		c.MaxSteps = 5
	}
	return c
}

// Browser controls a running Chromium. Its methods may be called from any
// goroutine.
type Browser struct {
	conn    *conn
	control Control
	version string

	mu        sync.Mutex
	steps     []*page // the last is in front
	pages     map[string]*page
	frames    map[string]*page // sessions of frames in other processes
	making    int              // pages that newPage waits for
	start     string           // where Navigate was last sent
	zoom      float64
	following bool // followWindow runs
	chooser   *chooser
	document  *page // the document that is shown, if it still is
	window    int   // Chromium's number of the one window that there is
	downloads map[string]*Download
	count     int
	playing   map[player]bool
	refusals  int           // told since Navigate
	ready     chan struct{} // closed when the first page is there
}

// page is one page, and one step that Back can return from.
type page struct {
	target, session string
	// floor is the entry of the page's history that Back does not go below.
	floor int
	// fresh is true from Navigate until its document is there.
	fresh bool
	// trying is true while Open waits for new policies: a refusal is not told.
	trying bool
	// document is the request of the document that is under way, failure what
	// became of it.
	document, failure string
	questions         questions
	// laid is the window that Zoom laid the page out for.
	laid bounds
	// refused is what has been told of this document.
	refused map[kiosk.Reason]bool
}

// Attach takes control through the pipe, which it then owns. It returns when
// the browser's empty page is there.
func Attach(ctx context.Context, pipe io.ReadWriteCloser, control Control) (*Browser, error) {
	b := newBrowser(pipe, control)
	go b.run()
	if err := b.attach(ctx); err != nil {
		b.conn.close(err)
		return nil, fmt.Errorf("attach to the browser: %w", err)
	}
	return b, nil
}

func newBrowser(pipe io.ReadWriteCloser, control Control) *Browser {
	return &Browser{
		conn: newConn(pipe, wanted), control: control.withDefaults(), zoom: 1,
		pages: map[string]*page{}, frames: map[string]*page{}, downloads: map[string]*Download{}, playing: map[player]bool{},
		ready: make(chan struct{}),
	}
}

func (b *Browser) attach(ctx context.Context) error {
	var version struct{ Product string }
	if err := b.conn.call(ctx, "", "Browser.getVersion", nil, &version); err != nil {
		return err
	}
	b.version = version.Product
	// default, not allow: that one writes a file of the same name over.
	behavior := map[string]any{"behavior": "deny", "eventsEnabled": true}
	if b.control.Storage != nil {
		behavior["behavior"] = "default"
	}
	if err := b.conn.call(ctx, "", "Browser.setDownloadBehavior", behavior, nil); err != nil {
		return err
	}
	if err := b.conn.call(ctx, "", "Target.setDiscoverTargets", map[string]any{"discover": true}, nil); err != nil {
		return err
	}
	if err := b.conn.call(ctx, "", "Target.setAutoAttach", autoAttach("page"), nil); err != nil {
		return err
	}
	select {
	case <-b.ready:
		return nil
	case <-b.conn.done:
		return ErrGone
	case <-ctx.Done():
		return fmt.Errorf("wait for its page: %w", ctx.Err())
	}
}

// autoAttach gives a session for every target of some types, before it runs. Chromium also stops workers of a page whose
// type is not among them, and nobody could then let them run.
func autoAttach(kinds ...string) map[string]any {
	var filter []map[string]any
	for _, kind := range kinds {
		filter = append(filter, map[string]any{"type": kind})
	}
	return map[string]any{
		"autoAttach": true, "waitForDebuggerOnStart": true, "flatten": true,
		"filter": filter,
	}
}

// Version is "Chrome/156.0.8078.79".
func (b *Browser) Version() string { return b.version }

// Done is closed when the browser has left or the pipe has failed.
func (b *Browser) Done() <-chan struct{} { return b.conn.done }

// Close lets go of the pipe, and Chromium leaves.
func (b *Browser) Close() error {
	b.conn.close(errors.New("closed"))
	return nil
}

// Ping asks the browser's own process for a sign of life: it answers while a
// page is busy, and does not when the browser hangs.
func (b *Browser) Ping(ctx context.Context) error {
	return b.conn.call(ctx, "", "Browser.getVersion", nil, nil)
}

// run handles events until the browser is gone.
func (b *Browser) run() {
	for batch := b.conn.next(); batch != nil; batch = b.conn.next() {
		for _, m := range batch {
			if err := b.dispatch(m); err != nil {
				b.control.Log.Warn("an event of the browser was not understood", "event", m.Method, "error", err)
			}
		}
	}
}
