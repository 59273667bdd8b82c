package drive

import (
	"bytes"
	"context"
	"fmt"
	"image"
	"image/color"
	"image/draw"
	"image/png"
	"os"
)

// Picture is what the screen showed at one moment.
type Picture struct {
	*image.RGBA
	png []byte
}

// Picture takes one.
func (s *Screen) Picture(ctx context.Context) (Picture, error) {
	data, err := s.host.Screenshot(ctx, s.display, s.xauthority)
	if err != nil {
		return Picture{}, fmt.Errorf("take a picture: %w", err)
	}
	decoded, err := png.Decode(bytes.NewReader(data))
	if err != nil {
		return Picture{}, fmt.Errorf("take a picture: %w", err)
	}
	// One pixel format, so that reading a pixel is an index and not a conversion.
	plain := image.NewRGBA(decoded.Bounds())
	draw.Draw(plain, plain.Bounds(), decoded, decoded.Bounds().Min, draw.Src)
	return Picture{plain, data}, nil
}

// Save writes it as a PNG file.
func (p Picture) Save(path string) error { return os.WriteFile(path, p.png, 0o644) }

// Difference is the share of pixels, 0 to 1, in which two pictures of the same size differ; 1 when sizes differ.
func (p Picture) Difference(q Picture) float64 {
	if p.RGBA == nil || q.RGBA == nil || p.Bounds() != q.Bounds() || p.Bounds().Empty() {
		return 1
	}
	n := 0
	for i := 0; i < len(p.Pix); i += 4 {
		if !bytes.Equal(p.Pix[i:i+4], q.Pix[i:i+4]) {
			n++
		}
	}
	return float64(4*n) / float64(len(p.Pix))
}

// Share is the share of pixels of place, 0 to 1, whose colour is near c.
func (p Picture) Share(place image.Rectangle, c color.RGBA) float64 {
	place = place.Intersect(p.Bounds())
	n := 0
	for y := place.Min.Y; y < place.Max.Y; y++ {
		for x := place.Min.X; x < place.Max.X; x++ {
			if near(p.RGBAAt(x, y), c) {
				n++
			}
		}
	}
	if place.Empty() {
		return 0
	}
	return float64(n) / float64(place.Dx()*place.Dy())
}

// Areas finds the connected areas of colour c inside place that are at least smallest large, from the top down: the
// buttons of a screen, by their fill. Each is told by the smallest rectangle around it.
func (p Picture) Areas(place image.Rectangle, c color.RGBA, smallest image.Point) []image.Rectangle {
	place = place.Intersect(p.Bounds())
	seen := make([]bool, place.Dx()*place.Dy())
	index := func(q image.Point) int { return (q.Y-place.Min.Y)*place.Dx() + q.X - place.Min.X }
	var areas []image.Rectangle
	for y := place.Min.Y; y < place.Max.Y; y++ {
		for x := place.Min.X; x < place.Max.X; x++ {
			if seen[index(image.Pt(x, y))] || !near(p.RGBAAt(x, y), c) {
				continue
			}
			var area image.Rectangle
			seen[index(image.Pt(x, y))] = true
			for queue := []image.Point{{X: x, Y: y}}; len(queue) > 0; {
				q := queue[len(queue)-1]
				queue = queue[:len(queue)-1]
				area = area.Union(image.Rectangle{Min: q, Max: q.Add(image.Pt(1, 1))})
				for _, step := range []image.Point{{X: 1}, {X: -1}, {Y: 1}, {Y: -1}} {
					next := q.Add(step)
					if next.In(place) && !seen[index(next)] && near(p.RGBAAt(next.X, next.Y), c) {
						seen[index(next)] = true
						queue = append(queue, next)
					}
				}
			}
			if area.Dx() >= smallest.X && area.Dy() >= smallest.Y {
				areas = append(areas, area)
			}
		}
	}
	return areas
}

// near allows what anti-aliasing and colour rounding change.
func near(a, b color.RGBA) bool {
	const tolerance = 6
	within := func(x, y uint8) bool { return max(x, y)-min(x, y) <= tolerance }
	return within(a.R, b.R) && within(a.G, b.G) && within(a.B, b.B)
}

// Settled returns a picture once two in a row are the same: nothing moves any more. The pointer leaves for the corner
// first: a finger that was lifted hovers over nothing, and what a pointer rests on may change its look now and then.
func (s *Screen) Settled(ctx context.Context) (Picture, error) {
	if _, err := s.run(ctx, "xdotool", "mousemove", "9999", "9999"); err != nil {
		return Picture{}, fmt.Errorf("take the pointer away: %w", err)
	}
	last, err := s.Picture(ctx)
	if err != nil {
		return last, err
	}
	err = Until(ctx, "a still screen", func() (bool, error) {
		now, err := s.Picture(ctx)
		if err != nil {
			return false, err
		}
		still := now.Difference(last) == 0
		last = now
		return still, nil
	})
	return last, err
}
