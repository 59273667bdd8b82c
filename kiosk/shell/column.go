package shell

import (
	"fyne.io/fyne/v2"
)

// column stacks objects from top to bottom, in a given width.
type column struct {
	kit
	width, y float32
	align    fyne.TextAlign
	objects  []fyne.CanvasObject
}

func (k kit) column(width float32, align fyne.TextAlign) *column {
	return &column{kit: k, width: width, align: align}
}

func (c *column) text(s string, w words) *column {
	w.align = c.align
	return c.add(c.paragraph(s, w, c.width))
}

func (c *column) title(s string) *column {
	return c.text(s, words{size: sizeTitle, bold: true})
}

func (c *column) body(s string) *column { return c.text(s, words{size: sizeBody}) }

func (c *column) space(v float32) *column {
	c.y += c.px(v) * c.tight
	return c
}

// add puts an object of fixed size next, aligned as the column is.
func (c *column) add(o fyne.CanvasObject) *column {
	x := float32(0)
	if c.align == fyne.TextAlignCenter {
		x = (c.width - o.Size().Width) / 2
	}
	o.Move(fyne.NewPos(x, c.y))
	c.y += o.Size().Height
	c.objects = append(c.objects, o)
	return c
}

func (c *column) done() *fyne.Container {
	return c.box(fyne.NewSize(c.width, c.y), c.objects...)
}

// fit builds until the result is no higher than height: with less and less room
// between things, then with letters that are less large, if the visitor chose
// large ones, and last with smaller ones. Targets keep their size, and letters
// the least that they may have.
func (k kit) fit(height float32, build func(kit) *fyne.Container) *fyne.Container {
	c := build(k)
	for range 18 {
		if c.Size().Height <= height {
			break
		}
		switch {
		case k.tight > 0.6:
			k.tight -= 0.2
		case k.scale > 1:
			k.scale = max(k.scale*0.92, 1)
		default:
			k.factor *= 0.94
		}
		c = build(k)
	}
	return c
}

// centre builds a column in the middle of an area.
func (k kit) centre(area fyne.Size, build func(*column)) *fyne.Container {
	c := k.fit(area.Height, func(k kit) *fyne.Container {
		col := k.column(min(area.Width-2*k.px(margin), k.px(960)), fyne.TextAlignCenter)
		build(col)
		return col.done()
	})
	c.Move(fyne.NewPos((area.Width-c.Size().Width)/2, max((area.Height-c.Size().Height)/2, 0)))
	return k.box(area, c)
}
