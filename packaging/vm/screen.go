package vm

import (
	"bytes"
	"context"
	"fmt"
	"image"
	"image/draw"
	"image/png"
	"os"

	"borne/packaging/demo/drive"
)

// Screenshot is a PNG of what the screen shows, as its cable carries it: also where no X server runs.
func (m *Machine) Screenshot(ctx context.Context) ([]byte, error) { return m.screenshot(ctx, "screen") }

// SecondScreenshot is the same of the second screen.
func (m *Machine) SecondScreenshot(ctx context.Context) ([]byte, error) {
	return m.screenshot(ctx, "second")
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
