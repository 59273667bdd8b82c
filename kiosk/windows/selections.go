package windows

import (
	"context"
	"fmt"

	"github.com/jezek/xgb/xproto"
)

// ClearSelections forgets what was copied or selected: it takes PRIMARY,
// SECONDARY, CLIPBOARD and the drag-and-drop selection from whoever holds
// them, gives them up, and deletes the root window's cut buffers. It returns
// an error when one of them still has an owner afterwards. The keyboard's
// locks go with them.
func (m *Manager) ClearSelections(ctx context.Context) error {
	selections := []xproto.Atom{xproto.AtomPrimary, xproto.AtomSecondary, m.atoms.clipboard, m.atoms.xdnd}
	for _, s := range selections {
		xproto.SetSelectionOwner(m.conn, m.owner, s, xproto.TimeCurrentTime)
		xproto.SetSelectionOwner(m.conn, xproto.WindowNone, s, xproto.TimeCurrentTime)
	}
	m.switches.accessOff()
	m.switches.locksOff()
	for a := xproto.Atom(xproto.AtomCutBuffer0); a <= xproto.AtomCutBuffer7; a++ {
		xproto.DeleteProperty(m.conn, m.root, a)
	}
	for _, s := range selections {
		if err := ctx.Err(); err != nil {
			return fmt.Errorf("clear selections: %w", err)
		}
		r, err := xproto.GetSelectionOwner(m.conn, s).Reply()
		if err != nil {
			return fmt.Errorf("clear selections: %w", err)
		}
		if r.Owner != xproto.WindowNone {
			return fmt.Errorf("clear selections: selection %d has an owner again", s)
		}
	}
	return nil
}
