package windows

import (
	"fmt"
	"slices"
	"unicode"

	"github.com/jezek/xgb/xproto"
)

// stroke is how a character is typed: a key, with Shift or without.
type stroke struct {
	code  xproto.Keycode
	shift bool
}

// lending is a row of keys that lie side by side and are given other symbols,
// two each: a request changes such a row at once.
type lending struct {
	first xproto.Keycode
	syms  []xproto.Keysym
}

func (l lending) keys() int { return len(l.syms) / 2 }

// Pressing these keys is asked for by a character each.
var pressed = map[rune]Keysym{'\b': keyBackspace, '\t': 0xff09, '\n': 0xff0d, '←': keyLeft, '→': 0xff53}

// symbolOf is the symbol that writes a character, or presses a key.
func symbolOf(r rune) Keysym {
	if k := pressed[r]; k != 0 {
		return k
	}
	switch {
	case r >= ' ' && r <= '~', r >= 0xa0 && r <= 0xff:
		return Keysym(r)
	case r == '€':
		return 0x20ac
	}
	return 0x01000000 | Keysym(r) // Unicode (keysymdef.h)
}

// plan finds a key for each character: one that the keyboard has, or one that
// is lent. Keys that need AltGr are not used: which key that is, and whether
// it is held, is the visitor's own keyboard's affair.
func plan(k *keymap, spare []xproto.Keycode, characters string) (map[rune]stroke, []lending, error) {
	strokes := map[rune]stroke{}
	var missing []rune
	for _, r := range characters {
		if _, known := strokes[r]; known {
			continue
		}
		s, there := k.stroke(symbolOf(r))
		strokes[r] = s
		if !there {
			missing = append(missing, r)
		}
	}
	pairs := pairs(missing)
	var lent []lending
	for _, row := range rows(spare) {
		if len(pairs) == 0 {
			break
		}
		take := pairs[:min(len(row), len(pairs))]
		pairs = pairs[len(take):]
		l := lending{first: row[0]}
		for i, pair := range take {
			for shifted, r := range pair {
				strokes[r] = stroke{row[i], shifted == 1}
				l.syms = append(l.syms, xproto.Keysym(symbolOf(r)))
			}
		}
		lent = append(lent, l)
	}
	if len(pairs) > 0 {
		return nil, nil, fmt.Errorf("the keyboard has %d keys to lend: too few by %d", len(spare), len(pairs))
	}
	return strokes, lent, nil
}

// stroke finds the key that has a symbol, alone or with Shift.
func (k *keymap) stroke(s Keysym) (stroke, bool) {
	for column := range 2 {
		for i := range len(k.syms) / max(k.perCode, 1) {
			code := k.first + xproto.Keycode(i)
			if k.at(code, column) == s && (column == 0 || k.at(code, 0) != 0) {
				return stroke{code, column == 1}, true
			}
		}
	}
	return stroke{}, false
}

// pairs puts two characters on a key, a letter beside its capital.
func pairs(characters []rune) (all [][2]rune) {
	left := slices.Clone(characters)
	for len(left) > 0 {
		pair := [2]rune{left[0], left[0]}
		left = left[1:]
		if i := slices.Index(left, unicode.ToUpper(pair[0])); i >= 0 {
			pair[1] = left[i]
			left = slices.Delete(left, i, i+1)
		} else if i := slices.Index(left, unicode.ToLower(pair[0])); i >= 0 {
			pair[0] = left[i]
			left = slices.Delete(left, i, i+1)
		} else if i := slices.IndexFunc(left, func(r rune) bool { return !unicode.IsLetter(r) }); i >= 0 && !unicode.IsLetter(pair[0]) {
			pair[1] = left[i]
			left = slices.Delete(left, i, i+1)
		}
		all = append(all, pair)
	}
	return all
}

// idleRows are the keys of Linux, first and last, that browsers know by no
// number. Of a letter that is not Latin, Chromium looks at the key's number as
// well, whatever its symbol: on the key for "reload" it would reload the page.
var idleRows = [][2]xproto.Keycode{{120, 120}, {147, 147}, {149, 149}, {153, 162}, {165, 165}, {168, 168}, {170, 170}, {177, 178},
	{182, 182}, {184, 186}, {189, 189}, {208, 208}, {210, 211}, {213, 214}, {217, 217}, {219, 222}, {224, 224}, {226, 230}, {234, 234}, {236, 236}, {242, 245}, {247, 255}}

// spareKeys are idle keys that no visitor types with: without a symbol, or of
// the sort of volume, mail and browser keys, which Decide refuses.
func (k *keymap) spareKeys(modifiers []xproto.Keycode) (codes []xproto.Keycode) {
	for _, row := range idleRows {
		for n := int(row[0]); n <= int(row[1]); n++ {
			code := xproto.Keycode(n)
			spare := code >= k.first && (n-int(k.first)+1)*k.perCode <= len(k.syms) && !slices.Contains(modifiers, code)
			for column := range k.perCode {
				if s := k.at(code, column); s != 0 && s < 0x10080000 {
					spare = false
				}
			}
			if spare {
				codes = append(codes, code)
			}
		}
	}
	return codes
}

// rows are the keys that lie side by side, the longest row first.
func rows(codes []xproto.Keycode) (all [][]xproto.Keycode) {
	for i, code := range codes {
		if i == 0 || code != codes[i-1]+1 {
			all = append(all, nil)
		}
		last := len(all) - 1
		all[last] = append(all[last], code)
	}
	slices.SortStableFunc(all, func(a, b []xproto.Keycode) int { return len(b) - len(a) })
	return all
}
