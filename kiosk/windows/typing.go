package windows

import "errors"

// errNoPage is what Type answers when no page would get what is typed: the
// shell's own buttons answer keys too.
var errNoPage = errors.New("no page has the keyboard")

// Ready makes the characters typeable that the on-screen keyboard has, all of
// them at once; an empty text gives the display its own keyboard back. Besides
// characters there are keys: '\b', '\t', '\n', '←' and '→'. Lock keys are let go.
func (m *Manager) Ready(characters string) error {
	if characters != "" {
		m.switches.locksOff()
	}
	return m.typist.ready(characters)
}

// Type types a text of characters that are ready on the page in front, key by
// key. It does not wait for the page, and keeps nothing of the text.
func (m *Manager) Type(text string) error {
	m.mu.Lock()
	there := m.shown && len(m.pages) > 0
	if there && m.barFocused { // F6 gave the keyboard to the bar
		m.barFocused = false
		m.focus()
	}
	m.mu.Unlock()
	if !there {
		return errNoPage
	}
	return m.typist.write(text)
}

// SetFoot changes how much of the screen's bottom is the shell's, in pixels:
// the on-screen keyboard's height, 0 for none.
func (m *Manager) SetFoot(height int) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.foot == height {
		return
	}
	m.foot = height
	m.arrange()
}
