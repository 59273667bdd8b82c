package shell

import (
	"strconv"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/widget"
)

// slide is a list of numbers that is longer than its place and follows a finger,
// as a page does, with a round sign to touch at its end. It is for practice.
type slide struct {
	widget.BaseWidget
	size   fyne.Size
	row    float32
	offset float32 // how far it was pushed up
	onEnd  func()
	// touched hears that somebody is there.
	touched func()

	panel *canvas.Rectangle
	rows  []fyne.CanvasObject
	// covers hide what stands out above and below.
	covers [2]*canvas.Rectangle
}

// slideRows is how many numbers there are before the sign.
const slideRows = 9

var (
	_ fyne.Draggable  = (*slide)(nil)
	_ fyne.Scrollable = (*slide)(nil)
	_ fyne.Tappable   = (*slide)(nil)
)

func newSlide(k kit, size fyne.Size, onEnd func()) *slide {
	s := &slide{size: size, row: max(k.target(sizeTarget+24), k.px(112)), onEnd: onEnd, touched: func() {}, panel: k.panel(size)}
	s.panel.FillColor, s.panel.StrokeColor = k.tones.fill(s.panel.FillColor), k.tones.mark(s.panel.StrokeColor)
	for n := range slideRows {
		w := words{size: 40, bold: true, align: fyne.TextAlignCenter, fixed: true}
		line := canvas.NewRectangle(k.tones.fill(pale))
		line.CornerRadius = k.px(10)
		put(line, k.px(24), k.px(8), size.Width-2*k.px(24), s.row-2*k.px(8))
		number := strconv.Itoa(n + 1)
		t := k.line(number, w)
		height := k.measure(number, w).Height
		put(t, 0, (s.row-height)/2, size.Width, height)
		s.rows = append(s.rows, k.box(fyne.NewSize(size.Width, s.row), line, t))
	}
	d := s.row - k.px(12)
	ball := canvas.NewCircle(k.tones.fill(primary))
	put(ball, (size.Width-d)/2, k.px(6), d, d)
	i := k.icon("ui/touch", d*0.5/k.factor, surface)
	i.Move(fyne.NewPos((size.Width-i.Size().Width)/2, (s.row-i.Size().Height)/2))
	s.rows = append(s.rows, k.box(fyne.NewSize(size.Width, s.row), ball, i))
	for n := range s.covers {
		s.covers[n] = canvas.NewRectangle(k.tones.fill(ground))
	}
	s.ExtendBaseWidget(s)
	s.Resize(size)
	return s
}

// most is how far the list goes.
func (s *slide) most() float32 {
	return max(float32(len(s.rows))*s.row-s.size.Height+s.inset()*2, 0)
}

// inset is the room between the panel's edge and the list.
func (s *slide) inset() float32 { return s.row * 0.08 }

// push moves the list, up where by is positive.
func (s *slide) push(by float32) {
	s.touched()
	s.offset = min(max(s.offset+by, 0), s.most())
	s.lay()
	s.Refresh()
}

func (s *slide) lay() {
	s.panel.Resize(s.size)
	y := s.inset() - s.offset
	for _, r := range s.rows {
		r.Move(fyne.NewPos(0, y))
		if y+s.row < 0 || y > s.size.Height {
			r.Hide()
		} else {
			r.Show()
		}
		y += s.row
	}
	put(s.covers[0], 0, -s.row, s.size.Width, s.row)
	put(s.covers[1], 0, s.size.Height, s.size.Width, s.row)
}

func (s *slide) Dragged(e *fyne.DragEvent) { s.push(-e.Dragged.DY) }
func (s *slide) DragEnd()                  {}

func (s *slide) Scrolled(e *fyne.ScrollEvent) { s.push(-e.Scrolled.DY) }

// Tapped ends the step where the sign was touched.
func (s *slide) Tapped(e *fyne.PointEvent) {
	last := s.rows[len(s.rows)-1].Position().Y
	if e.Position.Y >= last && e.Position.Y < min(last+s.row, s.size.Height) {
		s.onEnd()
	}
}

func (s *slide) MinSize() fyne.Size                  { return s.size }
func (s *slide) CreateRenderer() fyne.WidgetRenderer { return &slideRenderer{s} }

type slideRenderer struct{ s *slide }

func (r *slideRenderer) Layout(fyne.Size)   { r.s.lay() }
func (r *slideRenderer) MinSize() fyne.Size { return r.s.size }
func (r *slideRenderer) Destroy()           {}
func (r *slideRenderer) Refresh() {
	if c := fyne.CurrentApp().Driver().CanvasForObject(r.s); c != nil {
		c.Refresh(r.s)
	}
}

func (r *slideRenderer) Objects() []fyne.CanvasObject {
	objects := []fyne.CanvasObject{r.s.panel}
	objects = append(objects, r.s.rows...)
	return append(objects, r.s.covers[0], r.s.covers[1])
}
