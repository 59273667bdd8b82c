package shell

import (
	"image/color"
	"strings"

	"borne/kiosk"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/container"
)

// Sizes at 1280×800, in Fyne units. Targets are at least 88, which is 20 mm on
// the common 15 to 24 inch screens; words at least 24.
const (
	sizeBody   = 26
	sizeSmall  = 24
	sizeLarge  = 32
	sizeTitle  = 46
	sizeTarget = 88
	radius     = 18
	margin     = 40
)

// kit builds what a screen is made of, for one size of window and one language.
type kit struct {
	look   *look
	texts  *Texts
	lang   kiosk.Language
	size   fyne.Size
	factor float32
	// full is the factor of the window, which targets keep whatever gives way.
	full float32
	// perMM is how many points a millimetre has, 0 where nobody knows.
	perMM float32
	// scale is how much larger than usual letters are, tight how much of the
	// usual room there is between things and for signs.
	scale, tight float32
	tones        tones
	// own is the organisation's colour, empty for ours.
	own kiosk.Colour
}

// newKit scales everything with the window, so that a target keeps its share
// of a larger screen.
func newKit(l *look, t *Texts, lang kiosk.Language, size fyne.Size) kit {
	factor := min(size.Width/1280, size.Height/800)
	if size.Height > size.Width {
		factor = min(size.Width/820, size.Height/1180)
	}
	factor = min(max(factor, 0.8), 4)
	return kit{look: l, texts: t, lang: lang, size: size, factor: factor, full: factor, scale: 1, tight: 1}
}

// with draws for a visitor who reads so.
func (k kit) with(a aids) kit {
	k.scale = a.scale()
	return k.toned(a)
}

// toned draws in other colours.
func (k kit) toned(a aids) kit {
	if k.tones = tonesOf(a.colours); a.colours == coloursStandard {
		k.tones = ownTones(k.own)
	}
	return k
}

// modest draws what stands beside the words of a screen, whose letters must not
// take their room.
func (k kit) modest() kit {
	k.scale = min(k.scale, modestScale)
	return k
}

// target is a length that does not give way: that of a finger.
func (k kit) target(v float32) float32 { return v * k.full }

// grows is up to which size letters grow in full; titles are large already and
// grow by as much.
const grows = 30

// letters is the size of letters, in Fyne units. Those of a visitor's words are
// never smaller than 24.
func (k kit) letters(w words) float32 {
	v := w.size
	if !w.fixed {
		v += min(v, grows) * (k.scale - 1)
	}
	if w.narrow > 0 {
		v *= w.narrow
	}
	return max(k.px(v), min(w.size, sizeSmall))
}

func (k kit) portrait() bool { return k.size.Height > k.size.Width }

// px turns a length at 1280×800 into one on this window.
func (k kit) px(v float32) float32 { return v * k.factor }

// parts says several things in a line, each in its own direction: a number
// after a Latin word does not become a part of it.
func (k kit) parts(of ...string) string {
	if k.lang.RightToLeft() {
		return strings.Join(of, string([]rune{rlm, ' ', '·', ' ', rlm}))
	}
	return strings.Join(of, " · ")
}

// say returns a text in the visitor's language.
func (k kit) say(id textID) string { return k.texts.in(k.lang, id, nil) }

// words is how a text is set.
type words struct {
	size  float32 // at 1280×800
	bold  bool
	color color.Color
	align fyne.TextAlign
	// lines is the most lines shown, 0 for as many as it takes.
	lines int
	// theirs is true for what stands for one visitor: such a text is drawn in
	// pieces, so that no cache of the graphics library keeps it.
	theirs bool
	// fixed letters do not grow, narrow ones are so much smaller.
	fixed  bool
	narrow float32
	// voice is the language that it is said in, empty for the visitor's.
	voice kiosk.Language
	// right is the base direction where settled; otherwise the words tell.
	right, settled bool
}

func (k kit) measure(s string, w words) fyne.Size {
	size, _ := k.measureStrips(k.strips(s, w), w)
	return size
}

// strips cuts a line into what is drawn, from left to right.
func (k kit) strips(s string, w words) []strip {
	right := w.right
	if !w.settled {
		right = fromRight(s, k.lang.RightToLeft())
	}
	if w.theirs {
		return k.look.alphabet.split(s, right)
	}
	return strips(s, right)
}

// wrap breaks a text into lines no wider than width, between words.
func (k kit) wrap(s string, w words, width float32) []string {
	var lines []string
	current := ""
	for _, word := range unbroken(s) {
		next := word
		if current != "" {
			next = current + " " + word
		}
		if current != "" && k.measure(next, w).Width > width {
			lines, next = append(lines, current), word
		}
		current = next
	}
	lines = append(lines, current)
	if w.lines > 0 && len(lines) > w.lines {
		lines = lines[:w.lines]
		last := strings.TrimRight(lines[w.lines-1], " ,;·")
		for last != "" && k.measure(last+"…", w).Width > width {
			cut := strings.LastIndex(last, " ")
			last = strings.TrimRight(last[:max(cut, 0)], " ,;·")
		}
		lines[w.lines-1] = last + "…"
	}
	return lines
}

