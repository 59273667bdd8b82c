package windows

import (
	"slices"

	"github.com/jezek/xgb"
	"github.com/jezek/xgb/xproto"
)

// handle applies one event. Client messages are left out on purpose: requests
// for full screen, for the foreground or for a move all arrive that way.
func (m *Manager) handle(event xgb.Event) {
	m.mu.Lock()
	defer m.mu.Unlock()
	switch e := event.(type) {
	case xproto.KeyPressEvent:
		m.keyPressed(e)
	case xproto.MapRequestEvent:
		m.manage(e.Window)
		m.hide(e.Window)
		xproto.MapWindow(m.conn, e.Window)
		m.arrange()
	case xproto.ConfigureRequestEvent:
		m.answerConfigure(e)
	case xproto.MapNotifyEvent:
		if e.OverrideRedirect && e.Window != m.owner {
			m.popup(e.Window)
		}
	case xproto.ConfigureNotifyEvent:
		m.configured(e)
	case xproto.UnmapNotifyEvent:
		m.popups = without(m.popups, e.Window)
		if slices.Contains(m.pages, e.Window) {
			m.forget(e.Window)
		}
	case xproto.DestroyNotifyEvent:
		m.forget(e.Window)
	case xproto.MappingNotifyEvent:
		if keys, err := readKeymap(m.conn); err == nil {
			m.keys = keys
		}
	case xproto.FocusOutEvent:
		m.keepFocus(e)
	}
}

// answerConfigure refuses a window's wish and tells it where it is (ICCCM
// 4.1.5: a synthetic ConfigureNotify).
func (m *Manager) answerConfigure(e xproto.ConfigureRequestEvent) {
	r := m.page()
	if e.Window == m.shell {
		r = m.full()
	}
	m.place(e.Window, r)
	notice := xproto.ConfigureNotifyEvent{Event: e.Window, Window: e.Window,
		X: int16(r.X), Y: int16(r.Y), Width: uint16(r.Width), Height: uint16(r.Height)}
	xproto.SendEvent(m.conn, false, e.Window, xproto.EventMaskStructureNotify, string(notice.Bytes()))
}

// configured follows the screen's size and holds menus in the page.
func (m *Manager) configured(e xproto.ConfigureNotifyEvent) {
	switch {
	case e.Window == m.root:
		if m.width != int(e.Width) || m.height != int(e.Height) {
			m.width, m.height = int(e.Width), int(e.Height)
			m.arrange()
		}
	case slices.Contains(m.popups, e.Window):
		m.confine(e.Window, Rect{int(e.X), int(e.Y), int(e.Width), int(e.Height)})
	}
}

func (m *Manager) forget(w xproto.Window) {
	if w == m.shell {
		m.shell = 0
	}
	m.pages, m.popups = without(m.pages, w), without(m.popups, w)
	m.focus()
}

func without(list []xproto.Window, w xproto.Window) []xproto.Window {
	return slices.DeleteFunc(list, func(x xproto.Window) bool { return x == w })
}
