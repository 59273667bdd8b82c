package windows

import "testing"

func TestDecide(t *testing.T) {
	const (
		control = 1 << iota
		shift
		alt
		super
	)
	tests := []struct {
		name string
		mods int
		key  Keysym
		want Verdict
	}{
		{"a letter", 0, 'e', Pass},
		{"a capital", shift, 'e', Pass},
		{"the at sign of an AZERTY keyboard", 0, 0xe0, Pass},
		{"Tab", 0, 0xff09, Pass},
		{"Shift+Tab", shift, 0xfe20, Pass},
		{"Return", 0, 0xff0d, Pass},
		{"Escape", 0, keyEscape, Pass},
		{"AltGr itself", 0, 0xfe03, Pass},
		{"Control itself", 0, 0xffe3, Pass},
		{"Control while Alt is held", alt, 0xffe3, Pass},
		{"reload", 0, keyF5, Pass},
		{"copy", control, 'c', Pass},
		{"paste without format", control | shift, 'v', Pass},
		{"select words", control | shift, keyLeft, Pass},
		{"to the bar", 0, keyF6, SwitchFocus},

		{"task manager", shift, keyEscape, Swallow},
		{"help", 0, keyF1, Swallow},
		{"tools", 0, 0xffc9, Swallow},
		{"menu key", 0, 0xff67, Swallow},
		{"Shift+F10", shift, 0xffc7, Swallow},
		{"Print", 0, 0xff61, Swallow},
		{"Super", 0, keySuperL, Swallow},
		{"Super+L", super, 'l', Swallow},
		{"www key", 0, 0x1008ff2e, Swallow},
		{"power key", 0, 0x1008ff2a, Swallow},
		{"kernel-coded XF86 key", 0, 0x10081250, Swallow},
		{"Alt+F4", alt, 0xffc1, Swallow},
		{"Alt+Home", alt, keyHome, Swallow},
		{"Alt+D", alt, 'd', Swallow},
		{"Alt+Tab", alt, 0xff09, Swallow},
		{"Ctrl+Alt+F1", control | alt, keyF1, Swallow},
		{"Ctrl+Alt+BackSpace", control | alt, keyBackspace, Swallow},
		{"Ctrl+Alt+Delete", control | alt, keyDelete, Swallow},
		{"Ctrl+Shift+Delete", control | shift, keyDelete, Swallow},
		{"Ctrl+Shift+Escape", control | shift, keyEscape, Swallow},
		{"Ctrl+Tab", control, 0xff09, Swallow},
		{"Ctrl+F5", control, keyF5, Swallow},
		{"Ctrl+F6", control, keyF6, Swallow},
	}
	for _, k := range "ntosujhdlekpwfgq1234567890" {
		tests = append(tests, struct {
			name string
			mods int
			key  Keysym
			want Verdict
		}{"Ctrl+" + string(k), control, Keysym(k), Swallow})
	}
	for _, k := range "npwtqboaijcrs" {
		tests = append(tests, struct {
			name string
			mods int
			key  Keysym
			want Verdict
		}{"Ctrl+Shift+" + string(k), control | shift, Keysym(k), Swallow})
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			m := Modifiers{Control: tt.mods&control != 0, Shift: tt.mods&shift != 0,
				Alt: tt.mods&alt != 0, Super: tt.mods&super != 0}
			if got := Decide(m, tt.key); got != tt.want {
				t.Errorf("Decide(%+v, %#x) = %v, want %v", m, tt.key, got, tt.want)
			}
		})
	}
}

// With Alt or Super held, no key but a modifier reaches a window.
func FuzzDecideAltAndSuperNeverPass(f *testing.F) {
	f.Add(uint32('d'), true, false)
	f.Add(uint32(keyHome), false, true)
	f.Fuzz(func(t *testing.T, key uint32, control, shift bool) {
		k := Keysym(key)
		for _, m := range []Modifiers{{Alt: true, Control: control, Shift: shift}, {Super: true, Control: control, Shift: shift}} {
			if Decide(m, k) != Swallow && !isPlainModifier(k) {
				t.Errorf("Decide(%+v, %#x) passes", m, key)
			}
		}
	})
}
