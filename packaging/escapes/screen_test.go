package escapes_test

import (
	"context"
	"encoding/hex"
	"fmt"
	"image"
	"strings"

	"borne/packaging/demo/stage"

	"github.com/jezek/xgb"
	"github.com/jezek/xgb/xproto"
	"github.com/jezek/xgb/xtest"
)

// barHeight is the bar's, in pixels of the stage's screen.
const barHeight = 100

// screen is a connection to the borne's X server, as one that holds its cookie has it: taps and looks by the hundred,
// without a process for each.
type screen struct {
	conn *xgb.Conn
	root xproto.Window
}

// display connects; the caller closes. It is a new connection each time: some attempts kill the X server.
func (s *scene) display() (*screen, error) {
	cookie, err := s.Host.ReadFile(stage.XAuthority)
	if err != nil || len(cookie) < 16 {
		return nil, fmt.Errorf("read the X cookie: %d bytes, %w", len(cookie), err)
	}
	socket, err := s.Host.Dial(s.t.Context(), "unix", "/tmp/.X11-unix/X"+strings.TrimPrefix(stage.Display, ":"))
	if err != nil {
		return nil, fmt.Errorf("reach the X server: %w", err)
	}
	conn, err := xgb.NewConnNetWithCookieHex(socket, hex.EncodeToString(cookie[len(cookie)-16:])) // the one entry ends in it
	if err != nil {
		return nil, fmt.Errorf("reach the X server: %w", err)
	}
	if err := xtest.Init(conn); err != nil {
		conn.Close()
		return nil, fmt.Errorf("reach the X server: %w", err)
	}
	return &screen{conn, xproto.Setup(conn).DefaultScreen(conn).Root}, nil
}

// pointer moves to a place and, for each of buttons, presses (b) or releases (-b) it there.
func (d *screen) pointer(x, y int, buttons ...int) error {
	if err := xtest.FakeInputChecked(d.conn, xproto.MotionNotify, 0, 0, d.root, int16(x), int16(y), 0).Check(); err != nil {
		return fmt.Errorf("move the pointer: %w", err)
	}
	for _, b := range buttons {
		kind := byte(xproto.ButtonPress)
		if b < 0 {
			kind, b = xproto.ButtonRelease, -b
		}
		if err := xtest.FakeInputChecked(d.conn, kind, byte(b), 0, d.root, 0, 0, 0).Check(); err != nil {
			return fmt.Errorf("press a button: %w", err)
		}
	}
	return nil
}

// tapAt touches a place of the screen.
func (s *scene) tapAt(x, y int) error {
	d, err := s.display()
	if err != nil {
		return err
	}
	defer d.conn.Close()
	return d.pointer(x, y, 1, -1)
}

// tap touches the middle of the page, which every page of the trap hears.
func (s *scene) tap() error { return s.tapAt(stage.Width/2, stage.Height*3/5) }

// barShown reports whether the bar is on the screen, whole: its ground, and the red button at its end.
func (s *scene) barShown(context.Context) (bool, error) {
	d, err := s.display()
	if err != nil {
		return false, err
	}
	defer d.conn.Close()
	picture, err := xproto.GetImage(d.conn, xproto.ImageFormatZPixmap, xproto.Drawable(d.root), 0, 0, stage.Width, barHeight, 0xffffffff).Reply()
	if err != nil {
		return false, fmt.Errorf("look at the bar: %w", err)
	}
	const pixel = 4 // blue, green, red, nothing
	if len(picture.Data) < stage.Width*barHeight*pixel {
		return false, fmt.Errorf("look at the bar: %d bytes", len(picture.Data))
	}
	ground, end := 0, 0
	for i := 0; i+pixel <= len(picture.Data); i += pixel {
		switch {
		case near(picture.Data[i:], 0x0b, 0x4f, 0x6c):
			ground++
		case near(picture.Data[i:], 0xa6, 0x1b, 0x1b):
			end++
		}
	}
	area := stage.Width * barHeight
	if ground*10 < area*4 || end*100 < area*3 {
		return false, fmt.Errorf("the bar's ground is %d %% of its place, its red button %d %%", ground*100/area, end*100/area)
	}
	return true, nil
}

// near tells one colour of the shell's palette from others, as drawn with a little rounding.
func near(bgr []byte, r, g, b byte) bool {
	within := func(x, y byte) bool { return max(x, y)-min(x, y) <= 6 }
	return within(bgr[2], r) && within(bgr[1], g) && within(bgr[0], b)
}

// window is a visible window that is not the shell's.
type window struct {
	id    xproto.Window
	class string
	place image.Rectangle
}

// windows lists them, from back to front.
func (s *scene) windows() ([]window, error) {
	d, err := s.display()
	if err != nil {
		return nil, err
	}
	defer d.conn.Close()
	tree, err := xproto.QueryTree(d.conn, d.root).Reply()
	if err != nil {
		return nil, fmt.Errorf("list windows: %w", err)
	}
	var visible []window
	for _, w := range tree.Children {
		state, err := xproto.GetWindowAttributes(d.conn, w).Reply()
		if err != nil || state.MapState != xproto.MapStateViewable || state.Class == xproto.WindowClassInputOnly {
			continue // gone meanwhile, or not to be seen
		}
		g, err := xproto.GetGeometry(d.conn, xproto.Drawable(w)).Reply()
		if err != nil || g.Width <= 1 || g.Height <= 1 {
			continue
		}
		class, err := xproto.GetProperty(d.conn, false, w, xproto.AtomWmClass, xproto.AtomString, 0, 64).Reply()
		name := strings.ReplaceAll(string(class.Value), "\x00", " ")
		if err != nil || strings.Contains(strings.ToLower(name), "borne") {
			continue
		}
		visible = append(visible, window{w, name, image.Rect(int(g.X), int(g.Y), int(g.X)+int(g.Width), int(g.Y)+int(g.Height))})
	}
	return visible, nil
}
