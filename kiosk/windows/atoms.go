package windows

import (
	"fmt"

	"github.com/jezek/xgb"
	"github.com/jezek/xgb/xproto"
)

// atoms are the names that the display numbers for us.
type atoms struct {
	wmState, wmProtocols, wmTakeFocus, netWMPID, clipboard, xdnd xproto.Atom
}

func internAtoms(c *xgb.Conn) (a atoms, err error) {
	for _, n := range []struct {
		to   *xproto.Atom
		name string
	}{
		{&a.wmState, "WM_STATE"}, {&a.wmProtocols, "WM_PROTOCOLS"}, {&a.wmTakeFocus, "WM_TAKE_FOCUS"},
		{&a.netWMPID, "_NET_WM_PID"}, {&a.clipboard, "CLIPBOARD"}, {&a.xdnd, "XdndSelection"},
	} {
		r, err := xproto.InternAtom(c, false, uint16(len(n.name)), n.name).Reply()
		if err != nil {
			return a, fmt.Errorf("intern atom %s: %w", n.name, err)
		}
		*n.to = r.Atom
	}
	return a, nil
}

// cardinals reads a property of 32-bit values, empty when it is not there.
func (m *Manager) cardinals(w xproto.Window, property xproto.Atom) []uint32 {
	r, err := xproto.GetProperty(m.conn, false, w, property, xproto.GetPropertyTypeAny, 0, 64).Reply()
	if err != nil || r == nil || r.Format != 32 {
		return nil
	}
	values := make([]uint32, 0, len(r.Value)/4)
	for i := 0; i+4 <= len(r.Value); i += 4 {
		values = append(values, xgb.Get32(r.Value[i:]))
	}
	return values
}
