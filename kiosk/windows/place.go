package windows

import (
	"slices"

	"github.com/jezek/xgb/xproto"
)

// normalState is WM_STATE's NormalState with no icon window (ICCCM 4.1.3.1).
var normalState = []byte{1, 0, 0, 0, 0, 0, 0, 0}

// manage takes a window that asks to be mapped: the shell by its process, as
// long as no shell is named, and everything else as a page.
func (m *Manager) manage(w xproto.Window) {
	if w == m.shell || slices.Contains(m.pages, w) {
		return
	}
	xproto.ChangeProperty(m.conn, xproto.PropModeReplace, w, m.atoms.wmState, m.atoms.wmState, 32, 2, normalState)
	pid := m.cardinals(w, m.atoms.netWMPID)
	if m.shell == 0 && m.options.ShellPID != 0 && len(pid) == 1 && int(pid[0]) == m.options.ShellPID {
		m.setShell(w)
		return
	}
	m.pages = append(m.pages, w)
}

func (m *Manager) setShell(w xproto.Window) {
	m.shell = w
	xproto.ChangeWindowAttributes(m.conn, w, xproto.CwEventMask, []uint32{xproto.EventMaskFocusChange})
}

// popup takes an override-redirect window that is on the screen already: the
// display asked nobody. Under the shell it has nothing to say.
func (m *Manager) popup(w xproto.Window) {
	if !slices.Contains(m.popups, w) {
		m.popups = append(m.popups, w)
	}
	if !m.shown || len(m.popups) > maxPopups {
		m.refuse(w)
		return
	}
	g, err := xproto.GetGeometry(m.conn, xproto.Drawable(w)).Reply()
	if err != nil {
		return
	}
	m.confine(w, Rect{int(g.X), int(g.Y), int(g.Width), int(g.Height)})
}

// confine moves a menu off the bar. It asks for nothing when the menu lies
// well, so that our own ConfigureNotify ends there.
func (m *Manager) confine(w xproto.Window, r Rect) {
	if in := r.within(m.page()); in != r && m.mayMove(w) {
		m.place(w, in)
	}
}

// arrange puts every window where it belongs, in the right order, and gives
// the keyboard to the right one.
func (m *Manager) arrange() {
	page := m.page()
	for _, w := range m.pages {
		m.place(w, page)
	}
	if m.shell != 0 {
		m.place(m.shell, m.full())
	}
	if m.shown {
		for _, w := range m.pages {
			m.raise(w)
		}
		for _, w := range m.popups {
			m.raise(w)
		}
	} else {
		for _, w := range m.popups {
			xproto.UnmapWindow(m.conn, w)
		}
		m.raise(m.shell)
	}
	m.focus()
}

// focus gives the keyboard to the front window, or to nobody.
func (m *Manager) focus() {
	w := m.front()
	if w == 0 {
		xproto.SetInputFocus(m.conn, xproto.InputFocusNone, m.root, xproto.TimeCurrentTime)
		return
	}
	xproto.SetInputFocus(m.conn, xproto.InputFocusNone, w, xproto.TimeCurrentTime)
	if slices.Contains(m.cardinals(w, m.atoms.wmProtocols), uint32(m.atoms.wmTakeFocus)) {
		take := xproto.ClientMessageEvent{Format: 32, Window: w, Type: m.atoms.wmProtocols,
			Data: xproto.ClientMessageDataUnionData32New([]uint32{uint32(m.atoms.wmTakeFocus), xproto.TimeCurrentTime, 0, 0, 0})}
		xproto.SendEvent(m.conn, false, w, xproto.EventMaskNoEvent, string(take.Bytes()))
	}
}

// front is the window that the keyboard belongs to.
func (m *Manager) front() xproto.Window {
	if m.shown && !m.barFocused && len(m.pages) > 0 {
		return m.pages[len(m.pages)-1]
	}
	return m.shell
}

// keepFocus takes the keyboard back when a hidden browser window took it from
// the shell. Grabs move the focus too, and give it back by themselves.
func (m *Manager) keepFocus(e xproto.FocusOutEvent) {
	if m.shown || e.Event != m.shell || e.Mode != xproto.NotifyModeNormal || e.Detail == xproto.NotifyDetailPointer {
		return
	}
	if now, err := xproto.GetInputFocus(m.conn).Reply(); err == nil && now.Focus != m.shell {
		m.focus()
	}
}

func (m *Manager) full() Rect { return Rect{0, 0, m.width, m.height} }

func (m *Manager) place(w xproto.Window, r Rect) {
	xproto.ConfigureWindow(m.conn, w,
		xproto.ConfigWindowX|xproto.ConfigWindowY|xproto.ConfigWindowWidth|xproto.ConfigWindowHeight|xproto.ConfigWindowBorderWidth,
		[]uint32{uint32(r.X), uint32(r.Y), uint32(r.Width), uint32(r.Height), 0})
}

// hide puts a page that is about to appear in its place below the shell, while
// the shell is in front: put there afterwards, it would be seen for a moment.
func (m *Manager) hide(w xproto.Window) {
	if m.shown || m.shell == 0 || w == m.shell {
		return
	}
	m.place(w, m.page())
	xproto.ConfigureWindow(m.conn, w, xproto.ConfigWindowSibling|xproto.ConfigWindowStackMode,
		[]uint32{uint32(m.shell), xproto.StackModeBelow})
}

func (m *Manager) raise(w xproto.Window) {
	if w == 0 {
		return
	}
	xproto.ConfigureWindow(m.conn, w, xproto.ConfigWindowStackMode, []uint32{xproto.StackModeAbove})
}
