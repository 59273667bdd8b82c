package windows

import (
	"context"
	"errors"
	"sync/atomic"
	"testing"
	"time"

	"github.com/jezek/xgb/xproto"
)

const shellPID = 4242

var (
	screenRect = Rect{0, 0, 1280, 800}
	pageRect96 = Rect{0, 96, 1280, 704}
)

func TestOpenRefusesASecondManager(t *testing.T) {
	display := startXvfb(t)
	startManager(t, display, Options{})
	if _, err := Open(display, Options{}); !errors.Is(err, ErrOtherManager) {
		t.Fatalf("second Open: %v, want ErrOtherManager", err)
	}
}

func TestOpenWithoutDisplay(t *testing.T) {
	if _, err := Open(":64999", Options{}); err == nil {
		t.Fatal("Open on a display that does not exist succeeded")
	}
}

func TestPlacementAndStacking(t *testing.T) {
	display := startXvfb(t)
	m := startManager(t, display, Options{ShellPID: shellPID, BarHeight: 96})
	c := newClient(t, display)
	shell := c.window(Rect{10, 10, 300, 200}, shellPID, false)
	eventually(t, "the shell fills the screen", func() bool { return c.rect(shell) == screenRect && c.viewable(shell) })
	m.SetShell(uint32(shell))

	page := c.window(Rect{0, 0, 1280, 800}, 0, false)
	eventually(t, "a page is put under the bar", func() bool { return c.rect(page) == pageRect96 && c.viewable(page) })
	eventually(t, "a page starts under the shell", func() bool { return c.above(shell, page) && c.focused() == shell })

	m.ShowPage(true)
	eventually(t, "a shown page is above, with the keyboard", func() bool { return c.above(page, shell) && c.focused() == page })

	second := c.window(Rect{50, 0, 400, 300}, shellPID, false)
	eventually(t, "a second window is a page even if it names the shell's process", func() bool {
		return c.rect(second) == pageRect96 && c.above(second, page) && c.focused() == second
	})
	xproto.DestroyWindow(c.conn, second)
	eventually(t, "the keyboard goes back to the first page", func() bool { return c.focused() == page })

	m.SetBar(150)
	eventually(t, "a taller bar moves the page", func() bool { return c.rect(page) == Rect{0, 150, 1280, 650} })
	if got := m.PageRect(); got != (Rect{0, 150, 1280, 650}) {
		t.Errorf("PageRect = %+v", got)
	}
	m.ShowPage(false)
	eventually(t, "a hidden page is under, without the keyboard", func() bool { return c.above(shell, page) && c.focused() == shell })

	xproto.SetInputFocus(c.conn, xproto.InputFocusNone, page, xproto.TimeCurrentTime)
	eventually(t, "a hidden page cannot keep the keyboard", func() bool { return c.focused() == shell })
}

func TestAPageCannotMoveNorFillTheScreen(t *testing.T) {
	display := startXvfb(t)
	m := startManager(t, display, Options{ShellPID: shellPID, BarHeight: 96})
	c := newClient(t, display)
	shell := c.window(screenRect, shellPID, false)
	page := c.window(screenRect, 0, false)
	m.ShowPage(true)
	eventually(t, "the page is up", func() bool { return c.rect(page) == pageRect96 && c.above(page, shell) })

	state, full := c.atom("_NET_WM_STATE"), c.atom("_NET_WM_STATE_FULLSCREEN")
	message := xproto.ClientMessageEvent{Format: 32, Window: page, Type: state,
		Data: xproto.ClientMessageDataUnionData32New([]uint32{1, uint32(full), 0, 1, 0})}
	xproto.SendEvent(c.conn, false, c.root, xproto.EventMaskSubstructureRedirect|xproto.EventMaskSubstructureNotify, string(message.Bytes()))
	for range 3 {
		xproto.ConfigureWindow(c.conn, page, xproto.ConfigWindowX|xproto.ConfigWindowY|xproto.ConfigWindowWidth|xproto.ConfigWindowHeight,
			[]uint32{0, 0, 1280, 800})
		xproto.ConfigureWindow(c.conn, page, xproto.ConfigWindowStackMode, []uint32{xproto.StackModeAbove})
	}
	// The manager answers in order: once this window is placed, it has seen the rest.
	marker := c.window(Rect{0, 0, 5, 5}, 0, false)
	eventually(t, "the manager has answered", func() bool { return c.rect(marker) == pageRect96 })
	if got := c.rect(page); got != pageRect96 {
		t.Errorf("the page moved to %+v", got)
	}
}

func TestMenusStayOffTheBarAndOffTheShell(t *testing.T) {
	display := startXvfb(t)
	m := startManager(t, display, Options{ShellPID: shellPID, BarHeight: 96})
	c := newClient(t, display)
	c.window(screenRect, shellPID, false)
	m.ShowPage(true)
	over := c.window(Rect{200, 20, 300, 200}, 0, true)
	eventually(t, "a menu over the bar is moved under it", func() bool { return c.rect(over) == Rect{200, 96, 300, 200} })
	huge := c.window(screenRect, 0, true)
	eventually(t, "a spoof of the whole screen is cut to the page", func() bool { return c.rect(huge) == pageRect96 })
	xproto.ConfigureWindow(c.conn, over, xproto.ConfigWindowY, []uint32{0})
	eventually(t, "a menu that moves is moved back", func() bool { return c.rect(over).Y == 96 })

	m.ShowPage(false)
	eventually(t, "menus vanish with the page", func() bool { return !c.viewable(over) && !c.viewable(huge) })
	late := c.window(Rect{0, 300, 50, 50}, 0, true)
	eventually(t, "a late menu is not shown", func() bool { return !c.viewable(late) })
}

