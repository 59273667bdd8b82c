package shell

import (
	"context"
	"strings"

	"borne/kiosk"
)

// Typist types on the page. Characters are made ready all at once, before
// the first is typed; besides them there are keys: '\b', '\t', '\n', '←', '→'.
type Typist interface {
	// Ready makes characters typeable; none gives the keyboard back.
	Ready(characters string) error
	// Type types characters that are ready. What they are is told to nobody else.
	Type(text string) error
}

// layer is one page of the on-screen keyboard.
type layer int

// The layers. The zero value is the language's own letters.
const (
	layerLetters layer = iota
	layerLatin
	layerSigns
	layerAccents
)

// keyboard is the on-screen keyboard as the visitor left it. It has nothing
// but what writes: no Control, no Alt, no settings. It keeps no text.
type keyboard struct {
	shown bool
	layer layer
	// back is the letters that signs and accents lead back to.
	back  layer
	shift bool
	// ready is what the display was asked to make typeable.
	ready string
	// told is true once this visit's use was counted.
	told bool
}

// keyAct is what a key does, when it does not write.
type keyAct int

// The acts. The zero value writes.
const (
	actWrite keyAct = iota
	actShift
	actLayer
)

// key is one key of a page of the keyboard.
type key struct {
	// label is what stands on it, icon a sign instead; text is what it writes.
	label, icon, text string
	act               keyAct
	to                layer
	// width in columns.
	width float32
	// plain keys write letters; others are of another colour.
	plain bool
	// on is true for Shift while it holds.
	on bool
}

// rows are the five rows of the keyboard's present page.
func (b keyboard) rows(l kiosk.Language, say func(textID) string) (rows [5][]key) {
	own, latin := lettersOf(l)
	of := b.letters(l)
	for _, digit := range strings.Fields("1 2 3 4 5 6 7 8 9 0") {
		rows[0] = append(rows[0], key{label: digit, text: digit, width: 1, plain: true})
	}
	rows[0] = append(rows[0], key{icon: "ui/backspace", text: "\b", width: 2})
	for n := range of.rows {
		for _, text := range of.row(n, b.shift) {
			k := key{label: text, text: text, width: 1, plain: true}
			if text == "⇧" {
				k = key{icon: "ui/shift", act: actShift, width: 1, on: b.shift}
			}
			rows[n+1] = append(rows[n+1], k)
		}
	}
	rows[4] = b.lastRow(own, latin, l == kiosk.Tigrinya, say)
	return rows
}

// lastRow is that of the space bar.
func (b keyboard) lastRow(own, latin letters, latinOnly bool, say func(textID) string) []key {
	lead := func(label string, to layer) key { return key{label: label, act: actLayer, to: to, width: 1} }
	write := func(text string) key { return key{label: text, text: text, width: 1} }
	space := key{label: say(textKeySpace), text: " ", width: 2, plain: true}
	if latinOnly {
		space.label = say(textKeyLatinOnly)
	}
	var row []key
	switch {
	case b.layer == layerSigns || b.layer == layerAccents:
		name := own.name
		if b.back == layerLatin {
			name = latin.name
		}
		row = append(row, lead(name, b.back))
	default:
		row = append(row, lead("#+=", layerSigns))
	}
	switch {
	case own.latin && b.layer == layerAccents:
		row = append(row, lead("#+=", layerSigns))
	case own.latin:
		row = append(row, lead("àéî", layerAccents))
	case b.layer == layerLetters || b.layer == layerSigns && b.back == layerLetters:
		row = append(row, lead(latin.name, layerLatin))
	default:
		row = append(row, lead(own.name, layerLetters))
	}
	row = append(row, write("@"), write(".fr"), write(".com"), space,
		key{icon: "ui/left", text: "←", width: 1}, key{icon: "ui/right", text: "→", width: 1},
		key{label: say(textKeyNext), text: "\t", width: 2},
		key{icon: "ui/enter", text: "\n", width: 1})
	return row
}

// characters are all that the present page types, in small and large.
func (b keyboard) characters(l kiosk.Language, say func(textID) string) string {
	var all strings.Builder
	for _, shift := range []bool{false, true} {
		b.shift = shift
		for _, row := range b.rows(l, say) {
			for _, k := range row {
				all.WriteString(k.text)
			}
		}
	}
	return all.String()
}

// after is the keyboard after a key: Shift holds for one letter.
func (b keyboard) after(k key) keyboard {
	switch k.act {
	case actShift:
		b.shift = !b.shift
	case actLayer:
		b.shift = false
		if k.to == layerSigns || k.to == layerAccents {
			if b.layer == layerLetters || b.layer == layerLatin {
				b.back = b.layer
			}
		}
		b.layer = k.to
	default:
		if k.plain {
			b.shift = false
		}
	}
	return b
}

// toggleKeyboard shows the keyboard under the page, or puts it away.
func (s *Shell) toggleKeyboard() {
	s.keyboard = keyboard{shown: !s.keyboard.shown, ready: s.keyboard.ready, told: s.keyboard.told}
	if s.keyboard.shown {
		s.tellKeyboard()
	}
	s.draw()
}

// takesText reports whether what is typed goes into the shell's own screen.
func takesText(screen screenID) bool {
	return screen == screenSearch || screen == screenEnrol || screen == screenLessonType
}

// keyboardOn reports whether a screen has the keyboard below it.
func (s *Shell) keyboardOn(screen screenID) bool {
	return takesText(screen) || screen == screenPage && s.keyboard.shown && s.options.Typist != nil
}

// struck is called for each key that was touched.
func (s *Shell) struck(k key) {
	if k.act == actWrite {
		if takesText(s.drawn.screen) {
			s.write(k.text)
		} else if err := s.options.Typist.Type(k.text); err != nil {
			s.options.Log.Debug("the on-screen keyboard types nothing", "error", err)
		}
	}
	before := s.keyboard
	s.keyboard = s.keyboard.after(k)
	if s.keyboard != before {
		s.readyKeys(s.drawn.screen)
		s.relabel()
	}
}

// readyKeys makes the present page of the keyboard typeable where it types on
// the page of a site, and gives the display its own back everywhere else.
func (s *Shell) readyKeys(screen screenID) {
	if s.options.Typist == nil {
		return
	}
	want := ""
	if s.keyboardOn(screen) && !takesText(screen) {
		want = s.keyboard.characters(s.language, func(textID) string { return "" })
	}
	if want == s.keyboard.ready {
		return
	}
	s.keyboard.ready = want
	if err := s.options.Typist.Ready(want); err != nil {
		s.options.Log.Warn("the on-screen keyboard is not ready", "error", err)
	}
}

// forgetKeyboard is for the next visitor.
func (s *Shell) forgetKeyboard() { s.keyboard = keyboard{ready: s.keyboard.ready} }

// tellKeyboard has borned count that this visit uses it, once.
func (s *Shell) tellKeyboard() {
	if s.keyboard.told {
		return
	}
	s.keyboard.told = true
	if s.options.Aids == nil {
		return
	}
	s.aside(func() {
		ctx, cancel := context.WithTimeout(context.Background(), callTimeout)
		defer cancel()
		if err := s.options.Aids.UseAid(ctx, kiosk.AidKeyboard); err != nil {
			s.options.Log.Debug("the keyboard was not counted", "error", err)
		}
	})
}
