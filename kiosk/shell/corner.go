package shell

import (
	"image/color"
	"slices"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/widget"
)

// corner is a place that is touched and not seen. It takes no focus: it is no
// part of what a visitor may do.
type corner struct {
	widget.BaseWidget
	size  fyne.Size
	onTap func()
}

var _ fyne.Tappable = (*corner)(nil)

// knockable are the screens whose corner asks for the technician's code: those
// of a borne that nobody uses.
var knockable = []screenID{screenStarting, screenReady, screenClosed, screenOut}

// corner is nil on a screen that has none.
func (s *Shell) corner(k kit, v view) *corner {
	if s.options.Maintenance == nil || s.options.Workshop == nil || !slices.Contains(knockable, v.screen) {
		return nil
	}
	c := &corner{size: fyne.NewSquareSize(k.target(sizeTarget)), onTap: s.knock}
	c.ExtendBaseWidget(c)
	c.Resize(c.size)
	// At the foot, where nothing is to be touched; below everything else, so that
	// what is has it.
	c.Move(fyne.NewPos(k.size.Width-c.size.Width, k.size.Height-c.size.Height))
	return c
}

func (c *corner) Tapped(*fyne.PointEvent) { c.onTap() }
func (c *corner) MinSize() fyne.Size      { return c.size }
func (c *corner) CreateRenderer() fyne.WidgetRenderer {
	return widget.NewSimpleRenderer(canvas.NewRectangle(color.Transparent))
}
