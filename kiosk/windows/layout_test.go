package windows

import (
	"os"
	"os/exec"
	"slices"
	"sync/atomic"
	"testing"
)

// On a French keyboard shortcuts follow the letters printed on the keys, and
// AltGr still writes @ and €.
func TestKeysOfAFrenchKeyboard(t *testing.T) {
	display := startXvfb(t)
	var refused atomic.Int32
	m := startManager(t, display, Options{BarHeight: 96, OnRefusedKey: func() { refused.Add(1) }})
	c := newClient(t, display)
	page := c.window(screenRect, 0, false)
	m.ShowPage(true)
	eventually(t, "the page has the keyboard", func() bool { return c.focused() == page })
	set := exec.Command("setxkbmap", "fr")
	set.Env = append(os.Environ(), "DISPLAY="+display)
	if out, err := set.CombinedOutput(); err != nil {
		t.Skipf("setxkbmap fr: %v %s", err, out)
	}
	eventually(t, "the manager knows the new layout", func() bool {
		m.mu.Lock()
		defer m.mu.Unlock()
		return m.keys.at(24, 0) == 'a' // Q of a QWERTY keyboard
	})
	c.keys()
	const control, altGr, aGrave = 0xffe3, 0xfe03, 0xe0
	var got []Keysym
	arrived := func(want ...Keysym) func() bool {
		return func() bool {
			for _, code := range c.keys() {
				if s := m.keys.at(code, 0); !isPlainModifier(s) {
					got = append(got, s)
				}
			}
			return slices.Equal(got, want)
		}
	}
	c.press(altGr, aGrave)
	eventually(t, "AltGr+à writes @", arrived(aGrave))
	c.press(altGr, 'e')
	eventually(t, "AltGr+e writes €", arrived(aGrave, 'e'))
	c.press(control, 'z')
	eventually(t, "Ctrl+Z undoes", arrived(aGrave, 'e', 'z'))
	for i, letter := range []Keysym{'w', 'q', 'n', 'o'} {
		c.press(control, letter)
		eventually(t, "Ctrl and the letter are refused", func() bool { return refused.Load() > int32(i) })
	}
	if !arrived(aGrave, 'e', 'z')() {
		t.Errorf("keys %#x reached the page", got)
	}
}
