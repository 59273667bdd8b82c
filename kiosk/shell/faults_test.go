package shell

import (
	"fmt"
	"image/color"
	"math"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"borne/kiosk"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
)

// place is where something lies on the screen.
type place struct{ min, max fyne.Position }

func placed(at fyne.Position, size fyne.Size) place {
	return place{at, at.AddXY(size.Width, size.Height)}
}

// meets reports whether two places share more than a line as thick as slack.
func (p place) meets(q place, slack float32) bool {
	return p.min.X+slack < q.max.X && q.min.X+slack < p.max.X && p.min.Y+slack < q.max.Y && q.min.Y+slack < p.max.Y
}

func (p place) has(at fyne.Position) bool {
	return at.X >= p.min.X && at.X <= p.max.X && at.Y >= p.min.Y && at.Y <= p.max.Y
}

func (p place) within(q place) bool {
	return p.min.X >= q.min.X-1 && p.min.Y >= q.min.Y-1 && p.max.X <= q.max.X+1 && p.max.Y <= q.max.Y+1
}

func (p place) String() string {
	return fmt.Sprintf("(%.0f,%.0f)-(%.0f,%.0f)", p.min.X, p.min.Y, p.max.X, p.max.Y)
}

// inspection goes over a screen in the order in which it is painted.
type inspection struct {
	window  place
	right   bool // words are from right to left
	grounds []struct {
		place
		color color.NRGBA
	}
	texts []struct {
		place
		said string
	}
	buttons []struct {
		place
		label string
		bar   bool
	}
	found []string
}

func (n *inspection) fault(format string, args ...any) {
	n.found = append(n.found, fmt.Sprintf(format, args...))
}

// faults says what is wrong with the screen that is there.
func faults(f *fixture, p page) []string {
	n := &inspection{window: placed(fyne.Position{}, p.screen.size), right: f.drawn.language.RightToLeft()}
	n.ground(n.window, ground)
	screens := 0
	for _, o := range f.stage.objects {
		if _, ok := o.(*fyne.Container); ok {
			screens++
		}
		n.look(o, fyne.Position{}, n.window, screens > 1)
	}
	if len(n.texts) == 0 && f.drawn.screen != screenPage {
		n.fault("no words")
	}
	n.overlaps()
	n.targets(p.screen)
	n.order()
	return n.found
}

func (n *inspection) ground(p place, c color.Color) {
	if c, ok := c.(color.NRGBA); ok && c.A == 0xff {
		n.grounds = append(n.grounds, struct {
			place
			color color.NRGBA
		}{p, c})
	}
}

// under returns the colour that lies at a place.
func (n *inspection) under(at fyne.Position) color.NRGBA {
	for i := len(n.grounds) - 1; i > 0; i-- {
		if n.grounds[i].has(at) {
			return n.grounds[i].color
		}
	}
	return n.grounds[0].color
}

// look goes over o, which lies in what begins at origin and must not leave in.
func (n *inspection) look(o fyne.CanvasObject, origin fyne.Position, in place, bar bool) {
	at := origin.Add(o.Position())
	here := placed(at, o.Size())
	middle := at.AddXY(o.Size().Width/2, o.Size().Height/2)
	switch o := o.(type) {
	case *canvas.Rectangle:
		n.ground(here, o.FillColor)
	case *canvas.Circle:
		n.ground(here, o.FillColor)
	case *canvas.Image:
		if !here.within(in) {
			n.fault("the sign or picture leaves its place: %v of %v", here, in)
		}
		if o.Resource == nil {
			return // a visitor's paper
		}
		if o.Resource.Name() == "logo.png" {
			return // the organisation's own
		}
		if ratio := contrast(colorOfSign(o), n.under(middle)); ratio < 3 {
			n.fault("the sign %s has a contrast of %.1f:1, want 3:1", o.Resource.Name(), ratio)
		}
	case *canvas.Text:
		n.text(o, at, in)
	case *pressable:
		here = placed(at, o.size)
		if !here.within(n.window) {
			n.fault("button %q leaves the window: %v", o.label, here)
		}
		around := n.under(at.AddXY(-1, o.size.Height/2))
		if o.skin.fill != around {
			edge, _ := o.skin.edge.(color.NRGBA)
			fill, _ := o.skin.fill.(color.NRGBA)
			if contrast(fill, around) < 3 && (o.skin.edge == nil || contrast(edge, around) < 3) {
				n.fault("button %q hardly stands out: %v with edge %v on %v", o.label, fill, edge, around)
			}
		}
		if ring, ok := o.focus.(color.NRGBA); !ok || contrast(ring, around) < 3 {
			n.fault("the focus of button %q hardly stands out: %v on %v", o.label, o.focus, around)
		}
		n.buttons = append(n.buttons, struct {
			place
			label string
			bar   bool
		}{here, o.label, bar})
		n.ground(here, o.skin.fill)
		n.look(o.content, at, here, bar)
	case *fyne.Container:
		for _, inner := range o.Objects {
			n.look(inner, at, in, bar)
		}
	}
}

