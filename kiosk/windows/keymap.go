package windows

import (
	"fmt"
	"slices"

	"github.com/jezek/xgb"
	"github.com/jezek/xgb/xproto"
)

// keymap translates key codes and modifier bits of the display, whatever its
// keyboard layout.
type keymap struct {
	first    xproto.Keycode
	perCode  int
	syms     []xproto.Keysym
	alt, sup uint16
}

func readKeymap(c *xgb.Conn) (*keymap, error) {
	setup := xproto.Setup(c)
	count := byte(setup.MaxKeycode - setup.MinKeycode + 1)
	m, err := xproto.GetKeyboardMapping(c, setup.MinKeycode, count).Reply()
	if err != nil {
		return nil, fmt.Errorf("read keyboard mapping: %w", err)
	}
	mods, err := xproto.GetModifierMapping(c).Reply()
	if err != nil {
		return nil, fmt.Errorf("read modifier mapping: %w", err)
	}
	k := &keymap{first: setup.MinKeycode, perCode: int(m.KeysymsPerKeycode), syms: m.Keysyms}
	k.alt, k.sup = xproto.ModMask1, xproto.ModMask4
	for i, code := range mods.Keycodes {
		bit := uint16(1) << (i / int(max(mods.KeycodesPerModifier, 1)))
		if code == 0 || bit < xproto.ModMask1 {
			continue
		}
		switch s := k.at(code, 0); {
		case s >= 0xffe7 && s <= 0xffea: // Meta, Alt
			k.alt |= bit
		case s >= keySuperL && s <= keyHyperR:
			k.sup |= bit
		}
	}
	return k, nil
}

// at returns the symbol of a key in a column of the core keyboard mapping.
func (k *keymap) at(code xproto.Keycode, column int) Keysym {
	i := (int(code)-int(k.first))*k.perCode + column
	if code < k.first || column >= k.perCode || i >= len(k.syms) {
		return 0
	}
	return Keysym(k.syms[i])
}

// row returns all symbols of a key.
func (k *keymap) row(code xproto.Keycode) []xproto.Keysym {
	at := int(code-k.first) * k.perCode
	return slices.Clone(k.syms[at : at+k.perCode])
}

// symbols returns what a key may mean as a shortcut in a group of the layout,
// from 0: what is printed on it, as QWERTY where that is a letter of another
// script. There is one symbol, or several where the core protocol does not say
// which; a key that means nothing has the symbol 0.
func (k *keymap) symbols(code xproto.Keycode, group uint16) []Keysym {
	switch group {
	case 0:
		return []Keysym{k.shortcut(code, 0)}
	case 1:
		// A key that has no second group keeps its first.
		if k.at(code, 2) != 0 || k.at(code, 3) != 0 {
			return []Keysym{k.shortcut(code, 2)}
		}
		return []Keysym{k.shortcut(code, 0)}
	}
	// Where the third and fourth group stand depends on the widths of the
	// others: whatever the key may be, it must be allowed.
	all := []Keysym{k.shortcut(code, 0), latinAt(code)}
	for column := range k.perCode {
		if s := k.shortcut(code, column); s != 0 {
			all = append(all, s)
		}
	}
	return all
}

func (k *keymap) shortcut(code xproto.Keycode, column int) Keysym {
	s := k.at(code, column)
	if isForeignLetter(s) {
		if latin := latinAt(code); latin != 0 {
			return latin
		}
	}
	if s >= 'A' && s <= 'Z' {
		s += 'a' - 'A'
	}
	return s
}

// decide is Decide for a key as the display tells it: the strictest verdict of
// all that it may mean.
func (k *keymap) decide(code xproto.Keycode, state, group uint16) Verdict {
	m := k.modifiers(state)
	symbols := k.symbols(code, group)
	verdict := Decide(m, symbols[0])
	for _, s := range symbols[1:] {
		if Decide(m, s) != verdict {
			return Swallow
		}
	}
	return verdict
}

func (k *keymap) modifiers(state uint16) Modifiers {
	return Modifiers{
		Shift:   state&xproto.ModMaskShift != 0,
		Control: state&xproto.ModMaskControl != 0,
		Alt:     state&k.alt != 0,
		Super:   state&k.sup != 0,
	}
}
