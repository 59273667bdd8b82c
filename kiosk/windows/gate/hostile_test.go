package gate

import (
	"fmt"
	"testing"

	"github.com/jezek/xgb"
	"github.com/jezek/xgb/record"
	"github.com/jezek/xgb/xproto"
	"github.com/jezek/xgb/xtest"
)

// Whatever a browser that was taken over asks the X server for, beyond drawing
// and typing in its own windows, it does not get; and the connection stays in
// step, so that the refusal costs an honest browser nothing.
func TestHostileBrowser(t *testing.T) {
	w := newWorld(t)
	c := w.browser()
	own := newWindow(t, c, w.root)
	gc, err := xproto.NewGcontextId(c)
	if err != nil {
		t.Fatal(err)
	}
	if err := xproto.CreateGCChecked(c, gc, xproto.Drawable(own), 0, nil).Check(); err != nil {
		t.Fatal(err)
	}
	secret := "a visitor's words"
	xproto.ChangeProperty(w.shell, xproto.PropModeReplace, w.window, xproto.AtomWmName, xproto.AtomString, 8, uint32(len(secret)), []byte(secret))
	inStep(t, w.shell)

	// What has an answer must be answered by an error.
	for name, ask := range map[string]func() (any, error){
		"photograph the screen": func() (any, error) {
			return xproto.GetImage(c, xproto.ImageFormatZPixmap, xproto.Drawable(w.root), 0, 0, 100, 100, ^uint32(0)).Reply()
		},
		"photograph what lies over its own window": func() (any, error) {
			return xproto.GetImage(c, xproto.ImageFormatZPixmap, xproto.Drawable(own), 0, 0, 100, 100, ^uint32(0)).Reply()
		},
		"hold the keyboard": func() (any, error) {
			return xproto.GrabKeyboard(c, false, own, 0, xproto.GrabModeAsync, xproto.GrabModeAsync).Reply()
		},
		"hold the pointer": func() (any, error) {
			return xproto.GrabPointer(c, false, own, 0, xproto.GrabModeAsync, xproto.GrabModeAsync, 0, 0, 0).Reply()
		},
		"ask which keys are down":      func() (any, error) { return xproto.QueryKeymap(c).Reply() },
		"list everybody's windows":     func() (any, error) { return xproto.QueryTree(c, w.root).Reply() },
		"find the shell's window":      func() (any, error) { return xproto.GetGeometry(c, xproto.Drawable(w.window)).Reply() },
		"read the shell's title":       func() (any, error) { return xproto.GetProperty(c, false, w.window, xproto.AtomWmName, 0, 0, 9).Reply() },
		"read the shell's attributes":  func() (any, error) { return xproto.GetWindowAttributes(c, w.window).Reply() },
		"take and delete a root value": func() (any, error) { return xproto.GetProperty(c, true, w.root, xproto.AtomWmName, 0, 0, 9).Reply() },
		"list the extensions":          func() (any, error) { return xproto.ListExtensions(c).Reply() },
		"change modifiers": func() (any, error) {
			return xproto.SetModifierMapping(c, 1, make([]xproto.Keycode, 8)).Reply()
		},
		"swap the mouse's buttons": func() (any, error) { return xproto.SetPointerMapping(c, 3, []byte{3, 2, 1}).Reply() },
		"list who may connect":     func() (any, error) { return xproto.ListHosts(c).Reply() },
	} {
		if answer, err := ask(); err == nil {
			t.Errorf("it may %s: it got a %T", name, answer)
		}
		inStep(t, c)
	}

	// What has none must change nothing: each says what it would have changed.
	xproto.SetInputFocus(w.shell, xproto.InputFocusNone, w.window, 0)
	xproto.WarpPointer(w.shell, 0, w.root, 0, 0, 0, 0, 640, 400)
	inStep(t, w.shell)
	before := w.look()
	shell := xproto.Drawable(w.window)
	for name, do := range map[string]func(){
		"close the shell's window":  func() { xproto.DestroyWindow(c, w.window) },
		"close all of the screen":   func() { xproto.DestroySubwindows(c, w.root) },
		"hide the shell":            func() { xproto.UnmapWindow(c, w.window) },
		"hide all":                  func() { xproto.UnmapSubwindows(c, w.root) },
		"move the shell":            func() { xproto.ConfigureWindow(c, w.window, xproto.ConfigWindowX, []uint32{900}) },
		"swallow the shell":         func() { xproto.ReparentWindow(c, w.window, own, 0, 0) },
		"end the shell's process":   func() { xproto.KillClient(c, uint32(w.window)) },
		"end all that went before":  func() { xproto.KillClient(c, 0) },
		"freeze the screen":         func() { xproto.GrabServer(c) },
		"move the pointer":          func() { xproto.WarpPointer(c, 0, w.root, 0, 0, 0, 0, 1, 1) },
		"take the keyboard's focus": func() { xproto.SetInputFocus(c, xproto.InputFocusNone, own, 0) },
		"hold a key": func() {
			xproto.GrabKey(c, false, w.root, xproto.ModMaskAny, 38, xproto.GrabModeAsync, xproto.GrabModeAsync)
		},
		"hold a button": func() {
			xproto.GrabButton(c, false, own, 4, xproto.GrabModeSync, xproto.GrabModeSync, 0, 0, xproto.ButtonIndexAny, xproto.ModMaskAny)
		},
		"rename the shell": func() {
			xproto.ChangeProperty(c, xproto.PropModeReplace, w.window, xproto.AtomWmName, xproto.AtomString, 8, 1, []byte("x"))
		},
		"mark the root": func() {
			xproto.ChangeProperty(c, xproto.PropModeReplace, w.root, xproto.AtomWmName, xproto.AtomString, 8, 1, []byte("x"))
		},
		"remap a key": func() { xproto.ChangeKeyboardMapping(c, 1, 38, 1, []xproto.Keysym{'z'}) },
		"let everybody in": func() {
			xproto.SetAccessControl(c, xproto.AccessControlDisable)
		},
		"blank the screen":     func() { xproto.ForceScreenSaver(c, xproto.ScreenSaverActive) },
		"set the screen saver": func() { xproto.SetScreenSaver(c, 1, 1, 1, 1) },
		"outlive its visit":    func() { xproto.SetCloseDownMode(c, xproto.CloseDownRetainPermanent) },
		"paint the screen":     func() { xproto.ClearArea(c, false, w.root, 0, 0, 0, 0) },
		"paint over all": func() {
			xproto.PolyFillRectangle(c, xproto.Drawable(w.root), gc, []xproto.Rectangle{{Width: 999, Height: 999}})
		},
		"copy the screen":          func() { xproto.CopyArea(c, xproto.Drawable(w.root), xproto.Drawable(own), gc, 0, 0, 0, 0, 99, 99) },
		"copy the shell":           func() { xproto.CopyArea(c, shell, xproto.Drawable(own), gc, 0, 0, 0, 0, 99, 99) },
		"give the shell a picture": func() { xproto.ChangeWindowAttributes(c, w.window, xproto.CwBackPixel, []uint32{255}) },
		"listen to the shell": func() {
			xproto.ChangeWindowAttributes(c, w.window, xproto.CwEventMask, []uint32{xproto.EventMaskKeyPress})
		},
		"listen to all":       func() { xproto.ChangeWindowAttributes(c, w.root, xproto.CwEventMask, []uint32{0x1ffffff}) },
		"type into the shell": func() { sendKey(c, w.window) },
		"type into whoever listens": func() {
			sendKey(c, xproto.SendEventDestItemFocus)
		},
	} {
		do()
		inStep(t, c)
		if after := w.look(); after != before {
			t.Errorf("it may %s:\n%s\nbefore\n%s", name, after, before)
			before = after
		}
	}
	xproto.ChangeWindowAttributes(w.shell, w.window, xproto.CwEventMask, []uint32{xproto.EventMaskKeyPress})
	if err := xtest.Init(w.shell); err != nil {
		t.Fatal(err)
	}
	xtest.FakeInput(w.shell, xproto.KeyPress, 38, 0, w.root, 0, 0, 0)
	xtest.FakeInput(w.shell, xproto.KeyRelease, 38, 0, w.root, 0, 0, 0)
	inStep(t, w.shell)
	inStep(t, c)
	for e, err := c.PollForEvent(); e != nil || err != nil; e, err = c.PollForEvent() {
		if k, ok := e.(xproto.KeyPressEvent); ok {
			t.Errorf("a key typed into the shell reached the browser: %+v", k)
		}
	}
	// The key that was really typed, and no other.
	typed := 0
	for e, err := w.shell.PollForEvent(); e != nil || err != nil; e, err = w.shell.PollForEvent() {
		if _, ok := e.(xproto.KeyPressEvent); ok {
			typed++
		}
	}
	if typed != 1 {
		t.Errorf("the shell got %d keys, want the one that was typed", typed)
	}
}

