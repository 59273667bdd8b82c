package windows

import (
	"fmt"
	"time"

	"github.com/jezek/xgb/screensaver"
	"github.com/jezek/xgb/xproto"
)

// Idle returns how long nobody touched the screen, the mouse or the keyboard,
// on any window (MIT-SCREEN-SAVER).
func (m *Manager) Idle() (time.Duration, error) {
	info, err := screensaver.QueryInfo(m.conn, xproto.Drawable(m.root)).Reply()
	if err != nil {
		return 0, fmt.Errorf("ask the display for its idle time: %w", err)
	}
	return time.Duration(info.MsSinceUserInput) * time.Millisecond, nil
}
