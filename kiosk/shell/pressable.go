package shell

import (
	"image/color"

	"borne/kiosk"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/widget"
)

// skin is how a pressable looks.
type skin struct {
	fill, pressed, edge color.Color
	radius              float32
	// ring is the colour of the focus, nil for that on the usual grounds.
	ring color.Color
}

// pressable is everything that can be touched. It acts on release, takes the
// keyboard's focus (a thick ring shows it), and answers Enter and Space.
type pressable struct {
	widget.BaseWidget
	// label is what it says, for tests and for a voice in that language.
	label    string
	language kiosk.Language
	// chosen is true for the one of several choices that is made.
	chosen bool
	// onFocus hears that the keyboard comes to it; nil is nobody.
	onFocus func()
	size    fyne.Size
	content fyne.CanvasObject
	skin    skin
	ring    float32
	focus   color.Color
	onTap   func()

	down, focused bool
	// turned is true where the next one stands to the left.
	turned bool
}

var (
	_ fyne.Tappable     = (*pressable)(nil)
	_ fyne.Focusable    = (*pressable)(nil)
	_ desktop.Mouseable = (*pressable)(nil)
)

func (k kit) pressable(label string, size fyne.Size, s skin, content fyne.CanvasObject, onTap func()) *pressable {
	s.fill, s.pressed = k.tones.fill(s.fill), k.tones.fill(s.pressed)
	if s.edge != nil {
		s.edge = k.tones.mark(s.edge)
	} else {
		s.edge = k.tones.edge
	}
	ring := s.ring
	if ring == nil {
		ring = focusRing
	}
	p := &pressable{focus: k.tones.mark(ring), label: label, language: k.lang, size: size, content: content, skin: s, ring: k.px(6), onTap: onTap}
	p.ExtendBaseWidget(p)
	p.Resize(size)
	return p
}

// forget lets go of what the button said and did: it has left the screen.
func (p *pressable) forget() { p.label, p.onTap, p.onFocus = "", func() {}, nil }

func (p *pressable) MinSize() fyne.Size            { return p.size }
func (p *pressable) Tapped(*fyne.PointEvent)       { p.onTap() }
func (p *pressable) MouseDown(*desktop.MouseEvent) { p.setDown(true) }
func (p *pressable) MouseUp(*desktop.MouseEvent)   { p.setDown(false) }
func (p *pressable) TypedRune(rune)                {}

func (p *pressable) FocusLost() { p.focused = false; p.Refresh() }

func (p *pressable) FocusGained() {
	p.focused = true
	p.Refresh()
	if p.onFocus != nil {
		p.onFocus()
	}
}

func (p *pressable) TypedKey(e *fyne.KeyEvent) {
	c := fyne.CurrentApp().Driver().CanvasForObject(p)
	next, previous := fyne.KeyRight, fyne.KeyLeft
	if p.turned {
		next, previous = previous, next
	}
	switch e.Name {
	case fyne.KeyReturn, fyne.KeyEnter, fyne.KeySpace:
		p.onTap()
	case next, fyne.KeyDown:
		c.FocusNext()
	case previous, fyne.KeyUp:
		c.FocusPrevious()
	}
}

func (p *pressable) setDown(down bool) {
	if p.down != down {
		p.down = down
		p.Refresh()
	}
}

func (p *pressable) CreateRenderer() fyne.WidgetRenderer {
	r := &pressableRenderer{p: p, ground: canvas.NewRectangle(p.skin.fill), ring: canvas.NewRectangle(color.Transparent)}
	r.Refresh()
	return r
}

type pressableRenderer struct {
	p            *pressable
	ground, ring *canvas.Rectangle
}

func (r *pressableRenderer) Layout(size fyne.Size) {
	put(r.ground, 0, 0, size.Width, size.Height)
	reach := r.p.ring + r.gap()
	put(r.ring, -reach, -reach, size.Width+2*reach, size.Height+2*reach)
}

// gap is what the focus's ring leaves free around the button, so that it has
// the ground on both sides and stands out whatever the button's colour is.
func (r *pressableRenderer) gap() float32 { return r.p.ring / 2 }

func (r *pressableRenderer) MinSize() fyne.Size { return r.p.size }

func (r *pressableRenderer) Refresh() {
	s := r.p.skin
	r.ground.FillColor, r.ground.CornerRadius = s.fill, s.radius
	if r.p.down {
		r.ground.FillColor = s.pressed
	}
	if s.edge != nil {
		r.ground.StrokeColor, r.ground.StrokeWidth = s.edge, r.p.ring/3
	}
	r.ring.CornerRadius, r.ring.StrokeColor, r.ring.StrokeWidth = s.radius+r.p.ring+r.gap(), r.p.focus, r.p.ring
	r.ring.Hidden = !r.p.focused
	r.ground.Refresh()
	r.ring.Refresh()
}

func (r *pressableRenderer) Objects() []fyne.CanvasObject {
	return []fyne.CanvasObject{r.ring, r.ground, r.p.content}
}

func (r *pressableRenderer) Destroy() {}