func sendKey(c *xgb.Conn, to xproto.Window) {
	k := xproto.KeyPressEvent{Detail: 38, Event: to, SameScreen: true}
	xproto.SendEvent(c, true, to, xproto.EventMaskKeyPress, string(k.Bytes()))
}

// look is what the shell sees of itself and of the display, as text.
func (w *world) look() string {
	w.t.Helper()
	c := w.shell
	attributes, err := xproto.GetWindowAttributes(c, w.window).Reply()
	if err != nil {
		w.t.Fatalf("the shell's window is gone: %v", err)
	}
	tree, _ := xproto.QueryTree(c, w.window).Reply()
	place, _ := xproto.GetGeometry(c, xproto.Drawable(w.window)).Reply()
	focus, _ := xproto.GetInputFocus(c).Reply()
	pointer, _ := xproto.QueryPointer(c, w.root).Reply()
	name, _ := xproto.GetProperty(c, false, w.window, xproto.AtomWmName, 0, 0, 100).Reply()
	mark, _ := xproto.GetProperty(c, false, w.root, xproto.AtomWmName, 0, 0, 100).Reply()
	keys, _ := xproto.GetKeyboardMapping(c, 38, 1).Reply()
	saver, _ := xproto.GetScreenSaver(c).Reply()
	hosts, _ := xproto.ListHosts(c).Reply()
	return fmt.Sprint(attributes.MapState, attributes.AllEventMasks, tree.Parent, place.X, place.Y, focus.Focus, pointer.RootX, pointer.RootY,
		string(name.Value), string(mark.Value), keys.Keysyms[0], saver.Timeout, saver.Interval, hosts.Mode)
}

