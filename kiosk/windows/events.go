package windows

import (
	"slices"

	"github.com/jezek/xgb"
	"github.com/jezek/xgb/randr"
	"github.com/jezek/xgb/xproto"
)

// handle applies one event. Client messages are left out on purpose: requests
// for full screen, for the foreground or for a move all arrive that way.
func (m *Manager) handle(event xgb.Event) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	switch e := event.(type) {
	case xproto.KeyPressEvent:
		m.keyPressed(e)
	case xproto.KeyReleaseEvent:
		m.keyReleased(e)
	case xproto.MapRequestEvent:
		m.mapAsked(e.Window)
	case xproto.ConfigureRequestEvent:
		m.answerConfigure(e)
	case xproto.MapNotifyEvent:
		if e.OverrideRedirect && e.Window != m.owner && e.Window != m.shell {
			m.pages = without(m.pages, e.Window)
			m.popup(e.Window)
		}
	case xproto.ConfigureNotifyEvent:
		m.configured(e)
	case xproto.UnmapNotifyEvent:
		m.popups = without(m.popups, e.Window)
		switch {
		case e.Window == m.shell:
			xproto.MapWindow(m.conn, m.shell) // nobody hides the shell
			m.arrange()
		case slices.Contains(m.pages, e.Window):
			m.forget(e.Window)
		}
	case xproto.DestroyNotifyEvent:
		if e.Window == m.shell {
			return ErrShellGone
		}
		delete(m.refused, e.Window)
		delete(m.moves, e.Window)
		m.forget(e.Window)
	case xproto.ReparentNotifyEvent:
		if e.Window == m.shell && e.Parent != m.root {
			return ErrShellGone
		}
		if e.Parent != m.root {
			m.forget(e.Window)
		}
	case xproto.MappingNotifyEvent:
		if keys, err := readKeymap(m.conn); err == nil {
			m.keys = keys
		}
		m.switches.accessOff() // a keyboard that was plugged in brings its own
	case xproto.FocusOutEvent:
		m.keepFocus(e)
	case randr.ScreenChangeNotifyEvent, randr.NotifyEvent:
		m.setOutputs()
	}
	return nil
}

// mapAsked lets a window appear in its place, unless there are too many.
func (m *Manager) mapAsked(w xproto.Window) {
	m.manage(w)
	if len(m.pages) > maxPages && slices.Contains(m.pages, w) {
		m.pages = without(m.pages, w)
		m.refuse(w)
		return
	}
	m.hide(w)
	xproto.MapWindow(m.conn, w)
	m.arrange()
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

// configured follows the screen's size, holds menus in the page, and puts back
// a window that found a way around us: one that calls itself a menu after it
// was shown is no longer asked about.
func (m *Manager) configured(e xproto.ConfigureNotifyEvent) {
	is := Rect{int(e.X), int(e.Y), int(e.Width), int(e.Height)}
	switch {
	case e.Window == m.root:
		if m.width != is.Width || m.height != is.Height {
			m.width, m.height = is.Width, is.Height
			m.arrange()
			if m.options.OnScreen != nil {
				m.options.OnScreen(m.width, m.height)
			}
		}
	case e.Window == m.shell:
		if is != m.full() {
			m.place(m.shell, m.full())
		}
	case slices.Contains(m.popups, e.Window):
		m.confine(e.Window, is)
	case slices.Contains(m.pages, e.Window) && e.OverrideRedirect:
		if is != m.page() && m.mayMove(e.Window) {
			m.place(e.Window, m.page())
		}
		if !m.shown {
			m.raise(m.shell)
		}
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
