package windows

import "github.com/jezek/xgb/xproto"

// latinRows are what a QWERTY keyboard has at the key codes of Linux (evdev),
// row by row. Browsers read a shortcut of a Cyrillic, Greek or Arabic layout by
// the key's position there, and so do we.
var latinRows = []struct {
	first xproto.Keycode
	syms  string
}{
	{10, "1234567890-="}, {24, "qwertyuiop[]"}, {38, "asdfghjkl;'`"}, {51, `\zxcvbnm,./`},
}

// latinAt returns the QWERTY symbol of a key's position, 0 for none.
func latinAt(code xproto.Keycode) Keysym {
	for _, r := range latinRows {
		if i := int(code) - int(r.first); i >= 0 && i < len(r.syms) {
			return Keysym(r.syms[i])
		}
	}
	return 0
}

// isForeignLetter reports the letters of scripts other than Latin: their sets
// of keysymdef.h (Kana, Arabic, Cyrillic, Greek, Hebrew, Thai, Korean), and
// Unicode past the Latin blocks.
func isForeignLetter(k Keysym) bool {
	switch set := k >> 8; {
	case set == 0x04, set == 0x05, set == 0x06, set == 0x07, set == 0x0c, set == 0x0d, set == 0x0e:
		return true
	case k >= 0x01000370 && k <= 0x01001dff, k >= 0x01002d00 && k <= 0x0110ffff:
		return true
	}
	return false
}
