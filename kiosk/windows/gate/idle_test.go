package gate

import (
	"testing"
	"time"

	"github.com/jezek/xgb/screensaver"
	"github.com/jezek/xgb/xproto"
	"github.com/jezek/xgb/xtest"
)

// TestInputIsReal: idle time is the server's, and nothing that comes through
// the gate makes it begin anew; a real touch or key does.
func TestInputIsReal(t *testing.T) {
	w := newWorld(t)
	c := w.browser()
	if err := screensaver.Init(w.shell); err != nil {
		t.Fatal(err)
	}
	if err := xtest.Init(w.shell); err != nil {
		t.Fatal(err)
	}
	idle := func() time.Duration {
		t.Helper()
		info, err := screensaver.QueryInfo(w.shell, xproto.Drawable(w.root)).Reply()
		if err != nil {
			t.Fatal(err)
		}
		return time.Duration(info.MsSinceUserInput) * time.Millisecond
	}
	pressed := time.Now()
	xtest.FakeInput(w.shell, xproto.KeyPress, 38, 0, w.root, 0, 0, 0)
	xtest.FakeInput(w.shell, xproto.KeyRelease, 38, 0, w.root, 0, 0, 0)
	inStep(t, w.shell)
	began := time.Now()
	if d := idle(); d > time.Since(pressed)+100*time.Millisecond {
		t.Fatalf("idle %v, %v after a key", d, time.Since(pressed))
	}
	for time.Since(began) < 300*time.Millisecond {
		xproto.ForceScreenSaver(c, xproto.ScreenSaverReset)
		xproto.WarpPointer(c, 0, w.root, 0, 0, 0, 0, 5, 5)
		sendKey(c, w.root)
		inStep(t, c)
	}
	if d := idle(); d < 250*time.Millisecond {
		t.Errorf("idle %v, %v after the last input: the browser made some", d, time.Since(began))
	}
	// The same from beside the gate would have: idle no longer than since then.
	reset := time.Now()
	xproto.ForceScreenSaver(w.shell, xproto.ScreenSaverReset)
	inStep(t, w.shell)
	if d := idle(); d > time.Since(reset)+100*time.Millisecond {
		t.Errorf("idle %v: the test proves nothing", d)
	}
}
