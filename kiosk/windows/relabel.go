package windows

import (
	"fmt"

	"github.com/jezek/xgb"
	"github.com/jezek/xgb/xproto"
)

const (
	xkbSetGeometry = 20
	// geometryWords is the length of the request below, in words.
	geometryWords = 14
)

// announce has clients read the keyboard anew. The server tells those that use
// the X Keyboard Extension of changed keys only if they ask to be told; Chromium
// asks to be told of a new keyboard, which one of another shape is. The shape
// given is the least that the server takes: nothing on a borne draws keyboards.
func (s *switches) announce() error {
	if s.opcode == 0 {
		return nil // clients are told of changed keys by the core protocol
	}
	name, err := xproto.InternAtom(s.conn, false, 5, "borne").Reply()
	if err != nil {
		return fmt.Errorf("name the keyboard: %w", err)
	}
	b := make([]byte, geometryWords*4)
	b[0], b[1] = s.opcode, xkbSetGeometry
	xgb.Put16(b[2:], geometryWords)
	xgb.Put16(b[4:], xkbCoreKeyboard)
	b[6] = 1 // shapes
	xgb.Put32(b[8:], uint32(name.Atom))
	xgb.Put16(b[12:], 1) // millimetres wide
	xgb.Put16(b[14:], 1) // and high
	xgb.Put16(b[18:], 2) // colours
	b[25] = 1            // that of labels; that of keys is 0
	// At 28 the typeface of labels, two bytes of length and none, then the two
	// colours, each two bytes of length and what it is called, to whole words.
	xgb.Put16(b[32:], 1)
	b[34] = 'b'
	xgb.Put16(b[36:], 1)
	b[38] = 'w'
	// The shape: its name, one outline, whose first point is its last.
	xgb.Put32(b[40:], uint32(name.Atom))
	b[44], b[45], b[46] = 1, 0, 0
	b[48] = 1
	cookie := s.conn.NewCookie(true, false)
	s.conn.NewRequest(b, cookie)
	if err := cookie.Check(); err != nil {
		return fmt.Errorf("announce the keyboard: %w", err)
	}
	return nil
}
