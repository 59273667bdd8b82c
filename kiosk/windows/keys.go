package windows

// Keysym is an X11 key symbol (keysymdef.h).
type Keysym uint32

// Modifiers are the modifier keys held while a key goes down. Lock keys and
// AltGr are left out on purpose: they never make a shortcut, and AltGr writes
// @ and € on French keyboards.
type Modifiers struct {
	Shift, Control, Alt, Super bool
}

// Verdict says what becomes of a key. The zero value swallows it.
type Verdict int

// The verdicts.
const (
	// Swallow: no window sees the key.
	Swallow Verdict = iota
	// Pass: the focused window gets the key.
	Pass
	// SwitchFocus: the keyboard goes from the page to the bar, or back.
	SwitchFocus
)

// Key symbols that the rules name.
const (
	keyEscape    Keysym = 0xff1b
	keyHome      Keysym = 0xff50
	keyEnd       Keysym = 0xff57
	keyLeft      Keysym = 0xff51
	keyDown      Keysym = 0xff54
	keyBackspace Keysym = 0xff08
	keyDelete    Keysym = 0xffff
	keyInsert    Keysym = 0xff63
	keyF1        Keysym = 0xffbe
	keyF5        Keysym = 0xffc2
	keyF6        Keysym = 0xffc3
	keyF35       Keysym = 0xffe0
	keySuperL    Keysym = 0xffeb
	keyHyperR    Keysym = 0xffee
	keyShiftL    Keysym = 0xffe1
)

// Decide returns the verdict for a key. With Control it is an allowlist
// (editing text and reloading), with Alt and Super nothing passes: a browser's
// next version adds shortcuts, and a list of refusals would not know them.
// Without them it refuses the keys that open something: F1 to F35, Print,
// Menu, Help, Super, Shift+Escape and every key of XF86keysym.h.
func Decide(m Modifiers, key Keysym) Verdict {
	switch {
	case isPlainModifier(key):
		return Pass
	case m.Alt || m.Super:
		return Swallow
	case m.Control && m.Shift:
		return passIf(isMotion(key) || key == 'z' || key == 'v')
	case m.Control:
		return passIf(isMotion(key) || isEdit(key))
	case key == keyF6 && !m.Shift:
		return SwitchFocus
	case key == keyEscape && m.Shift, opensSomething(key):
		return Swallow
	}
	return Pass
}

func passIf(ok bool) Verdict {
	if ok {
		return Pass
	}
	return Swallow
}

// isPlainModifier reports the keys that windows must see to know that they are
// held: Shift, Control, Caps Lock, Alt, Num Lock and the ISO level shifts.
func isPlainModifier(k Keysym) bool {
	return k >= keyShiftL && k < keySuperL || // Shift_L … Alt_R
		k == 0xff7f || k == 0xff14 || // Num_Lock, Scroll_Lock
		k == 0xff7e || // Mode_switch
		k >= 0xfe02 && k <= 0xfe05 || k == 0xfe11 // ISO level 2, 3 and 5 shifts
}

func isMotion(k Keysym) bool {
	return k >= keyLeft && k <= keyDown || k == keyHome || k == keyEnd
}

// isEdit reports what Control does to text (all, copy, paste, cut, undo,
// redo, delete a word) and reloading the page.
func isEdit(k Keysym) bool {
	switch k {
	case 'a', 'c', 'v', 'x', 'z', 'y', 'r', keyBackspace, keyDelete, keyInsert:
		return true
	}
	return false
}

func opensSomething(k Keysym) bool {
	switch {
	case k >= keyF1 && k <= keyF35:
		return k != keyF5
	case k >= keySuperL && k <= keyHyperR:
		return true
	case k >= 0xff60 && k <= 0xff6b && k != keyInsert: // Select, Print, Execute, Undo, Redo, Menu, Find, Cancel, Help, Break
		return true
	case k == 0xff13 || k == 0xff15: // Pause, Sys_Req
		return true
	case k >= 0xfe08 && k <= 0xfe0f: // ISO group keys change the layout
		return true
	case k >= 0xff91 && k <= 0xff94: // KP_F1 … KP_F4
		return true
	case k >= 0xfed0 && k <= 0xfed5: // Terminate_Server and screen keys
		return true
	case k >= 0x1005ff00 && k <= 0x1008ffff, k >= 0x10080000 && k <= 0x1008ffff: // Sun, XF86
		return true
	case k >= 0x10081000 && k <= 0x100812ff: // XF86, kernel key codes
		return true
	}
	return false
}
