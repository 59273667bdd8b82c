package windows

import (
	"fmt"

	"github.com/jezek/xgb"
	"github.com/jezek/xgb/xproto"
)

// Requests and controls of the X Keyboard Extension ("The X Keyboard
// Extension: Protocol Specification"), which xgb does not have.
const (
	xkbUseExtension   = 0
	xkbGetState       = 4
	xkbLatchLockState = 5
	xkbSetControls    = 7
	xkbCoreKeyboard   = 0x100
	// xkbAccessX is what a visitor could switch on by holding or repeating a
	// key (five times Shift, Shift+NumLock), and the next would find: slow,
	// bouncing and sticky keys, keys that move the mouse, the switches
	// themselves and their time limit and feedback.
	xkbAccessX = 1<<1 | 1<<2 | 1<<3 | 1<<4 | 1<<5 | 1<<6 | 1<<7 | 1<<8
	// xkbEnabled is ControlsEnabled, the one control that is changed.
	xkbEnabled = 1 << 31
	// setControlsWords is the length of SetControls, in words.
	setControlsWords = 25
)

// switches are the keyboard's locks and accessibility keys. They have a
// connection of their own: the server tells a client that uses the extension
// of new layouts in another way.
type switches struct {
	conn   *xgb.Conn
	opcode byte // the extension's, 0 when the display lacks it
}

func openSwitches(display string) (*switches, error) {
	conn, err := xgb.NewConnDisplay(display)
	if err != nil {
		return nil, fmt.Errorf("connect to X display %q: %w", display, err)
	}
	s := &switches{conn: conn}
	if err := s.start(); err != nil {
		conn.Close()
		return nil, err
	}
	return s, nil
}

func (s *switches) start() error {
	const name = "XKEYBOARD"
	r, err := xproto.QueryExtension(s.conn, uint16(len(name)), name).Reply()
	if err != nil {
		return fmt.Errorf("ask the display for %s: %w", name, err)
	}
	if !r.Present {
		return nil
	}
	use := make([]byte, 8)
	use[0], use[1] = r.MajorOpcode, xkbUseExtension
	xgb.Put16(use[2:], 2)
	xgb.Put16(use[4:], 1) // version 1.0
	cookie := s.conn.NewCookie(true, true)
	s.conn.NewRequest(use, cookie)
	if _, err := cookie.Reply(); err != nil {
		return fmt.Errorf("use %s: %w", name, err)
	}
	s.opcode = r.MajorOpcode
	return nil
}

func (s *switches) close() {
	if s != nil {
		s.conn.Close()
	}
}

// accessOff makes the keyboard the same for everyone, on every device: its
// accessibility switches are off, and so are the keys that turn them on. It
// does not wait.
func (s *switches) accessOff() {
	set := make([]byte, setControlsWords*4)
	set[1] = xkbSetControls
	xgb.Put16(set[2:], setControlsWords)
	xgb.Put16(set[4:], xkbCoreKeyboard)
	xgb.Put32(set[24:], xkbAccessX) // affectEnabledControls
	xgb.Put32(set[32:], xkbEnabled) // changeControls
	s.send(set)
}

// locksOff lets go what the last visitor left locked or latched: Caps Lock,
// sticky modifiers, another group of the layout. Num Lock stays as it is. It
// does not wait.
func (s *switches) locksOff() {
	const numLock = xproto.ModMask2
	latch := make([]byte, 16)
	latch[1] = xkbLatchLockState
	xgb.Put16(latch[2:], 4)
	xgb.Put16(latch[4:], xkbCoreKeyboard)
	latch[6] = 0xff &^ numLock // affectModLocks, to none
	latch[8] = 1               // lockGroup, to the first
	latch[10] = 0xff           // affectModLatches, to none
	latch[13] = 1              // latchGroup, to none
	s.send(latch)
}

// group returns the group of the layout that is in force, from 0; the last one,
// 3, when the display does not say. Clients that do not use the extension are
// not told it with a key.
func (s *switches) group() uint16 {
	if s.opcode == 0 {
		return 0
	}
	get := make([]byte, 8)
	get[0], get[1] = s.opcode, xkbGetState
	xgb.Put16(get[2:], 2)
	xgb.Put16(get[4:], xkbCoreKeyboard)
	cookie := s.conn.NewCookie(true, true)
	s.conn.NewRequest(get, cookie)
	state, err := cookie.Reply()
	const at = 12 // of XkbGetState's reply
	if err != nil || len(state) <= at {
		return 3
	}
	return min(uint16(state[at]), 3)
}

func (s *switches) send(request []byte) {
	if s.opcode == 0 {
		return // nothing to switch
	}
	request[0] = s.opcode
	s.conn.NewRequest(request, s.conn.NewCookie(false, false))
}