// text checks that words are whole, in their place and legible. Noto Sans Arabic
// leaves room above and below its letters that they do not fill.
func (n *inspection) text(o *canvas.Text, at fyne.Position, in place) {
	if strings.TrimSpace(o.Text) == "" {
		return
	}
	size := o.MinSize()
	x := at.X
	switch o.Alignment {
	case fyne.TextAlignTrailing:
		x += o.Size().Width - size.Width
	case fyne.TextAlignCenter:
		x += (o.Size().Width - size.Width) / 2
	}
	y := at.Y + max(o.Size().Height-size.Height, 0)/2
	letters := placed(fyne.NewPos(x, y+size.Height*0.2), fyne.NewSize(size.Width, size.Height*0.6))
	if size.Width > o.Size().Width+1 || !letters.within(in) {
		n.fault("%q is cut: %v of %v in %v", o.Text, letters, o.Size(), in)
	}
	if o.TextSize < 18 {
		n.fault("%q has letters of %.0f", o.Text, o.TextSize)
	}
	c, _ := o.Color.(color.NRGBA)
	under := n.under(fyne.NewPos((letters.min.X+letters.max.X)/2, (letters.min.Y+letters.max.Y)/2))
	if ratio := contrast(c, under); ratio < 4.5 {
		n.fault("%q has a contrast of %.1f:1, want 4.5:1: %v on %v", o.Text, ratio, c, under)
	}
	n.texts = append(n.texts, struct {
		place
		said string
	}{letters, o.Text})
}

var signColor = regexp.MustCompile(`-([0-9a-f]{6})-[0-9.]+\.svg$`)

func colorOfSign(i *canvas.Image) color.NRGBA {
	m := signColor.FindStringSubmatch(i.Resource.Name())
	if m == nil {
		return color.NRGBA{}
	}
	v, _ := strconv.ParseUint(m[1], 16, 32)
	return rgb(uint32(v))
}

func (n *inspection) overlaps() {
	for i, a := range n.texts {
		for _, b := range n.texts[:i] {
			if a.meets(b.place, 2) {
				n.fault("%q lies over %q: %v and %v", a.said, b.said, a.place, b.place)
			}
		}
	}
	for i, a := range n.buttons {
		for _, b := range n.buttons[:i] {
			if a.meets(b.place, 0.5) {
				n.fault("buttons %q and %q overlap", a.label, b.label)
			}
		}
		for _, text := range n.texts {
			middle := fyne.NewPos((text.min.X+text.max.X)/2, (text.min.Y+text.max.Y)/2)
			if text.meets(a.place, 2) && !a.has(middle) {
				n.fault("%q lies under button %q", text.said, a.label)
			}
		}
	}
}

// finger is the least side of what is touched.
const finger = 20 // mm

