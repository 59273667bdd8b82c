package windows

import (
	"context"
	"errors"
	"sync/atomic"
	"testing"
	"time"

	"github.com/jezek/xgb"
	"github.com/jezek/xgb/randr"
	"github.com/jezek/xgb/xproto"
)

// barFree reports whether what is under a point of the bar is the shell.
func (c *client) barFree(shell xproto.Window) bool {
	xproto.WarpPointer(c.conn, 0, c.root, 0, 0, 0, 0, 640, 40)
	p, err := xproto.QueryPointer(c.conn, c.root).Reply()
	return err == nil && p.Child == shell
}

// Windows by the hundred, and windows that fight for the bar, end off the
// screen; each is counted once, and the bar can be touched after.
func TestHostileWindows(t *testing.T) {
	display := startXvfb(t)
	var refused atomic.Int32
	m := startManager(t, display, Options{ShellPID: shellPID, BarHeight: 96, OnRefusedWindow: func() { refused.Add(1) }})
	c := newClient(t, display)
	shell := c.window(screenRect, shellPID, false)
	m.SetShell(uint32(shell))
	m.ShowPage(true)
	eventually(t, "the shell is there", func() bool { return c.viewable(shell) })

	t.Run("a flood of windows", func(t *testing.T) {
		before := refused.Load()
		for range maxPages + 30 {
			c.window(Rect{0, 0, 1280, 800}, 0, false)
		}
		eventually(t, "those that are too many are refused", func() bool { return refused.Load() == before+30 })
		if !c.barFree(shell) {
			t.Error("the bar is covered")
		}
	})
	t.Run("a flood of menus over the bar", func(t *testing.T) {
		before := refused.Load()
		for range maxPopups + 30 {
			c.window(Rect{0, 0, 1280, 96}, 0, true)
		}
		eventually(t, "those that are too many are refused", func() bool { return refused.Load() == before+30 })
		eventually(t, "the bar is free", func() bool { return c.barFree(shell) })
		m.ShowPage(false)
		m.ShowPage(true)
	})
	t.Run("a menu that keeps moving onto the bar", func(t *testing.T) {
		before := refused.Load()
		w := c.window(Rect{0, 200, 300, 200}, 0, true)
		eventually(t, "it is refused once", func() bool {
			for range 50 {
				xproto.ConfigureWindow(c.conn, w, xproto.ConfigWindowY|xproto.ConfigWindowStackMode, []uint32{0, xproto.StackModeAbove})
				xproto.GetInputFocus(c.conn).Reply()
			}
			return refused.Load() == before+1 && !c.viewable(w)
		})
		if !c.barFree(shell) {
			t.Error("the bar is covered")
		}
	})
	t.Run("a window that calls itself a menu after it was shown", func(t *testing.T) {
		m.ShowPage(false)
		tree, err := xproto.QueryTree(c.conn, c.root).Reply()
		if err != nil {
			t.Fatal(err)
		}
		for _, page := range tree.Children { // any of the pages that are there
			if page == shell || !c.viewable(page) {
				continue
			}
			xproto.ChangeWindowAttributes(c.conn, page, xproto.CwOverrideRedirect, []uint32{1})
			xproto.ConfigureWindow(c.conn, page, xproto.ConfigWindowY|xproto.ConfigWindowHeight|xproto.ConfigWindowStackMode, []uint32{0, 800, xproto.StackModeAbove})
			eventually(t, "it goes back below the shell", func() bool { return c.above(shell, page) && c.rect(page).Y == 96 })
			return
		}
		t.Fatal("no page is left to try")
	})
	t.Run("a window that hides the shell", func(t *testing.T) {
		xproto.UnmapWindow(c.conn, shell)
		eventually(t, "the shell comes back", func() bool { return c.viewable(shell) && c.barFree(shell) })
	})
}

// The shell does not go on without its window: it leaves, and comes back with
// an X server of its own.
func TestRunEndsWithTheShellsWindow(t *testing.T) {
	display := startXvfb(t)
	m, err := Open(display, Options{ShellPID: shellPID, BarHeight: 96})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { m.Close(); readToTheEnd(m.conn) })
	done := make(chan error, 1)
	go func() { done <- m.Run(context.Background()) }()
	c := newClient(t, display)
	shell := c.window(screenRect, shellPID, false)
	eventually(t, "the shell is there", func() bool { return c.viewable(shell) })
	xproto.DestroyWindow(newClient(t, display).conn, shell)
	if err := <-done; !errors.Is(err, ErrShellGone) {
		t.Errorf("Run = %v, want ErrShellGone", err)
	}
}

// A client that holds the whole server freezes the borne; it does not stay so.
func TestRunEndsWhenTheServerIsHeld(t *testing.T) {
	display := startXvfb(t)
	m, err := Open(display, Options{})
	if err != nil {
		t.Fatal(err)
	}
	done := make(chan error, 1)
	go func() { done <- m.Run(context.Background()) }()
	c := newClient(t, display)
	xproto.GrabServer(c.conn)
	select {
	case err := <-done:
		if !errors.Is(err, ErrDisplayStuck) {
			t.Errorf("Run = %v, want ErrDisplayStuck", err)
		}
	case <-time.After(askEvery + 5*stuckAfter):
		t.Fatal("the manager waits for ever")
	}
}

