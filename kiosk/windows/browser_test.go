package windows

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/jezek/xgb/xproto"
	"github.com/jezek/xgb/xtest"
)

// keysPage tells which keys it gets, as {code, ctrl…}, and at last how it is.
const keysPage = `<!DOCTYPE html><title>keys</title><input id=i autofocus><script>
let got = [];
const flush = () => { if (got.length) navigator.sendBeacon('/keys', JSON.stringify(got)); got = [] };
setInterval(flush, 50); addEventListener('pagehide', flush);
addEventListener('keydown', e => {
	got.push({Code: e.keyCode, Key: e.key, Control: e.ctrlKey, Shift: e.shiftKey, Alt: e.altKey, Meta: e.metaKey});
	if (e.key == 'Tab') e.preventDefault(); // the field keeps the keyboard
});
addEventListener('blur', () => i.focus());
fetch('/up');
const look = () => fetch('/look?' + innerWidth + 'x' + innerHeight + 'at' + devicePixelRatio + 'n' + i.value.length);
setInterval(look, 200);
</script>`

// key is a key as a page sees it: Code is the browser's own virtual key code,
// by which it knows its shortcuts.
type key struct {
	Code                      int
	Key                       string
	Control, Shift, Alt, Meta bool
}

// harmless reports whether a key may reach a page. It knows nothing of Decide:
// it is the browser's view of ../../docs/lockdown.md.
func (k key) harmless() bool {
	modifier := slices.Contains([]int{16, 17, 18, 20, 144, 145, 225}, k.Code)
	arrows := k.Code >= 35 && k.Code <= 40
	switch {
	case modifier:
		return true
	case k.Alt || k.Meta:
		return false
	case k.Control && k.Shift:
		return arrows || k.Code == 'Z' || k.Code == 'V'
	case k.Control:
		return arrows || strings.ContainsRune("ACVXZYR", rune(k.Code)) || slices.Contains([]int{8, 45, 46}, k.Code)
	case k.Shift && k.Code == 27:
		return false
	}
	functionKey := k.Code >= 112 && k.Code <= 135 && k.Code != 116
	mediaOrBrowser := k.Code >= 166 && k.Code <= 183
	return !functionKey && !mediaOrBrowser && !slices.Contains([]int{3, 19, 41, 42, 43, 44, 47, 91, 92, 93, 95}, k.Code)
}

// keysSite is a site that collects what its page tells.
type keysSite struct {
	*httptest.Server
	mu   sync.Mutex
	got  map[key]bool
	look string
	up   int
}

func newKeysSite(t *testing.T) *keysSite {
	s := &keysSite{got: map[key]bool{}}
	s.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		s.mu.Lock()
		defer s.mu.Unlock()
		switch r.URL.Path {
		case "/":
			fmt.Fprint(w, keysPage)
		case "/up":
			s.up++
		case "/look":
			s.look = r.URL.RawQuery
		case "/keys":
			var ks []key
			if err := json.NewDecoder(r.Body).Decode(&ks); err == nil {
				for _, k := range ks {
					s.got[k] = true
				}
			}
		}
	}))
	t.Cleanup(s.Close)
	return s
}

// TestEveryKeyOfEveryLayout presses every key of the keyboard with every
// modifier, layout by layout, before a real Chromium. No shortcut may reach it:
// neither the page's word nor the browser's windows and size may show one.
func TestEveryKeyOfEveryLayout(t *testing.T) {
	if _, err := exec.LookPath("chromium"); err != nil {
		t.Skip("chromium is not installed")
	}
	if os.Getuid() != 0 {
		t.Skip("the browser is given another user, which needs root")
	}
	display := startXvfb(t)
	m := startManager(t, display, Options{BarHeight: 96})
	m.ShowPage(true)
	c := newClient(t, display)
	site := newKeysSite(t)
	startChromium(t, display, site.URL)
	want := "1280x704at1"
	eventually(t, "the page is up", func() bool {
		site.mu.Lock()
		defer site.mu.Unlock()
		return site.up > 0 && strings.HasPrefix(site.look, want)
	})
	const control, shift, alt, super, level3 = 37, 50, 64, 133, 108 // of Linux
	held := [][]byte{{}, {shift}, {control}, {control, shift}, {alt}, {control, alt}, {super}, {level3}, {control, level3}, {shift, level3}}
	for _, layout := range []struct {
		name  string
		group byte
		args  []string
	}{
		{"qwerty", 0, []string{"us"}},
		{"azerty", 0, []string{"fr"}},
		{"qwertz", 0, []string{"de"}},
		{"bepo", 0, []string{"fr", "bepo"}},
		{"cyrillic", 0, []string{"ru"}},
		{"arabic", 0, []string{"ara"}},
		{"azerty, its arabic group", 1, []string{"fr,ara"}},
		{"azerty, its cyrillic group", 1, []string{"fr,ru"}},
		{"the fourth group", 3, []string{"us,ru,fr,ara"}},
	} {
		t.Run(layout.name, func(t *testing.T) {
			setLayout(t, m, display, layout.args)
			lockGroup(m, layout.group)
			for _, modifiers := range held {
				for code := 9; code <= 255; code++ {
					if slices.Contains([]int{control, shift, alt, super, level3, 66, 72, 77, 105, 62, 134}, code) {
						continue // locks, modifiers, which are held in their turn, and F6, which leaves the page
					}
					strike(c, byte(code), modifiers)
				}
				// In step with the browser, now and then.
				time.Sleep(20 * time.Millisecond)
			}
			lockGroup(m, 0)
			strike(c, 9, nil) // Escape: a dead key is let go
			site.settle(t, c, want)
			site.mu.Lock()
			defer site.mu.Unlock()
			letters := 0
			for k := range site.got {
				if !k.harmless() {
					t.Errorf("the page got %+v", k)
				}
				if len([]rune(k.Key)) == 1 {
					letters++
				}
			}
			if letters < 40 {
				t.Errorf("only %d characters could be typed", letters)
			}
			t.Logf("%d keys reached the page, %d of them characters", len(site.got), letters)
			clear(site.got)
			if n := visible(c); n != 1 {
				t.Errorf("%d windows are on the screen, want the page alone", n)
			}
		})
	}
}

