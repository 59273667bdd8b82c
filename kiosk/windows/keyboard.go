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

func (m *Manager) keyPressed(e xproto.KeyPressEvent) {
	verdict := m.keys.decide(e.Detail, e.State)
	if m.keys.at(e.Detail, 0) == keyNumLock {
		m.switches.accessOff() // with Shift, the server itself made the keypad a mouse
	}
	if verdict == Pass {
		xproto.AllowEvents(m.conn, xproto.AllowReplayKeyboard, e.Time)
		return
	}
	// The grab then holds until the key is up: its repeats come here as well.
	xproto.AllowEvents(m.conn, xproto.AllowAsyncKeyboard, e.Time)
	repeated := m.repeats(e)
	switch {
	case repeated:
	case verdict == SwitchFocus && m.shown:
		m.barFocused = !m.barFocused
		m.focus()
	case verdict == Swallow && m.options.OnRefusedKey != nil:
		m.options.OnRefusedKey()
	}
}

// repeats reports whether a refused key is told again because it is held: the
// server tells it up and down at the same moment then.
func (m *Manager) repeats(e xproto.KeyPressEvent) bool {
	return m.released.Detail == e.Detail && m.released.Time == e.Time
}

func (m *Manager) keyReleased(e xproto.KeyReleaseEvent) { m.released = e }
