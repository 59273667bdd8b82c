package shell

import (
	"image/color"
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/widget"
)

// Heights at 1280×800.
const (
	keyHeight = 85
	padEdge   = 4
)

// pad is the on-screen keyboard as it is drawn and touched. It is one object,
// not sixty: it takes no focus from a field, and keys have no gaps between them
// for a finger to miss. A key acts when it is let go, and shows that it is down.
type pad struct {
	widget.BaseWidget
	kit   kit
	area  fyne.Size
	keys  []placedKey
	onKey func(key)

	ground *canvas.Rectangle
	icons  map[string]*canvas.Image
	down   int // -1 for none
}

var _ desktop.Mouseable = (*pad)(nil)

type placedKey struct {
	key
	at      fyne.Position
	room    fyne.Size
	face    *canvas.Rectangle
	content fyne.CanvasObject
}

// padHeight is the keyboard's height.
func (k kit) padHeight() float32 {
	_, lines := k.padSize()
	return float32(lines)*k.target(keyHeight) + 2*k.target(padEdge)
}

// newPad makes the keyboard. Letters stand as they do on the keyboards of their
// country, so nothing of it is mirrored.
func (s *Shell) newPad(k kit) *pad {
	p := &pad{kit: k, area: fyne.NewSize(k.size.Width, k.padHeight()), onKey: s.struck, down: -1,
		ground: canvas.NewRectangle(k.tones.fill(ground)), icons: map[string]*canvas.Image{}}
	p.ExtendBaseWidget(p)
	p.Resize(p.area)
	p.set(s.keyboard.keys(k))
	return p
}

// relabel shows another page of the keyboard, or capitals.
func (s *Shell) relabel() {
	for _, o := range s.stage.objects {
		if p, ok := o.(*pad); ok {
			p.set(s.keyboard.keys(p.kit))
			p.Refresh()
		}
	}
}

func (p *pad) set(rows [][]key) {
	edge := p.kit.target(padEdge)
	columns, _ := p.kit.padSize()
	column, height := (p.area.Width-2*edge)/float32(columns), p.kit.target(keyHeight)
	p.keys = p.keys[:0]
	for n, row := range rows {
		x := edge
		for _, k := range row {
			room := fyne.NewSize(column*k.width, height)
			placed := placedKey{key: k, at: fyne.NewPos(x, edge+float32(n)*height), room: room, face: canvas.NewRectangle(nil)}
			placed.content = p.content(k, room)
			p.keys = append(p.keys, placed)
			x += room.Width
		}
	}
	for i := range p.keys {
		p.colour(i)
	}
	p.lay()
}

// content is what stands on a key.
func (p *pad) content(k key, room fyne.Size) fyne.CanvasObject {
	own := p.kit
	own.scale = min(own.scale, 1.3)
	mark := surface
	if k.plain || k.on {
		mark = ink
	}
	if k.icon != "" {
		name := k.icon
		if k.on {
			name += " on"
		}
		i := p.icons[name] // one of each for as long as the keyboard is there
		if i == nil {
			i = own.icon(k.icon, 40, mark)
			p.icons[name] = i
		}
		i.Move(fyne.NewPos((room.Width-i.Size().Width)/2, (room.Height-i.Size().Height)/2))
		return i
	}
	size := float32(36)
	if len([]rune(k.label)) > 1 {
		size = sizeSmall
	}
	own.tight = 0.6
	// #+= is no Arabic, whatever the visitor reads.
	w := words{size: size, bold: true, color: mark, align: fyne.TextAlignCenter, fixed: size > sizeSmall,
		settled: true, right: fromRight(k.label, false)}
	for range 6 {
		if strings.Contains(k.label, " ") || own.measure(k.label, w).Width <= room.Width-p.kit.target(20) {
			break
		}
		own.factor *= 0.93
	}
	c := own.fit(room.Height-own.px(8), func(own kit) *fyne.Container {
		return own.paragraph(k.label, w, room.Width-p.kit.target(8))
	})
	c.Move(fyne.NewPos((room.Width-c.Size().Width)/2, (room.Height-c.Size().Height)/2))
	return c
}

// colour gives a key the colour of what it is and of whether it is down.
func (p *pad) colour(i int) {
	k := &p.keys[i]
	tones := p.kit.tones
	var c color.Color = primary
	switch {
	case k.on, i == p.down && k.plain:
		c = notice
	case k.plain:
		c = surface
	case i == p.down:
		c = primaryHi
	}
	k.face.FillColor, k.face.CornerRadius = tones.fill(c), p.kit.px(10)
	k.face.StrokeColor, k.face.StrokeWidth = tones.mark(line), p.kit.px(2)
	if i == p.down { // by more than a colour
		k.face.StrokeColor, k.face.StrokeWidth = tones.mark(focusRing), p.kit.px(6)
	}
}

func (p *pad) lay() {
	p.ground.Resize(p.area)
	gap := p.kit.px(4)
	for _, k := range p.keys {
		put(k.face, k.at.X+gap, k.at.Y+gap, k.room.Width-2*gap, k.room.Height-2*gap)
		k.content.Move(k.at.Add(k.content.Position()))
	}
}

// at returns the key at a point, -1 for none.
func (p *pad) keyAt(pos fyne.Position) int {
	for i, k := range p.keys {
		if pos.X >= k.at.X && pos.X < k.at.X+k.room.Width && pos.Y >= k.at.Y && pos.Y < k.at.Y+k.room.Height {
			return i
		}
	}
	return -1
}

// near reports whether a finger that is let go there still means the key: it
// may slide by a quarter of it.
func (k placedKey) near(pos fyne.Position) bool {
	dx, dy := k.room.Width/4, k.room.Height/4
	return pos.X >= k.at.X-dx && pos.X < k.at.X+k.room.Width+dx && pos.Y >= k.at.Y-dy && pos.Y < k.at.Y+k.room.Height+dy
}

func (p *pad) MouseDown(e *desktop.MouseEvent) {
	if e.Button != desktop.MouseButtonPrimary {
		return
	}
	p.press(p.keyAt(e.Position))
}

func (p *pad) MouseUp(e *desktop.MouseEvent) {
	i := p.down
	p.press(-1)
	if i >= 0 && i < len(p.keys) && p.keys[i].near(e.Position) {
		p.onKey(p.keys[i].key)
	}
}

func (p *pad) press(i int) {
	before := p.down
	p.down = i
	for _, n := range []int{before, i} {
		if n >= 0 && n < len(p.keys) {
			p.colour(n)
			p.keys[n].face.Refresh()
		}
	}
}

func (p *pad) MinSize() fyne.Size { return p.area }

func (p *pad) CreateRenderer() fyne.WidgetRenderer { return &padRenderer{p} }

type padRenderer struct{ p *pad }

func (r *padRenderer) Layout(fyne.Size)   {}
func (r *padRenderer) MinSize() fyne.Size { return r.p.area }
func (r *padRenderer) Destroy()           {}
func (r *padRenderer) Refresh() {
	if c := fyne.CurrentApp().Driver().CanvasForObject(r.p); c != nil {
		c.Refresh(r.p)
	}
}

func (r *padRenderer) Objects() []fyne.CanvasObject {
	objects := []fyne.CanvasObject{r.p.ground}
	for _, k := range r.p.keys {
		objects = append(objects, k.face, k.content)
	}
	return objects
}