// settle waits until the page says that it has its size and the keyboard: what
// is typed in it comes after all that was typed before.
func (s *keysSite) settle(t *testing.T, c *client, want string) {
	t.Helper()
	look := func() string {
		s.mu.Lock()
		defer s.mu.Unlock()
		return s.look
	}
	for range 3 {
		before := look()
		strike(c, 38, nil) // a letter on each layout
		deadline := time.Now().Add(30 * time.Second)
		for now := before; now == before || !strings.HasPrefix(now, want); now = look() {
			if time.Now().After(deadline) {
				t.Fatalf("the page says %q after %q, want %s and one more letter", now, before, want)
			}
			time.Sleep(20 * time.Millisecond)
		}
	}
}

// strike presses a key while others are held.
func strike(c *client, code byte, held []byte) {
	delay := uint32(1) // milliseconds: what is up and down at one moment is held
	for _, h := range held {
		xtest.FakeInput(c.conn, xproto.KeyPress, h, delay, c.root, 0, 0, 0)
		delay = 0
	}
	xtest.FakeInput(c.conn, xproto.KeyPress, code, delay, c.root, 0, 0, 0)
	xtest.FakeInput(c.conn, xproto.KeyRelease, code, 0, c.root, 0, 0, 0)
	for _, h := range slices.Backward(held) {
		xtest.FakeInput(c.conn, xproto.KeyRelease, h, 0, c.root, 0, 0, 0)
	}
	xproto.GetInputFocus(c.conn).Reply()
}

// visible counts the windows on the screen.
func visible(c *client) (n int) {
	tree, err := xproto.QueryTree(c.conn, c.root).Reply()
	if err != nil {
		return -1
	}
	for _, w := range tree.Children {
		if a, err := xproto.GetWindowAttributes(c.conn, w).Reply(); err == nil && a.MapState == xproto.MapStateViewable && a.Class == xproto.WindowClassInputOutput {
			n++
		}
	}
	return n
}

// setLayout changes the keyboard and waits until the manager knows.
func setLayout(t *testing.T, m *Manager, display string, args []string) {
	t.Helper()
	command := []string{"-layout", args[0]}
	if len(args) > 1 {
		command = append(command, "-variant", args[1])
	} else {
		command = append(command, "-variant", "")
	}
	set := exec.Command("setxkbmap", command...)
	set.Env = append(os.Environ(), "DISPLAY="+display)
	if out, err := set.CombinedOutput(); err != nil {
		t.Skipf("setxkbmap %v: %v %s", args, err, out)
	}
	c, err := readKeymap(m.conn)
	if err != nil {
		t.Fatal(err)
	}
	eventually(t, "the manager knows the layout", func() bool {
		m.mu.Lock()
		defer m.mu.Unlock()
		return slices.Equal(m.keys.syms, c.syms)
	})
}

// lockGroup switches to another group of the layout, as its keys would.
func lockGroup(m *Manager, group byte) {
	latch := make([]byte, 16)
	latch[1], latch[2], latch[5] = xkbLatchLockState, 4, xkbCoreKeyboard>>8
	latch[8], latch[9] = 1, group
	m.switches.send(latch)
	xproto.GetInputFocus(m.switches.conn).Reply()
}

// startChromium runs the browser as nobody, for it refuses its own sandbox as
// root.
func startChromium(t *testing.T, display, address string) {
	t.Helper()
	dir := t.TempDir()
	for d := dir; d != os.TempDir() && d != "/"; d = filepath.Dir(d) {
		if err := os.Chmod(d, 0o777); err != nil {
			t.Fatal(err)
		}
	}
	cmd := exec.Command("setpriv", "--reuid=nobody", "--regid=nogroup", "--clear-groups",
		"chromium", "--kiosk", "--ozone-platform=x11", "--no-first-run", "--disable-gpu", "--password-store=basic", "--user-data-dir="+dir,
		"--window-position=0,96", "--window-size=1280,704", address)
	cmd.Env = []string{"DISPLAY=" + display, "HOME=" + dir, "PATH=/usr/bin:/bin"}
	cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL, Setpgid: true}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL); cmd.Wait() })
}
