package vm

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"image"
	"image/color"
	"image/draw"
	"image/png"
	"os"

	"borne/kiosk"
	"borne/packaging/demo/drive"
)

// Screenshot is a PNG of what the screen shows, as its cable carries it: also where no X server runs.
func (m *Machine) Screenshot(ctx context.Context) ([]byte, error) { return m.screenshot(ctx, "screen") }

// SecondPicture is what the second screen shows.
func (m *Machine) SecondPicture(ctx context.Context) (drive.Picture, error) {
	data, err := m.screenshot(ctx, "second")
	if err != nil {
		return drive.Picture{}, err
	}
	return decode(data)
}

func (m *Machine) screenshot(ctx context.Context, device string) ([]byte, error) {
	f, err := os.CreateTemp(m.dir, "picture-*.png")
	if err != nil {
		return nil, err
	}
	defer os.Remove(f.Name())
	if err := f.Close(); err != nil {
		return nil, err
	}
	if _, err := m.monitor.call(ctx, "screendump", map[string]any{"filename": f.Name(), "format": "png", "device": device}); err != nil {
		return nil, fmt.Errorf("take a picture: %w", err)
	}
	return os.ReadFile(f.Name())
}

// Picture is a screenshot to look at.
func (m *Machine) Picture(ctx context.Context) (drive.Picture, error) {
	data, err := m.Screenshot(ctx)
	if err != nil {
		return drive.Picture{}, err
	}
	return decode(data)
}

func decode(data []byte) (drive.Picture, error) {
	decoded, err := png.Decode(bytes.NewReader(data))
	if err != nil {
		return drive.Picture{}, fmt.Errorf("take a picture: %w", err)
	}
	plain := image.NewRGBA(decoded.Bounds())
	draw.Draw(plain, plain.Bounds(), decoded, decoded.Bounds().Min, draw.Src)
	return drive.Picture{RGBA: plain}, nil
}

// WaitFirstScreen returns once the borne is ready for a visitor and shows it. An invitation is touched away.
func (m *Machine) WaitFirstScreen(ctx context.Context) error {
	if err := m.WaitState(ctx, kiosk.Ready); err != nil {
		return err
	}
	var last error
	shell := drive.NewShell(nil) // only its eyes
	err := m.WaitPicture(ctx, func(p drive.Picture) bool {
		if shell.Bare(p) {
			last = m.Touch(ctx, drive.Margin, ScreenHeight/2)
		}
		return FirstScreen(p)
	})
	if err != nil {
		return errors.Join(err, last)
	}
	return nil
}

// WaitPicture returns once the screen shows what seen says yes to. It looks twice a second, and asks the machine nothing.
func (m *Machine) WaitPicture(ctx context.Context, seen func(drive.Picture) bool) error {
	for {
		p, err := m.Picture(ctx)
		if err == nil && seen(p) {
			return nil
		}
		if ended := pause(ctx); ended != nil {
			return fmt.Errorf("wait for the screen: %w", errors.Join(ended, err))
		}
	}
}

// FirstScreen reports whether a picture shows the screen that waits for a visitor: one large button in the colour of
// what is to be done, others beside it, and no bar.
func FirstScreen(p drive.Picture) bool {
	shell := drive.NewShell(nil)
	return len(shell.Buttons(p, drive.Primary)) == 1 && len(shell.Buttons(p, drive.Plain)) >= 3 && !Bar(p)
}

// Bar reports whether a picture shows the bar that lies over every page of a visit: its ground, and its red button.
func Bar(p drive.Picture) bool {
	bar := image.Rect(0, 0, ScreenWidth, ScreenHeight/8)
	return p.RGBA != nil && p.Share(bar, petrol) > 0.4 && len(p.Areas(bar, red, image.Pt(50, 40))) == 1
}

// The shell's colours, as an eye sees them.
var (
	petrol = color.RGBA{0x0b, 0x4f, 0x6c, 0xff}
	red    = color.RGBA{0xa6, 0x1b, 0x1b, 0xff}
)

// Button waits for the n-th button (from 0) of that look on a still screen, and touches it.
func (m *Machine) Button(ctx context.Context, look drive.Look, n int) error {
	shell := drive.NewShell(nil) // only its eyes
	var place image.Rectangle
	var last drive.Picture
	err := m.Until(ctx, fmt.Sprintf("%s button %d", look, n+1), func() (bool, error) {
		p, err := m.Picture(ctx)
		if err != nil {
			return false, err
		}
		still := p.Difference(last) < 0.002
		last = p
		found := shell.Buttons(p, look)
		if !still || n >= len(found) {
			return false, fmt.Errorf("%d buttons, still %v", len(found), still)
		}
		place = found[n]
		return true, nil
	})
	if err != nil {
		return err
	}
	return m.Touch(ctx, (place.Min.X+place.Max.X)/2, (place.Min.Y+place.Max.Y)/2)
}
