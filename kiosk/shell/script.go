package shell

import (
	"slices"
	"unicode"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
)

const zwnj, zwj, lrm, rlm = '\u200c', '\u200d', '\u200e', '\u200f'

// face is one of the shell's typefaces.
type face int

// The faces. Fyne's own has Cyrillic and Greek.
const (
	faceLatin face = iota
	faceFyne
	faceArabic
	faceEthiopic
)

var (
	arabicLetters   = &unicode.RangeTable{R16: []unicode.Range16{{Lo: 0x0600, Hi: 0x06ff, Stride: 1}, {Lo: 0x0750, Hi: 0x077f, Stride: 1}}}
	ethiopicLetters = &unicode.RangeTable{R16: []unicode.Range16{{Lo: 0x1200, Hi: 0x137f, Stride: 1}}}
	fyneLetters     = &unicode.RangeTable{R16: []unicode.Range16{{Lo: 0x0370, Hi: 0x05ff, Stride: 1}, {Lo: 0x0700, Hi: 0x074f, Stride: 1}, {Lo: 0x0780, Hi: 0x11ff, Stride: 1}, {Lo: 0x1380, Hi: 0x1fff, Stride: 1}}}
)

// strip is a stretch of a line in one typeface and one direction.
type strip struct {
	text string
	face face
}

// oneFace reports the typeface of a text that is from left to right and in one
// alone, as most are. Latin words among Cyrillic ones are set as these: a
// sentence in two typefaces that are nearly alike reads badly.
func oneFace(s string) (f face, one bool) {
	for _, r := range s {
		switch {
		case r < 0x0370: // most
		case unicode.Is(fyneLetters, r):
			f = faceFyne
		case unicode.In(r, arabicLetters, ethiopicLetters) || r >= zwnj && r <= rlm || explicit(r):
			return f, false
		}
	}
	return f, true
}

// strips cuts a line into what Fyne can draw, in the order from left to right.
func strips(s string, right bool) (out []strip) {
	if f, one := oneFace(s); one && !right {
		return []strip{{s, f}}
	}
	letters := seen(s, right)
	for i := 0; i < len(letters); {
		end, f := i+1, letters[i].face()
		for end < len(letters) && letters[end].right == letters[i].right && letters[end].face() == f {
			end++
		}
		for f == faceArabic || f == faceEthiopic { // spaces between words stay in their typeface
			next := end
			for next < len(letters) && letters[next].right == letters[i].right && letters[next].runes[0] == ' ' {
				next++
			}
			if next == end || next == len(letters) || letters[next].right != letters[i].right || letters[next].face() != f {
				break
			}
			for end = next; end < len(letters) && letters[end].right == letters[i].right && letters[end].face() == f; {
				end++
			}
		}
		out = appendStrip(out, letters[i:end], f)
		i = end
	}
	return out
}

// appendStrip adds letters as the shaper wants them: what it sets from right to
// left in the order of reading, all else as it is seen.
func appendStrip(out []strip, letters []letter, f face) []strip {
	var text []rune
	if f == faceArabic && letters[0].right {
		// The shaper sets letters from right to left, and signs at their edges
		// from left to right: these stand alone.
		first, last := 0, len(letters)
		for last > first && !letters[last-1].joins() {
			last--
		}
		for first < last && !letters[first].joins() {
			first++
		}
		for _, l := range letters[:first] {
			out = append(out, strip{string(l.runes), f})
		}
		if first < last {
			for _, l := range slices.Backward(letters[first:last]) {
				text = append(text, l.runes...)
			}
			out = append(out, strip{string(text), f})
		}
		for _, l := range letters[last:] {
			out = append(out, strip{string(l.runes), f})
		}
		return out
	}
	for _, l := range letters {
		text = append(text, l.runes...)
	}
	if n := len(out); n > 0 && f == faceLatin && out[n-1].face == f {
		out[n-1].text += string(text)
		return out
	}
	return append(out, strip{string(text), f})
}

// face returns the typeface that has a letter.
func (l letter) face() face {
	switch r := l.runes[0]; {
	case unicode.Is(arabicLetters, r):
		return faceArabic
	case unicode.Is(ethiopicLetters, r):
		return faceEthiopic
	case unicode.Is(fyneLetters, r):
		return faceFyne
	}
	return faceLatin
}

// joins reports whether it is a letter that is shaped with its neighbours.
func (l letter) joins() bool { return unicode.IsLetter(l.runes[0]) }

// The room above and below the letters of Noto Sans Arabic, in letter sizes.
// Its own figures leave room for marks upon marks, twice what words take.
const (
	arabicAbove = 1.05
	arabicBelow = 0.5
)

// extent is how large a strip is, above and below its baseline.
type extent struct{ width, above, below, baseline float32 }

func (k kit) extent(p strip, w words) extent {
	size, baseline := fyne.CurrentApp().Driver().RenderedTextSize(dotted(p.text), k.letters(w), fyne.TextStyle{Bold: w.bold}, k.look.face(p.face, w.bold))
	e := extent{width: size.Width, above: baseline, below: size.Height - baseline, baseline: baseline}
	if p.face == faceArabic {
		e.above, e.below = k.letters(w)*arabicAbove, k.letters(w)*arabicBelow
	}
	return e
}

func (k kit) measureStrips(of []strip, w words) (size fyne.Size, above float32) {
	below := float32(0)
	for _, p := range of {
		e := k.extent(p, w)
		size.Width += e.width
		above, below = max(above, e.above), max(below, e.below)
	}
	size.Height = above + below
	return size, above
}

// stripLine sets strips side by side on one baseline.
func (k kit) stripLine(of []strip, w words) fyne.CanvasObject {
	size, above := k.measureStrips(of, w)
	var objects []fyne.CanvasObject
	x := float32(0)
	for _, p := range of {
		e := k.extent(p, w)
		t := k.text(p.text, p.face, w)
		t.Alignment = fyne.TextAlignLeading
		put(t, x, above-e.baseline, e.width, t.MinSize().Height)
		objects = append(objects, t)
		x += e.width
	}
	c := container.New(&lineOfPieces{align: w.align, width: size.Width}, objects...)
	c.Resize(size)
	return c
}
