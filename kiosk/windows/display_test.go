package windows

import (
	"bufio"
	"context"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"

	"github.com/jezek/xgb"
	"github.com/jezek/xgb/xproto"
	"github.com/jezek/xgb/xtest"
)

// startXvfb runs a real X server of 1280×800 for the test and returns its
// display name.
func startXvfb(t *testing.T) string {
	t.Helper()
	if _, err := exec.LookPath("Xvfb"); err != nil {
		t.Skip("Xvfb is not installed: apt install xvfb")
	}
	r, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	x := exec.Command("Xvfb", "-displayfd", "3", "-screen", "0", "1280x800x24", "-nolisten", "tcp", "-noreset")
	x.ExtraFiles = []*os.File{w}
	if err := x.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { x.Process.Kill(); x.Wait() })
	w.Close()
	line, err := bufio.NewReader(r).ReadString('\n')
	if err != nil {
		t.Fatalf("Xvfb gave no display: %v", err)
	}
	return ":" + strings.TrimSpace(line)
}

// readToTheEnd waits until nothing reads from a connection that was closed: the X library's reader looks into maps that
// the next test's connection writes.
func readToTheEnd(conn *xgb.Conn) {
	for {
		if event, err := conn.WaitForEvent(); event == nil && err == nil {
			return
		}
	}
}

// startManager opens and runs a Manager on the display until the test ends.
func startManager(t *testing.T, display string, options Options) *Manager {
	t.Helper()
	m, err := Open(display, options)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- m.Run(ctx) }()
	t.Cleanup(func() {
		cancel()
		<-done
		m.Close()
		readToTheEnd(m.conn)
	})
	return m
}

// client is an X program of its own, as a browser is.
type client struct {
	t    *testing.T
	conn *xgb.Conn
	root xproto.Window
}

func newClient(t *testing.T, display string) *client {
	t.Helper()
	conn, err := xgb.NewConnDisplay(display)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close(); readToTheEnd(conn) })
	if err := xtest.Init(conn); err != nil {
		t.Fatal(err)
	}
	return &client{t, conn, xproto.Setup(conn).DefaultScreen(conn).Root}
}

// window creates and maps a window that asks to be at r.
func (c *client) window(r Rect, pid uint32, overrideRedirect bool) xproto.Window {
	c.t.Helper()
	id, err := xproto.NewWindowId(c.conn)
	if err != nil {
		c.t.Fatal(err)
	}
	var o uint32
	if overrideRedirect {
		o = 1
	}
	err = xproto.CreateWindowChecked(c.conn, 0, id, c.root, int16(r.X), int16(r.Y), uint16(r.Width), uint16(r.Height), 0,
		xproto.WindowClassInputOutput, 0, xproto.CwOverrideRedirect|xproto.CwEventMask,
		[]uint32{o, xproto.EventMaskKeyPress | xproto.EventMaskStructureNotify}).Check()
	if err != nil {
		c.t.Fatal(err)
	}
	if pid != 0 {
		atom := c.atom("_NET_WM_PID")
		value := []byte{byte(pid), byte(pid >> 8), byte(pid >> 16), byte(pid >> 24)}
		xproto.ChangeProperty(c.conn, xproto.PropModeReplace, id, atom, xproto.AtomCardinal, 32, 1, value)
	}
	if err := xproto.MapWindowChecked(c.conn, id).Check(); err != nil {
		c.t.Fatal(err)
	}
	return id
}

func (c *client) atom(name string) xproto.Atom {
	r, err := xproto.InternAtom(c.conn, false, uint16(len(name)), name).Reply()
	if err != nil {
		c.t.Fatal(err)
	}
	return r.Atom
}

func (c *client) rect(w xproto.Window) Rect {
	g, err := xproto.GetGeometry(c.conn, xproto.Drawable(w)).Reply()
	if err != nil {
		return Rect{}
	}
	return Rect{int(g.X), int(g.Y), int(g.Width), int(g.Height)}
}

func (c *client) viewable(w xproto.Window) bool {
	a, err := xproto.GetWindowAttributes(c.conn, w).Reply()
	return err == nil && a.MapState == xproto.MapStateViewable
}

// above reports whether window a is stacked over window b.
func (c *client) above(a, b xproto.Window) bool {
	tree, err := xproto.QueryTree(c.conn, c.root).Reply()
	if err != nil {
		return false
	}
	at := map[xproto.Window]int{}
	for i, w := range tree.Children {
		at[w] = i
	}
	return at[a] > at[b]
}

func (c *client) focused() xproto.Window {
	r, err := xproto.GetInputFocus(c.conn).Reply()
	if err != nil {
		return 0
	}
	return r.Focus
}

// press types the keys together, through the server as a keyboard does.
func (c *client) press(syms ...Keysym) {
	c.t.Helper()
	k, err := readKeymap(c.conn)
	if err != nil {
		c.t.Fatal(err)
	}
	var codes []byte
	for _, s := range syms {
		for code := 255; code >= int(k.first); code-- {
			if k.at(xproto.Keycode(code), 0) == s {
				codes = append(codes, byte(code))
				break
			}
		}
	}
	if len(codes) != len(syms) {
		c.t.Fatalf("the keyboard lacks one of %#x", syms)
	}
	for _, code := range codes {
		// 2 ms after the last: a key up and down at one moment is one that is held
		xtest.FakeInput(c.conn, xproto.KeyPress, code, 2, c.root, 0, 0, 0)
	}
	for i := len(codes) - 1; i >= 0; i-- {
		xtest.FakeInput(c.conn, xproto.KeyRelease, codes[i], 0, c.root, 0, 0, 0)
	}
	xproto.GetInputFocus(c.conn).Reply() // a round trip: the server has them all
}

// keys returns the key codes that reached the client's windows so far.
func (c *client) keys() (codes []xproto.Keycode) {
	for {
		e, err := c.conn.PollForEvent()
		if e == nil && err == nil {
			return codes
		}
		if k, ok := e.(xproto.KeyPressEvent); ok {
			codes = append(codes, k.Detail)
		}
	}
}

// eventually waits for the display, which answers on its own time.
func eventually(t *testing.T, what string, ok func() bool) {
	t.Helper()
	deadline := time.Now().Add(20 * time.Second)
	for !ok() {
		if time.Now().After(deadline) {
			t.Fatalf("never: %s", what)
		}
		time.Sleep(2 * time.Millisecond)
	}
}
