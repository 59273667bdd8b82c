package bus

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"

	"borne/kiosk"

	"github.com/godbus/dbus/v5"
	"golang.org/x/sys/unix"
)

// Scanning is what a visitor does with the scanner.
type Scanning interface {
	// Scan carries an order out; Documents tells how that goes.
	Scan(ctx context.Context, o kiosk.ScanOrder) error
	// ScanView writes the page that is looked at to w, three bytes for each pixel,
	// row by row.
	ScanView(ctx context.Context, w io.Writer) (width, height int, err error)
}

func (o *object) Scan(sender dbus.Sender, order string) *dbus.Error {
	return o.do(sender, "Scan", func(ctx context.Context) error {
		i := slices.Index(kiosk.ScanOrders(), kiosk.ScanOrder(order))
		if i < 0 {
			return fmt.Errorf("%w: order %q, write one of %v", kiosk.ErrBadArgument, order, kiosk.ScanOrders())
		}
		return o.s.o.Scanning.Scan(ctx, kiosk.ScanOrders()[i])
	})
}

// ScanView writes the page into the caller's own memory: what a visitor scans
// is no message of the bus, which would keep it.
func (o *object) ScanView(sender dbus.Sender, into dbus.UnixFD) (width, height uint32, e *dbus.Error) {
	f := os.NewFile(uintptr(into), "view")
	if f == nil {
		return 0, 0, failed(fmt.Errorf("%w: no descriptor", kiosk.ErrBadArgument))
	}
	defer f.Close()
	e = o.do(sender, "ScanView", func(ctx context.Context) error {
		info, err := f.Stat()
		if err != nil || !info.Mode().IsRegular() {
			return fmt.Errorf("%w: no file to write a page to", kiosk.ErrBadArgument)
		}
		w, h, err := o.s.o.Scanning.ScanView(ctx, f)
		width, height = uint32(w), uint32(h)
		return err
	})
	return width, height, e
}

// Scan has the scanner do something; Documents says how that goes.
func (c *Client) Scan(ctx context.Context, o kiosk.ScanOrder) error {
	return c.call(ctx, "Scan", string(o)).Err
}

// ScanView returns the page that is looked at, three bytes for each pixel, row
// by row.
func (c *Client) ScanView(ctx context.Context) (width, height int, pixels []byte, err error) {
	fd, err := unix.MemfdCreate("page", unix.MFD_CLOEXEC)
	if err != nil {
		return 0, 0, nil, fmt.Errorf("hold a page in memory: %w", err)
	}
	f := os.NewFile(uintptr(fd), "page")
	defer f.Close()
	var w, h uint32
	if err := c.call(ctx, "ScanView", dbus.UnixFD(fd)).Store(&w, &h); err != nil {
		return 0, 0, nil, err
	}
	if w == 0 || h == 0 || w > 4096 || h > 4096 {
		return 0, 0, nil, errors.New("a page without a size")
	}
	pixels = make([]byte, 3*int(w)*int(h))
	if _, err := f.ReadAt(pixels, 0); err != nil {
		return 0, 0, nil, fmt.Errorf("read a page: %w", err)
	}
	return int(w), int(h), pixels, nil
}
