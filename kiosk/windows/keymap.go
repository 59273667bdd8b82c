package windows

import (
	"fmt"

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

// symbol returns the unshifted symbol of a key in the group that state names.
// Browsers read shortcuts on a Cyrillic or Greek layout as if it were Latin,
// so the first group then counts.
func (k *keymap) symbol(code xproto.Keycode, state uint16) Keysym {
	s := k.at(code, 0)
	if group := state >> 13 & 3; group != 0 {
		if second := k.at(code, 2); second != 0 && (second <= 0xff || second >= 0xfe00) {
			s = second
		}
	}
	if s >= 'A' && s <= 'Z' {
		s += 'a' - 'A'
	}
	return s
}

func (k *keymap) modifiers(state uint16) Modifiers {
	return Modifiers{
		Shift:   state&xproto.ModMaskShift != 0,
		Control: state&xproto.ModMaskControl != 0,
		Alt:     state&k.alt != 0,
		Super:   state&k.sup != 0,
	}
}