// Five times Shift, and Shift with Num Lock, change nothing for the next
// visitor; Caps Lock ends with the visit.
func TestTheKeyboardIsTheSameForEveryone(t *testing.T) {
	display := startXvfb(t)
	m := startManager(t, display, Options{BarHeight: 96})
	c := newClient(t, display)
	page := c.window(screenRect, 0, false)
	m.ShowPage(true)
	eventually(t, "the page has the keyboard", func() bool { return c.focused() == page })
	where := func() (int16, int16) {
		p, err := xproto.QueryPointer(c.conn, c.root).Reply()
		if err != nil {
			t.Fatal(err)
		}
		return p.RootX, p.RootY
	}
	locked := func() bool {
		p, err := xproto.QueryPointer(c.conn, c.root).Reply()
		return err == nil && p.Mask&xproto.ModMaskLock != 0
	}
	const numLock, keypadRight, capsLock = 0xff7f, 0xff98, 0xffe5
	controls, err := openSwitches(display)
	if err != nil {
		t.Fatal(err)
	}
	defer controls.close()
	for range 5 {
		c.press(keyShiftL)
	}
	c.press(keyShiftL, numLock)
	// What follows would move the pointer before the manager's answer.
	eventually(t, "the keypad is no mouse any more", func() bool { return accessKeys(t, controls) == 0 })
	x, y := where()
	for range 5 {
		c.press(keypadRight)
	}
	time.Sleep(200 * time.Millisecond) // a keypad that is a mouse begins to move after 160 ms
	if nx, ny := where(); nx != x || ny != y {
		t.Errorf("the keypad moved the pointer from %d,%d to %d,%d", x, y, nx, ny)
	}
	c.press(capsLock)
	eventually(t, "Caps Lock is on", locked)
	if err := m.ClearSelections(context.Background()); err != nil {
		t.Fatal(err)
	}
	eventually(t, "Caps Lock is off for the next visitor", func() bool { return !locked() })
}

// accessKeys are the accessibility switches that are on.
func accessKeys(t *testing.T, s *switches) uint32 {
	t.Helper()
	const getControls, enabled = 6, 56 // the request, and where its reply has them
	get := make([]byte, 8)
	get[0], get[1] = s.opcode, getControls
	xgb.Put16(get[2:], 2)
	xgb.Put16(get[4:], xkbCoreKeyboard)
	cookie := s.conn.NewCookie(true, true)
	s.conn.NewRequest(get, cookie)
	reply, err := cookie.Reply()
	if err != nil || len(reply) < enabled+4 {
		t.Fatalf("the keyboard's controls are %d bytes, %v", len(reply), err)
	}
	return xgb.Get32(reply[enabled:]) & xkbAccessX
}

func TestChooseOutput(t *testing.T) {
	plug := func(id randr.Output, connection byte, crtc randr.Crtc, modes ...randr.Mode) output {
		return output{id, &randr.GetOutputInfoReply{Connection: connection, Crtc: crtc, Modes: modes}}
	}
	const there, gone = randr.ConnectionConnected, randr.ConnectionDisconnected
	for name, c := range map[string]struct {
		all     []output
		primary randr.Output
		want    randr.Output
	}{
		"none":                                  {nil, 0, 0},
		"all pulled out":                        {[]output{plug(1, gone, 9, 5), plug(2, gone, 0)}, 1, 0},
		"the primary one":                       {[]output{plug(1, there, 9, 5), plug(2, there, 8, 5)}, 2, 2},
		"the primary one, first":                {[]output{plug(2, there, 0, 5), plug(1, there, 9, 5)}, 2, 2},
		"the primary one was pulled out":        {[]output{plug(1, gone, 9, 5), plug(2, there, 0, 5)}, 1, 2},
		"one that is lit before one that waits": {[]output{plug(1, there, 0, 5), plug(2, there, 8, 5)}, 0, 2},
		"one without a picture":                 {[]output{plug(1, there, 0), plug(2, there, 0, 5)}, 0, 2},
	} {
		got := randr.Output(0)
		if o := chooseOutput(c.all, c.primary); o != nil {
			got = o.id
		}
		if got != c.want {
			t.Errorf("%s: output %d, want %d", name, got, c.want)
		}
	}
}

// The shell and the page follow a screen that turns or changes.
func TestTheScreenChanges(t *testing.T) {
	display := startXvfb(t)
	sizes := make(chan [2]int, 4)
	m := startManager(t, display, Options{ShellPID: shellPID, BarHeight: 96, OnScreen: func(w, h int) { sizes <- [2]int{w, h} }})
	c := newClient(t, display)
	// Before there are events, whose reader the library does not lock out.
	if err := randr.Init(c.conn); err != nil {
		t.Fatal(err)
	}
	shell, page := c.window(screenRect, shellPID, false), c.window(screenRect, 0, false)
	m.ShowPage(true)
	eventually(t, "the page is up", func() bool { return c.rect(page) == pageRect96 })
	if err := randr.SetScreenSizeChecked(c.conn, c.root, 800, 1000, 300, 200).Check(); err != nil {
		t.Logf("this server keeps its size: %v", err)
	}
	select {
	case got := <-sizes:
		// The size is the lit output's whatever a client sets: it comes back.
		for got != [2]int{1280, 800} {
			select {
			case got = <-sizes:
			case <-time.After(20 * time.Second):
				t.Fatalf("the screen stays at %v", got)
			}
		}
	case <-time.After(time.Second):
	}
	eventually(t, "shell and page fill what there is", func() bool {
		w, h := m.Screen()
		return c.rect(shell) == Rect{0, 0, w, h} && c.rect(page) == pageRect(w, h, 96, 0)
	})
}