func (n *inspection) targets(m monitor) {
	perMillimetre := math.Hypot(float64(m.size.Width), float64(m.size.Height)) / (m.inches * 25.4)
	for _, b := range n.buttons {
		width, height := float64(b.max.X-b.min.X)/perMillimetre, float64(b.max.Y-b.min.Y)/perMillimetre
		if min(width, height) < finger-0.05 {
			n.fault("button %q is %.1f by %.1f mm", b.label, width, height)
		}
	}
}

// order holds the keyboard to the order of reading: on in the line, or below,
// or in a column further on. The bar comes last.
func (n *inspection) order() {
	for i := 1; i < len(n.buttons); i++ {
		a, b := n.buttons[i-1], n.buttons[i]
		if a.bar != b.bar {
			if a.bar {
				n.fault("the keyboard goes from %q in the bar to %q", a.label, b.label)
			}
			continue
		}
		below := b.min.Y >= a.max.Y-1
		further := b.min.X >= a.max.X-1
		if n.right {
			further = b.max.X <= a.min.X+1
		}
		if !below && !further {
			n.fault("the keyboard goes back from %q %v to %q %v", a.label, a.place, b.label, b.place)
		}
	}
}

// The check sees each of the faults that it looks for.
func TestFaultsAreFound(t *testing.T) {
	p := page{monitors[0], kiosk.French, aids{}}
	for name, tt := range map[string]struct {
		make func(k kit) []fyne.CanvasObject
		want string
	}{
		"cut": {func(k kit) []fyne.CanvasObject {
			text := k.line("Bienvenue à la borne", words{size: 30})
			put(text, 1200, 10, 60, 40)
			return []fyne.CanvasObject{text}
		}, "is cut"},
		"over": {func(k kit) []fyne.CanvasObject {
			a, b := k.line("Bienvenue", words{size: 30}), k.line("Bonjour", words{size: 30})
			put(a, 10, 10, 300, 40)
			put(b, 20, 20, 300, 40)
			return []fyne.CanvasObject{a, b}
		}, "lies over"},
		"small": {func(k kit) []fyne.CanvasObject {
			return []fyne.CanvasObject{k.line("x", words{size: 30}), k.pressable("tiny", fyne.NewSize(40, 40), k.plainSkin(), k.box(fyne.NewSize(40, 40)), nil)}
		}, "10.1 mm"},
		"pale": {func(k kit) []fyne.CanvasObject {
			text := k.line("pale", words{size: 30, color: lineSoft})
			put(text, 10, 10, 300, 40)
			return []fyne.CanvasObject{text}
		}, "contrast"},
		"backwards": {func(k kit) []fyne.CanvasObject {
			a, b := k.button("ui/home", "a", k.plainSkin(), 200, nil), k.button("ui/home", "b", k.plainSkin(), 200, nil)
			a.Move(fyne.NewPos(600, 400))
			b.Move(fyne.NewPos(100, 100))
			return []fyne.CanvasObject{a, b}
		}, "goes back"},
		"outside": {func(k kit) []fyne.CanvasObject {
			b := k.button("ui/home", "b", k.plainSkin(), 200, nil)
			b.Move(fyne.NewPos(1200, 100))
			return []fyne.CanvasObject{b}
		}, "leaves the window"},
		"empty": {func(kit) []fyne.CanvasObject { return nil }, "no words"},
	} {
		f := newFixture(t, 1280, 800)
		f.stage.objects = tt.make(newKit(f.look, f.options.Texts, kiosk.French, p.screen.size))
		if found := strings.Join(faults(f, p), "; "); !strings.Contains(found, tt.want) {
			t.Errorf("%s: found only %q", name, found)
		}
	}
}

func absolute(objects []fyne.CanvasObject, wanted *pressable, at fyne.Position) *fyne.Position {
	for _, o := range objects {
		p := at.Add(o.Position())
		if o == fyne.CanvasObject(wanted) {
			return &p
		}
		if c, ok := o.(*fyne.Container); ok {
			if found := absolute(c.Objects, wanted, p); found != nil {
				return found
			}
		}
	}
	return nil
}
