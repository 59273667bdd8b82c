package gate

import "encoding/binary"

// minors are the requests of one extension that may pass.
type minors map[byte]rule

const bigRequests = "BIG-REQUESTS"

// extensions are those that the browser may know of. The others do not exist
// for it: XTEST and RECORD (type and listen for others), MIT-SHM and DRI3
// (memory and descriptors past the gate), Composite and DAMAGE (read windows),
// GLX, DOUBLE-BUFFER and Present (draw by other ways), MIT-SCREEN-SAVER, DPMS
// and XFree86-VidModeExtension (the screen), SECURITY and X-Resource (others'
// names).
func extensions() map[string]minors {
	pass, ours, look := rule{}, rule{ours: []int{4}}, rule{seen: []int{4}}
	return map[string]minors{
		bigRequests:               {0: {more: exactly(4)}},
		"XC-MISC":                 {0: pass, 1: pass, 2: pass},
		"Generic Event Extension": {0: pass},
		"XInputExtension": {
			1:  pass,           // GetExtensionVersion
			2:  pass,           // ListInputDevices
			36: pass, 39: pass, // properties of a device, read
			40: {seen: []int{4}},                               // XIQueryPointer
			45: {none: []int{4}},                               // XIGetClientPointer
			46: {least: 12, seen: []int{4}, more: inputEvents}, // XISelectEvents
			47: pass, 48: pass,                                 // XIQueryVersion, XIQueryDevice
			50: pass,           // XIGetFocus
			56: pass, 59: pass, // properties of a device, read
			60: ours, // XIGetSelectedEvents
		},
		"XKEYBOARD": {
			0: pass, 1: pass, // UseExtension, SelectEvents
			4: pass, 6: pass, 8: pass, 10: pass, 12: pass, 13: pass, 15: pass, 17: pass, // Get…
			21: {least: 28, more: autoRepeat}, 24: pass,
		},
		"RANDR": {
			// Not GetScreenInfo and GetScreenResources: they ask the hardware, which
			// takes the server a while each time.
			0: pass, 4: look, // QueryVersion, SelectInput
			6: look, 25: look, 31: look, 32: look, 42: look, // the screen
			9: pass, 10: pass, 11: pass, 15: pass, 20: pass, 22: pass, 23: pass, 27: pass, 28: pass, 33: pass,
		},
		"RENDER": { // a cursor with soft edges; no picture of another's window
			0: pass, 1: pass, 2: pass,
			4: {least: 20, ours: []int{4, 8}}, 7: ours, // CreatePicture, FreePicture
			27: {ours: []int{4, 8}}, 31: ours, // CreateCursor, CreateAnimCursor
		},
		"SHAPE": {
			0: pass,
			1: {least: 16, ours: []int{8}}, 2: {least: 20, ours: []int{8}, none: []int{16}},
			3: {least: 20, ours: []int{8, 16}}, 4: {ours: []int{8}}, 5: ours, 6: ours, 7: ours, 8: ours,
		},
		"XFIXES": { // no HideCursor, no pointer barrier
			0: pass, 2: look, // SelectSelectionInput: that a selection changed hands
			5: ours, 10: ours, 11: ours, 12: {ours: []int{4, 8}},
			13: {ours: []int{4, 8, 12}}, 14: {ours: []int{4, 8, 12}}, 15: {ours: []int{4, 8, 12}}, 17: ours, 19: ours,
			23: {ours: []int{4}}, 24: {ours: []int{4}}, // a cursor's name
		},
		"SYNC": { // no SetPriority
			0: pass, 1: pass, 2: ours, 3: ours, 4: ours, 5: pass, 6: ours,
			14: {ours: []int{8}, seen: []int{4}}, 15: ours, 16: ours, 17: ours, 18: ours,
		},
	}
}

// exactly passes a request of that many bytes.
func exactly(n int) func(judge, []byte, bool) bool {
	return func(_ judge, req []byte, whole bool) bool { return whole && len(req) == n }
}

// XInput2's events (XI2.h) that the browser may hear of the root window: that
// a device changed, came or went. Key and touch events there would be
// everybody's.
const rootInputEvents = 1<<1 | 1<<11

// inputEvents leaves of a selection on the root window what rootInputEvents
// names. XISelectEvents: window at 4, number of masks at 8, then for each a
// device (2 bytes), a length in words (2 bytes) and the mask.
func inputEvents(j judge, req []byte, whole bool) bool {
	if binary.LittleEndian.Uint32(req[4:]) != j.root {
		return true
	}
	if !whole {
		return false
	}
	masks := req[12:]
	for range binary.LittleEndian.Uint16(req[8:]) {
		if len(masks) < 4 {
			return false
		}
		n := int(binary.LittleEndian.Uint16(masks[2:])) * 4
		if len(masks) < 4+n {
			return false
		}
		for i := range n {
			allowed := byte(0)
			if i < 4 {
				allowed = byte(uint32(rootInputEvents) >> (8 * i))
			}
			masks[4+i] &= allowed
		}
		masks = masks[4+n:]
	}
	return true
}

// autoRepeat lets a client choose how repeated keys are told to it alone
// (XkbPerClientFlags), and none of the flags that change the keyboard when it
// leaves.
func autoRepeat(_ judge, req []byte, _ bool) bool {
	const detectable = 1
	return binary.LittleEndian.Uint32(req[8:])&^detectable == 0
}
