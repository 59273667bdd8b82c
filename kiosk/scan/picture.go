package scan

import (
	"image"
	"image/draw"
)

// shrunk makes a picture smaller, each of its pixels being what lay under it on
// average. It never makes one larger. Width and height are at least 1.
func shrunk(m *image.RGBA, width, height int) *image.RGBA {
	b := m.Bounds()
	width, height = max(1, min(width, b.Dx())), max(1, min(height, b.Dy()))
	to := image.NewRGBA(image.Rect(0, 0, width, height))
	for y := range height {
		top, end := y*b.Dy()/height, (y+1)*b.Dy()/height
		for x := range width {
			left, right := x*b.Dx()/width, (x+1)*b.Dx()/width
			var red, green, blue, n int
			for v := top; v < end; v++ {
				row := m.Pix[m.PixOffset(b.Min.X+left, b.Min.Y+v):]
				for u := 0; u < right-left; u++ {
					red, green, blue, n = red+int(row[4*u]), green+int(row[4*u+1]), blue+int(row[4*u+2]), n+1
				}
			}
			o := to.PixOffset(x, y)
			to.Pix[o], to.Pix[o+1], to.Pix[o+2], to.Pix[o+3] = byte(red/n), byte(green/n), byte(blue/n), 255
		}
	}
	return to
}

// within makes a picture small enough for a box, and keeps its shape.
func within(m *image.RGBA, width, height int) *image.RGBA {
	w, h := m.Bounds().Dx(), m.Bounds().Dy()
	if w <= width && h <= height {
		return m
	}
	if w*height > h*width {
		return shrunk(m, width, h*width/w)
	}
	return shrunk(m, w*height/h, height)
}

// turned is a picture by so many quarter turns clockwise.
func turned(m *image.RGBA, quarters int) *image.RGBA {
	for range quarters % 4 {
		b := m.Bounds()
		to := image.NewRGBA(image.Rect(0, 0, b.Dy(), b.Dx()))
		for y := range b.Dy() {
			for x := range b.Dx() {
				from := m.PixOffset(b.Min.X+x, b.Min.Y+y)
				copy(to.Pix[to.PixOffset(b.Dy()-1-y, x):][:4], m.Pix[from:from+4])
			}
		}
		m = to
	}
	return m
}

// part is what lies in a rectangle, as a picture of its own.
func part(m *image.RGBA, r image.Rectangle) *image.RGBA {
	to := image.NewRGBA(image.Rect(0, 0, r.Dx(), r.Dy()))
	draw.Draw(to, to.Bounds(), m, r.Min, draw.Src)
	return to
}

// grey is the picture without colour, nil if it has some: a stamp or a blue
// signature is enough.
func grey(m *image.RGBA) *image.Gray {
	const (
		apart = 48   // levels between what a scanner says of red, green and blue of grey
		most  = 5000 // one pixel in so many may be coloured: dust, and the edges of letters
	)
	b := m.Bounds()
	g := image.NewGray(image.Rect(0, 0, b.Dx(), b.Dy()))
	coloured := 0
	for y := range b.Dy() {
		row := m.Pix[m.PixOffset(b.Min.X, b.Min.Y+y):]
		for x := range b.Dx() {
			red, green, blue := int(row[4*x]), int(row[4*x+1]), int(row[4*x+2])
			if max(red, green, blue)-min(red, green, blue) > apart {
				coloured++
			}
			g.Pix[y*g.Stride+x] = byte((299*red + 587*green + 114*blue) / 1000)
		}
	}
	if coloured > b.Dx()*b.Dy()/most {
		return nil
	}
	return g
}
