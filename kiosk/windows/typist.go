package windows

import (
	"errors"
	"fmt"
	"slices"
	"sync"

	"github.com/jezek/xgb"
	"github.com/jezek/xgb/xproto"
	"github.com/jezek/xgb/xtest"
)

// errNoTyping is what a display answers that cannot be typed on by program.
var errNoTyping = errors.New("the display has no XTEST extension, which the on-screen keyboard types with")

// typist is the keyboard on the screen as the display sees it: one keyboard
// more (XTEST), whose keys take the way of all others, through the grab and
// Decide. Characters that the keyboard's layout lacks, or has under AltGr alone,
// stand on keys that nobody uses for as long as the on-screen keyboard is there.
//
// It has a connection of its own: the server lets a client that asks for a key
// in a moment wait until then.
type typist struct {
	conn *xgb.Conn
	err  error // why it cannot type, nil when it can

	mu      sync.Mutex
	shift   xproto.Keycode
	strokes map[rune]stroke
	// announce has clients read the keyboard anew.
	announce func() error
	// own is what the lent keys had before.
	own map[xproto.Keycode][]xproto.Keysym
}

func openTypist(display string, announce func() error) (*typist, error) {
	conn, err := xgb.NewConnDisplay(display)
	if err != nil {
		return nil, fmt.Errorf("connect to X display %q: %w", display, err)
	}
	t := &typist{conn: conn, announce: announce, own: map[xproto.Keycode][]xproto.Keysym{}}
	if xtest.Init(conn) != nil {
		t.err = errNoTyping
	}
	go t.readOn()
	return t, nil
}

// readOn reads what the server tells every client, new layouts for one.
func (t *typist) readOn() {
	for {
		if event, err := t.conn.WaitForEvent(); event == nil && err == nil {
			return
		}
	}
}

func (t *typist) close() {
	if t == nil {
		return
	}
	t.conn.Close() // what is still lent ends with the display, as that does with the shell
}

// ready makes characters typeable, instead of those before; none gives the keys
// back that were lent.
func (t *typist) ready(characters string) error {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.err != nil || characters == "" && len(t.own) == 0 {
		return t.err
	}
	k, modifiers, err := t.keyboard()
	if err != nil {
		return err
	}
	// As the keyboard is without what was lent.
	now := &keymap{first: k.first, perCode: k.perCode, syms: slices.Clone(k.syms)}
	for code, syms := range t.own {
		for column := range k.perCode {
			s := xproto.Keysym(0)
			if column < len(syms) {
				s = syms[column]
			}
			k.syms[int(code-k.first)*k.perCode+column] = s
		}
	}
	strokes, lent, err := plan(k, k.spareKeys(modifiers), characters)
	if err != nil {
		return err
	}
	t.strokes = strokes
	return t.lend(k, now, lent)
}

// lend gives keys their symbols, and those lent before and no more their own.
func (t *typist) lend(k, now *keymap, lent []lending) error {
	changed := false
	kept := map[xproto.Keycode]bool{}
	for _, l := range lent {
		same := true
		for i := range l.keys() {
			code := l.first + xproto.Keycode(i)
			kept[code] = true
			if _, already := t.own[code]; !already {
				t.own[code] = k.row(code)
			}
			same = same && now.at(code, 0) == Keysym(l.syms[2*i]) && now.at(code, 1) == Keysym(l.syms[2*i+1])
		}
		if same {
			continue
		}
		changed = true
		if err := xproto.ChangeKeyboardMappingChecked(t.conn, byte(l.keys()), l.first, 2, l.syms).Check(); err != nil {
			return fmt.Errorf("lend keys to the on-screen keyboard: %w", err)
		}
	}
	for _, row := range rows(slices.Sorted(keysOf(t.own, kept))) {
		changed = true
		var syms []xproto.Keysym
		width := len(t.own[row[0]])
		for _, code := range row {
			syms = append(syms, slices.Concat(t.own[code], make([]xproto.Keysym, width))[:width]...)
		}
		if err := xproto.ChangeKeyboardMappingChecked(t.conn, byte(len(row)), row[0], byte(width), syms).Check(); err != nil {
			return fmt.Errorf("give the on-screen keyboard's keys back: %w", err)
		}
		for _, code := range row {
			delete(t.own, code)
		}
	}
	if !changed {
		return nil
	}
	return t.announce()
}

// keysOf yields the keys of m that are not in but.
func keysOf(m map[xproto.Keycode][]xproto.Keysym, but map[xproto.Keycode]bool) func(func(xproto.Keycode) bool) {
	return func(yield func(xproto.Keycode) bool) {
		for code := range m {
			if !but[code] && !yield(code) {
				return
			}
		}
	}
}

// keyboard reads the layout of the keyboard that types: each keyboard has its
// own, and the display shows that of the last one used. So Shift is touched
// first, which writes nothing.
func (t *typist) keyboard() (*keymap, []xproto.Keycode, error) {
	modifiers, err := xproto.GetModifierMapping(t.conn).Reply()
	if err != nil {
		return nil, nil, fmt.Errorf("read modifier mapping: %w", err)
	}
	t.shift = 0
	for _, code := range modifiers.Keycodes[:min(int(modifiers.KeycodesPerModifier), len(modifiers.Keycodes))] {
		if t.shift == 0 {
			t.shift = code // Shift's row is the first
		}
	}
	if t.shift == 0 {
		return nil, nil, errors.New("the keyboard has no Shift")
	}
	t.press(stroke{code: t.shift})
	if _, err := xproto.GetInputFocus(t.conn).Reply(); err != nil {
		return nil, nil, fmt.Errorf("ask the display: %w", err)
	}
	k, err := readKeymap(t.conn)
	return k, modifiers.Keycodes, err
}

// write types a text. It does not wait for the display.
func (t *typist) write(text string) error {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.err != nil {
		return t.err
	}
	for _, r := range text {
		s, known := t.strokes[r]
		if !known {
			return errors.New("a character that was not made ready cannot be typed")
		}
		t.press(s)
	}
	return nil
}

// keyDelay is how long, in milliseconds, a key is apart from the one before:
// what goes up and down at one moment is a key that is held.
const keyDelay = 2

func (t *typist) press(s stroke) {
	key := func(what byte, code xproto.Keycode) {
		xtest.FakeInput(t.conn, what, byte(code), keyDelay, 0, 0, 0, 0)
	}
	if s.shift {
		key(xproto.KeyPress, t.shift)
	}
	key(xproto.KeyPress, s.code)
	key(xproto.KeyRelease, s.code)
	if s.shift {
		key(xproto.KeyRelease, t.shift)
	}
}
