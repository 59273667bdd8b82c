package windows

import (
	"time"

	"github.com/jezek/xgb/xproto"
)

// A browser has one window, and menus in it; the rest is a flood.
const (
	maxPages  = 8
	maxPopups = 16
)

// A window that is moved back maxMoves times within movesWithin is at war with
// the bar, and loses.
const (
	maxMoves    = 20
	movesWithin = time.Second
)

// moves counts how often a window was put back lately.
type moves struct {
	since time.Time
	count int
}

// mayMove reports whether a window is put back once more. One that does not
// stay is taken off the screen instead.
func (m *Manager) mayMove(w xproto.Window) bool {
	now := time.Now()
	b := m.moves[w]
	if now.Sub(b.since) > movesWithin {
		b = moves{since: now}
	}
	b.count++
	m.moves[w] = b
	if b.count <= maxMoves {
		return true
	}
	m.refuse(w)
	return false
}

// refuse takes a window off the screen, and counts it the first time. One that
// comes back again and again is destroyed.
func (m *Manager) refuse(w xproto.Window) {
	xproto.UnmapWindow(m.conn, w)
	m.refused[w]++
	switch m.refused[w] {
	case 1:
		if m.options.OnRefusedWindow != nil {
			m.options.OnRefusedWindow()
		}
	case maxMoves:
		xproto.DestroyWindow(m.conn, w)
	}
}