func TestKeys(t *testing.T) {
	display := startXvfb(t)
	var refused atomic.Int32
	m := startManager(t, display, Options{ShellPID: shellPID, BarHeight: 96, OnRefusedKey: func() { refused.Add(1) }})
	c := newClient(t, display)
	shell := c.window(screenRect, shellPID, false)
	page := c.window(screenRect, 0, false)
	m.ShowPage(true)
	eventually(t, "the page has the keyboard", func() bool { return c.focused() == page })
	c.keys()

	const control, shiftKey, alt, super, capsLock = 0xffe3, keyShiftL, 0xffe9, keySuperL, 0xffe5
	c.press(capsLock)
	for i, combination := range [][]Keysym{
		{control, 'n'}, {control, shiftKey, 'n'}, {control, 'o'}, {control, 'p'}, {alt, keyHome}, {alt, 0xffc1},
		{keyF1}, {0xffc9}, {control, alt, keyDelete}, {shiftKey, keyEscape}, {super}, {0xff67},
	} {
		before := refused.Load()
		c.press(combination...)
		eventually(t, "the combination is refused", func() bool { return refused.Load() > before })
		if i == 0 {
			c.press(capsLock)
		}
	}
	for _, code := range c.keys() {
		if s := m.keys.at(code, 0); !isPlainModifier(s) {
			t.Errorf("key %#x reached the page", s)
		}
	}
	c.press('b')
	c.press(control, 'c')
	var got []Keysym
	eventually(t, "a letter and copy reach the page", func() bool {
		for _, code := range c.keys() {
			if s := m.keys.at(code, 0); !isPlainModifier(s) {
				got = append(got, s)
			}
		}
		return len(got) == 2 && got[0] == 'b' && got[1] == 'c'
	})
	c.press(keyF6)
	eventually(t, "F6 goes to the bar", func() bool { return c.focused() == shell })
	c.press(keyF6)
	eventually(t, "F6 goes back to the page", func() bool { return c.focused() == page })
}

func TestIdle(t *testing.T) {
	display := startXvfb(t)
	m := startManager(t, display, Options{})
	c := newClient(t, display)
	eventually(t, "time passes", func() bool { d, err := m.Idle(); return err == nil && d > 50*time.Millisecond })
	before := time.Now()
	c.press('a')
	// However long the machine took: less than 50 ms more than since the key.
	if d, err := m.Idle(); err != nil || d > time.Since(before)+20*time.Millisecond {
		t.Errorf("idle %v after a key, %v", d, err)
	}
}

func TestClearSelections(t *testing.T) {
	display := startXvfb(t)
	m := startManager(t, display, Options{})
	c := newClient(t, display)
	w := c.window(Rect{0, 0, 10, 10}, 0, false)
	names := []string{"PRIMARY", "SECONDARY", "CLIPBOARD"}
	for _, n := range names {
		xproto.SetSelectionOwner(c.conn, w, c.atom(n), xproto.TimeCurrentTime)
	}
	xproto.ChangeProperty(c.conn, xproto.PropModeReplace, c.root, xproto.AtomCutBuffer0, xproto.AtomString, 8, 6, []byte("secret"))
	if r, _ := xproto.GetSelectionOwner(c.conn, c.atom("CLIPBOARD")).Reply(); r.Owner != w {
		t.Fatal("the test could not take the clipboard")
	}
	if err := m.ClearSelections(context.Background()); err != nil {
		t.Fatal(err)
	}
	for _, n := range names {
		if r, err := xproto.GetSelectionOwner(c.conn, c.atom(n)).Reply(); err != nil || r.Owner != 0 {
			t.Errorf("%s still has owner %v (%v)", n, r, err)
		}
	}
	p, err := xproto.GetProperty(c.conn, false, c.root, xproto.AtomCutBuffer0, xproto.GetPropertyTypeAny, 0, 10).Reply()
	if err != nil || len(p.Value) != 0 {
		t.Errorf("cut buffer holds %q (%v)", p.Value, err)
	}
}

func TestRunEndsWithTheDisplay(t *testing.T) {
	display := startXvfb(t)
	m, err := Open(display, Options{})
	if err != nil {
		t.Fatal(err)
	}
	done := make(chan error, 1)
	go func() { done <- m.Run(context.Background()) }()
	c := newClient(t, display)
	owner, _ := xproto.GetWindowAttributes(c.conn, m.owner).Reply()
	if owner == nil {
		t.Fatal("the manager is not there")
	}
	xproto.KillClient(c.conn, uint32(m.owner))
	if err := <-done; !errors.Is(err, ErrDisplayGone) {
		t.Errorf("Run = %v, want ErrDisplayGone", err)
	}
}