// Extensions without rules do not exist, whatever number a client guesses.
func TestHiddenExtensions(t *testing.T) {
	w := newWorld(t)
	c := w.browser()
	for _, name := range []string{"XTEST", "RECORD", "MIT-SHM", "Composite", "DAMAGE", "SECURITY", "X-Resource", "GLX", "Present", "DRI3", "DPMS",
		"MIT-SCREEN-SAVER", "XINERAMA", "DOUBLE-BUFFER", "XVideo"} {
		r, err := xproto.QueryExtension(c, uint16(len(name)), name).Reply()
		if err != nil || r.Present {
			t.Errorf("%s: %+v, %v: want it absent", name, r, err)
		}
		if xtest.Init(c) == nil || record.Init(c) == nil {
			t.Error("a test extension answers the browser")
		}
		// The server's own number for it, which a browser may guess.
		real, err := xproto.QueryExtension(w.shell, uint16(len(name)), name).Reply()
		if err != nil {
			t.Fatal(err)
		}
		if !real.Present {
			continue
		}
		for minor := range byte(12) {
			if r := (relay{server: serverOf(t, w), judge: judge{root: uint32(w.root), owns: func(uint32) bool { return true }}}); r.verdict([]byte{real.MajorOpcode, minor, 1, 0}, true) == passed {
				t.Errorf("%s request %d passes by its number", name, minor)
			}
		}
	}
	for name := range extensions() {
		r, err := xproto.QueryExtension(c, uint16(len(name)), name).Reply()
		if err != nil || !r.Present {
			t.Errorf("%s: %+v, %v: want it there", name, r, err)
		}
	}
}

func serverOf(t *testing.T, w *world) upstream {
	t.Helper()
	u, err := survey(w.display, w.display[1:])
	if err != nil {
		t.Fatal(err)
	}
	return u
}

// One browser is several connections, which draw in each other's windows; what
// a connection that ended had is nobody's.
func TestAFamilyOfConnections(t *testing.T) {
	w := newWorld(t)
	a, b := w.browser(), w.browser()
	window := newWindow(t, a, w.root)
	if err := xproto.MapWindowChecked(b, window).Check(); err != nil {
		t.Errorf("one connection cannot map another's window: %v", err)
	}
	if _, err := xproto.GetGeometry(b, xproto.Drawable(window)).Reply(); err != nil {
		t.Errorf("one connection cannot see another's window: %v", err)
	}
	if attributes, err := xproto.GetWindowAttributes(w.shell, window).Reply(); err != nil || attributes.MapState != xproto.MapStateViewable {
		t.Errorf("the window is not mapped: %+v, %v", attributes, err)
	}
}

// A wrong length ends the connection before the server reads what it hides.
func TestFraming(t *testing.T) {
	w := newWorld(t)
	c := w.browser()
	inStep(t, c)
	// A length of nought, before long lengths were agreed on.
	raw := []byte{127, 0, 0, 0, 1, 0, 0, 0, 113, 0, 2, 0}
	r := relay{server: serverOf(t, w), judge: judge{owns: func(uint32) bool { return true }}}
	out, err := r.run(raw)
	if err != errFraming || len(out) != 0 {
		t.Errorf("sent %v, error %v: want nothing and a framing error", out, err)
	}
}
