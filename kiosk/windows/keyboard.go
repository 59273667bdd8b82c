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
	verdict := Decide(m.keys.modifiers(e.State), m.keys.symbol(e.Detail, e.State))
	if verdict == Pass {
		xproto.AllowEvents(m.conn, xproto.AllowReplayKeyboard, e.Time)
		return
	}
	// The grab then holds until the key is up: its repeats come here as well.
	xproto.AllowEvents(m.conn, xproto.AllowAsyncKeyboard, e.Time)
	switch {
	case verdict == SwitchFocus && m.shown:
		m.barFocused = !m.barFocused
		m.focus()
	case verdict == Swallow && m.options.OnRefusedKey != nil:
		m.options.OnRefusedKey()
	}
}