// unbroken are the words of a text, with the marks that French sets off by a space:
// no line begins with one, nor ends in an opening quote.
func unbroken(s string) (all []string) {
	for _, word := range strings.Split(s, " ") {
		last := len(all) - 1
		if last >= 0 && (strings.HasPrefix(word, "»") || word == ":" || word == ";" || word == "?" || word == "!" || strings.HasSuffix(all[last], "«")) {
			all[last] += " " + word
			continue
		}
		all = append(all, word)
	}
	return all
}

// balance breaks a text into as few lines as wrap does, of lengths as equal as
// can be: a last line of one word looks like a mistake.
func (k kit) balance(s string, w words, width float32) []string {
	lines := k.wrap(s, w, width)
	for narrow := width * 0.95; len(lines) > 1 && narrow > width/2; narrow *= 0.95 {
		next := k.wrap(s, w, narrow)
		if len(next) > len(lines) {
			break
		}
		lines = next
	}
	return lines
}

// line makes one line of text.
func (k kit) line(s string, w words) fyne.CanvasObject {
	of := k.strips(s, w)
	if len(of) == 1 && of[0].face != faceArabic {
		return k.text(of[0].text, of[0].face, w)
	}
	return k.stripLine(of, w)
}

// dotted writes the і of Ukrainian with the Latin letter, which is the same
// sign: the library that shapes Fyne's own typeface takes the dot off the
// Cyrillic one. Nothing but the screen reads what is drawn.
func dotted(s string) string { return strings.ReplaceAll(s, "і", "i") }

// text makes a text that Fyne draws, and keeps in its caches for a while.
func (k kit) text(s string, f face, w words) *canvas.Text {
	c := w.color
	if c == nil {
		c = ink
	}
	t := canvas.NewText(dotted(s), k.tones.mark(c))
	t.TextSize, t.TextStyle.Bold, t.Alignment, t.FontSource = k.letters(w), w.bold, w.align, k.look.face(f, w.bold)
	return t
}

// paragraph makes a wrapped text of that width, as high as it takes.
func (k kit) paragraph(s string, w words, width float32) *fyne.Container {
	if !w.settled { // the lines of a text have one direction
		w.settled, w.right = true, fromRight(s, k.lang.RightToLeft())
	}
	w.narrow = k.narrow(s, w, width)
	var objects []fyne.CanvasObject
	y := float32(0)
	lines := k.wrap(s, w, width)
	if w.align == fyne.TextAlignCenter && w.lines == 0 {
		lines = k.balance(s, w, width)
	}
	for _, l := range lines {
		t := k.line(l, w)
		height := k.measure(l, w).Height
		put(t, 0, y, width, height)
		objects = append(objects, t)
		y += height * 1.06
	}
	return k.saying(s, w, fyne.NewSize(width, y), objects...)
}

// narrow is how much smaller letters must be for the longest word to fit.
func (k kit) narrow(s string, w words, width float32) float32 {
	widest := float32(0)
	for word := range strings.FieldsSeq(s) {
		widest = max(widest, k.measure(word, w).Width)
	}
	if widest <= width {
		return w.narrow
	}
	return width / widest * 0.97 // letters are set on whole points
}

// icon makes a sign of that size, at 1280×800.
func (k kit) icon(name string, size float32, c color.NRGBA) *canvas.Image {
	c = k.tones.mark(c).(color.NRGBA)
	return k.look.image(k.look.icon(name, c, k.px(size), turned[name] && k.lang.RightToLeft()), k.px(size))
}

// disc makes a sign on a round ground.
func (k kit) disc(icon string, size float32, h hue) *fyne.Container {
	size *= k.tight
	round := canvas.NewCircle(h.disc)
	d := k.px(size)
	put(round, 0, 0, d, d)
	i := k.icon(icon, size*0.56, h.stroke)
	i.Move(fyne.NewPos(d*0.22, d*0.22))
	return k.box(fyne.NewSquareSize(d), round, i)
}

// box groups objects that are in their places already.
func (k kit) box(size fyne.Size, objects ...fyne.CanvasObject) *fyne.Container {
	c := container.New(fixed(size), objects...)
	c.Resize(size)
	return c
}

// fixed is a layout of known size that moves nothing.
type fixed fyne.Size

func (f fixed) Layout([]fyne.CanvasObject, fyne.Size) {}
func (f fixed) MinSize([]fyne.CanvasObject) fyne.Size { return fyne.Size(f) }

func put(o fyne.CanvasObject, x, y, w, h float32) {
	o.Resize(fyne.NewSize(w, h))
	o.Move(fyne.NewPos(x, y))
}
