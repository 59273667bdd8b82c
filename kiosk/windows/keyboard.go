package windows

import (
	"fmt"

	"github.com/jezek/xgb/xproto"
)

// grabKeyboard asks the display to show us every key before anyone else. The
// grab is synchronous: the keyboard waits until keyPressed lets the key pass
// or drops it, so a rule covers every layout, lock key and sticky key without
// a list of grabs. (A menu that holds the keyboard itself still gets its keys;
// browsers take no shortcut then. Switching consoles is the server's own doing
// and is turned off in its configuration.)
func (m *Manager) grabKeyboard() error {
	err := xproto.GrabKeyChecked(m.conn, false, m.root, xproto.ModMaskAny, xproto.GrabAny,
		xproto.GrabModeAsync, xproto.GrabModeSync).Check()
	if err != nil {
		return fmt.Errorf("grab the keyboard: %w", err)
	}
	return nil
}

// keyPressed answers each key that the grab stopped, exactly once: an answer
// too many could reach the next key, which stands still by then, and let a
// shortcut through that was typed in the same millisecond.
func (m *Manager) keyPressed(e xproto.KeyPressEvent) {
	verdict := m.keys.decide(e.Detail, e.State, m.switches.group())
	repeated := m.released.Detail == e.Detail && m.released.Time == e.Time
	within := m.holding != 0 || repeated
	switch {
	case within && repeated:
		m.holding = e.Detail // told up and down at the same moment: it is held
	case within:
	case verdict == Pass:
		xproto.AllowEvents(m.conn, xproto.AllowReplayKeyboard, e.Time)
		return
	default:
		// The grab then holds until the key is up: its repeats, and what is
		// typed meanwhile, come here and go no further.
		xproto.AllowEvents(m.conn, xproto.AllowAsyncKeyboard, e.Time)
		m.holding = e.Detail
	}
	if m.keys.at(e.Detail, 0) == keyNumLock {
		m.switches.accessOff() // with Shift, the server itself made the keypad a mouse
	}
	switch {
	case repeated:
	case verdict == SwitchFocus && m.shown:
		m.barFocused = !m.barFocused
		m.focus()
	case verdict == Swallow && m.options.OnRefusedKey != nil:
		m.options.OnRefusedKey()
	}
}

func (m *Manager) keyReleased(e xproto.KeyReleaseEvent) {
	m.released = e
	if e.Detail == m.holding {
		m.holding = 0
	}
}

// freeKeyboard lets the keyboard go on when a key that seems to be held is not:
// one whose release was lost, or that was typed twice in one millisecond.
func (m *Manager) freeKeyboard() {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.holding == 0 {
		return
	}
	down, err := xproto.QueryKeymap(m.conn).Reply()
	if err != nil || down.Keys[m.holding/8]&(1<<(m.holding%8)) != 0 {
		return
	}
	m.holding = 0
	xproto.AllowEvents(m.conn, xproto.AllowAsyncKeyboard, xproto.TimeCurrentTime)
}
