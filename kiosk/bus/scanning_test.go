package bus

import (
	"bytes"
	"context"
	"errors"
	"io"
	"os"
	"strings"
	"sync"
	"testing"

	"borne/kiosk"

	"github.com/godbus/dbus/v5"
)

// sheet is a page on the glass.
type sheet struct {
	mu            sync.Mutex
	width, height int
	pixels        []byte
	ordered       []kiosk.ScanOrder
	err           error
}

func (p *sheet) Scan(_ context.Context, o kiosk.ScanOrder) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.ordered = append(p.ordered, o)
	return p.err
}

func (p *sheet) ScanView(_ context.Context, w io.Writer) (int, int, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.err != nil {
		return 0, 0, p.err
	}
	_, err := w.Write(p.pixels)
	return p.width, p.height, err
}

func (p *sheet) change(f func()) {
	p.mu.Lock()
	defer p.mu.Unlock()
	f()
}

// TestScanView: a page goes through a file of the caller's, and through nothing
// that is no file.
func TestScanView(t *testing.T) {
	page := &sheet{width: 480, height: 680, pixels: bytes.Repeat([]byte{1, 2, 3}, 480*680)}
	_, address := serve(t, &borne{}, uint32(os.Getuid()), func(o *Options) { o.Scanning = page })
	c := NewClient(connect(t, address))
	for range 3 { // one after another
		width, height, pixels, err := c.ScanView(t.Context())
		if err != nil || width != 480 || height != 680 || !bytes.Equal(pixels, page.pixels) {
			t.Fatalf("%d by %d, %d bytes, %v", width, height, len(pixels), err)
		}
	}
	r, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	defer w.Close()
	if err := c.call(t.Context(), "ScanView", dbus.UnixFD(w.Fd())).Err; !errors.Is(err, kiosk.ErrBadArgument) {
		t.Errorf("a pipe is written to: %v", err)
	}
	page.change(func() { page.pixels = page.pixels[:10] })
	if _, _, _, err := c.ScanView(t.Context()); err == nil {
		t.Error("half a page is one")
	}
	page.change(func() { page.err = kiosk.ErrNoSession })
	if _, _, _, err := c.ScanView(t.Context()); !errors.Is(err, kiosk.ErrNoSession) {
		t.Errorf("without a visit: %v", err)
	}
}

func TestScanOrdersOnTheBus(t *testing.T) {
	page := &sheet{}
	_, address := serve(t, &borne{}, uint32(os.Getuid()), func(o *Options) { o.Scanning = page })
	c := NewClient(connect(t, address))
	for _, o := range kiosk.ScanOrders() {
		if err := c.Scan(t.Context(), o); err != nil {
			t.Errorf("%s: %v", o, err)
		}
	}
	if err := c.Scan(t.Context(), "eject"); !errors.Is(err, kiosk.ErrBadArgument) || !strings.Contains(err.Error(), "write one of") {
		t.Errorf("an order that there is not: %v", err)
	}
	page.change(func() {
		if len(page.ordered) != len(kiosk.ScanOrders()) {
			t.Errorf("ordered were %v", page.ordered)
		}
	})
}
