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
	keyNumLock   Keysym = 0xff7f
)

// Decide returns the verdict for a key. It is an allowlist: a browser's next
// version adds shortcuts, a keyboard has keys that nobody thought of, and a
// list of refusals would know neither. With Control, editing text and
// reloading pass; with Alt or Super nothing does; without them, what writes,
// moves within the page, or does nothing by itself.
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
	case key == keyEscape && m.Shift: // the browser's task manager
		return Swallow
	}
	return passIf(writes(key) || actsInThePage(key))
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
		k == keyNumLock || k == 0xff14 || // Num_Lock, Scroll_Lock
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

// writes reports what puts a character on the page: the letters and signs of
// keysymdef.h and Unicode, dead keys, the Compose key and the keypad.
func writes(k Keysym) bool {
	switch {
	case k >= 0x20 && k <= 0x7e, k >= 0xa0 && k <= 0x20ff: // Latin-1 to currencies
		return true
	case k >= 0x01000100 && k <= 0x0110ffff:
		return true
	case k >= 0xfe50 && k <= 0xfe93, k == 0xff20: // dead keys, Multi_key
		return true
	case k == 0xff80, k == 0xff8d, k >= 0xffaa && k <= 0xffb9, k == 0xffbd: // keypad: space, Enter, signs and digits
		return true
	}
	return false
}

// actsInThePage reports the keys that move, delete, confirm or reload.
func actsInThePage(k Keysym) bool {
	switch {
	case k == keyBackspace, k == 0xff09, k == 0xfe20, k == 0xff0d, k == keyEscape: // Tab, ISO_Left_Tab, Return
		return true
	case k >= keyHome && k <= 0xff58: // Home, arrows, Page Up and Down, End, Begin
		return true
	case k == keyInsert, k == keyDelete, k == keyF5:
		return true
	case k >= 0xff95 && k <= 0xff9f, k == 0xff89: // the same on the keypad, Tab
		return true
	}
	return false
}
