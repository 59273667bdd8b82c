package gate

import (
	"encoding/binary"
)

// coreRules are the requests of the core protocol that may pass; a number that
// is not here is refused. Offsets follow "X Window System Protocol", appendix
// B. What is left out on purpose: GetImage (73, it would read what lies above a
// window), every grab (26, 28, 31, 33, 36), QueryKeymap (44), SetInputFocus
// (42) and WarpPointer (41), whatever changes the keyboard, the screen saver,
// the access list or another client (100 to 116), and SetCloseDownMode (112),
// which would let windows outlive their visit.
var coreRules = map[byte]rule{
	1:  {least: 32, ours: []int{4}, seen: []int{8}, quiet: true}, // CreateWindow
	2:  {least: 12, seen: []int{4}, more: rootAttributes, quiet: true},
	3:  {seen: []int{4}}, // GetWindowAttributes
	4:  {ours: []int{4}, quiet: true},
	5:  {ours: []int{4}, quiet: true},
	7:  {ours: []int{4}, seen: []int{8}, quiet: true}, // ReparentWindow
	8:  {ours: []int{4}, quiet: true},                 // MapWindow
	9:  {ours: []int{4}, quiet: true},
	10: {ours: []int{4}, quiet: true}, // UnmapWindow
	11: {ours: []int{4}, quiet: true},
	12: {ours: []int{4}, quiet: true}, // ConfigureWindow
	13: {ours: []int{4}, quiet: true},
	14: {seen: []int{4}}, // GetGeometry
	15: {ours: []int{4}}, // QueryTree: not the root's, whose windows are others'
	16: {}, 17: {},       // InternAtom, GetAtomName
	18: {least: 24, ours: []int{4}, quiet: true}, // ChangeProperty
	19: {ours: []int{4}, quiet: true},
	20: {seen: []int{4}, more: keepProperty}, 21: {seen: []int{4}}, // GetProperty, ListProperties
	22: {none: []int{4}, quiet: true}, // SetSelectionOwner
	23: {},                            // GetSelectionOwner
	24: {ours: []int{4}, quiet: true}, // ConvertSelection
	25: {least: 44, more: sendEvent, quiet: true},
	27: {quiet: true}, 32: {quiet: true}, // UngrabPointer, UngrabKeyboard
	38: {seen: []int{4}},    // QueryPointer
	40: {seen: []int{4, 8}}, // TranslateCoordinates
	43: {},                  // GetInputFocus, which clients ask to be in step

	45: {ours: []int{4}, quiet: true}, 46: {ours: []int{4}, quiet: true}, // fonts
	47: {}, 48: {}, 49: {}, 50: {}, 52: {},
	53: {ours: []int{4}, seen: []int{8}, quiet: true}, // CreatePixmap
	54: {ours: []int{4}, quiet: true},
	55: {ours: []int{4}, seen: []int{8}, quiet: true},   // CreateGC
	56: {ours: []int{4}, quiet: true},                   // ChangeGC
	57: {ours: []int{4, 8}, quiet: true},                // CopyGC
	58: {ours: []int{4}, quiet: true},                   // SetDashes
	59: {ours: []int{4}, quiet: true},                   // SetClipRectangles
	60: {ours: []int{4}, quiet: true},                   // FreeGC
	61: {ours: []int{4}, quiet: true},                   // ClearArea
	62: {least: 28, ours: []int{4, 8, 12}, quiet: true}, // CopyArea
	63: {least: 32, ours: []int{4, 8, 12}, quiet: true}, // CopyPlane
	64: draws, 65: draws, 66: draws, 67: draws, 68: draws, 69: draws, 70: draws, 71: draws,
	72: draws,                                  // PutImage
	74: draws, 75: draws, 76: draws, 77: draws, // text
	78: {ours: []int{4}, seen: []int{8}, quiet: true}, // CreateColormap
	79: {ours: []int{4}, quiet: true},
	83: {seen: []int{4}},
	84: {}, 85: {}, 91: {}, 92: {}, // colours are looked up; the screen has fixed ones
	93: {least: 32, ours: []int{4, 8}, none: []int{12}, quiet: true}, // CreateCursor
	94: {least: 32, ours: []int{4, 8}, none: []int{12}, quiet: true}, // CreateGlyphCursor
	95: {ours: []int{4}, quiet: true}, 96: {ours: []int{4}, quiet: true},
	97:  {seen: []int{4}}, // QueryBestSize
	98:  {least: 8, more: knownExtension},
	101: {}, 103: {}, 106: {}, 108: {}, 117: {}, 119: {}, // settings are read
	127: {quiet: true}, // NoOperation
}

// draws is a request with a drawable and a graphics context.
var draws = rule{least: 12, ours: []int{4, 8}, quiet: true}

// withoutAnswer are the requests of the core protocol that have no answer,
// among those without a rule.
var withoutAnswer = map[byte]bool{6: true, 28: true, 29: true, 30: true, 33: true, 34: true, 35: true, 36: true, 37: true,
	41: true, 42: true, 51: true, 80: true, 81: true, 82: true, 88: true, 89: true, 90: true, 100: true, 102: true, 104: true,
	105: true, 107: true, 109: true, 111: true, 112: true, 113: true, 114: true, 115: true}

// What may be heard of the root window: that a property or its size changed.
const rootEvents = 1<<22 | 1<<17

// rootAttributes lets the browser set what it likes on its own windows; on the
// root window it may listen, and only to rootEvents: asked for more, it gets
// these.
func rootAttributes(j judge, req []byte, whole bool) bool {
	if binary.LittleEndian.Uint32(req[4:]) != j.root {
		return true
	}
	const eventMask = 1 << 11
	if binary.LittleEndian.Uint32(req[8:]) != eventMask || len(req) != 16 || !whole {
		return false
	}
	binary.LittleEndian.PutUint32(req[12:], binary.LittleEndian.Uint32(req[12:])&rootEvents)
	return true
}

// keepProperty refuses to read and delete what is not the browser's.
func keepProperty(j judge, req []byte, _ bool) bool {
	return req[1] == 0 || j.owns(binary.LittleEndian.Uint32(req[4:]))
}

// sendEvent lets the browser tell its own windows what it likes, and the
// window manager, which listens on the root window, what clients tell it
// (client messages; it obeys none). A destination of 0 or 1 is the window
// under the pointer or with the keyboard, whose ever it is: an event sent there
// would be a key typed into the shell.
func sendEvent(j judge, req []byte, _ bool) bool {
	const clientMessage, sent = 33, 0x80
	to := binary.LittleEndian.Uint32(req[4:])
	return j.owns(to) || to == j.root && req[12]&^sent == clientMessage
}

// knownExtension answers for extensions that the gate has no rules for as the
// server does for those that it never heard of: the name is spoilt.
func knownExtension(_ judge, req []byte, whole bool) bool {
	n := int(binary.LittleEndian.Uint16(req[4:]))
	if !whole || len(req) < 8+n {
		return false // a name as long as this is nobody's
	}
	if _, known := extensions()[string(req[8:8+n])]; !known {
		for i := range n {
			req[8+i] = '-'
		}
	}
	return true
}
