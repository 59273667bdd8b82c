package windows

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/jezek/xgb/xproto"
	"github.com/jezek/xgb/xtest"
)

// fieldPage tells what its field holds, as it changes, and the keys it gets.
const fieldPage = `<!DOCTYPE html><meta charset=utf-8><title>field</title><textarea id=i autofocus></textarea><p id=p>words</p><script>
let keys = [];
const tell = () => fetch('/tell', {method: 'POST', body: JSON.stringify({size: innerWidth + 'x' + innerHeight, active: document.activeElement.id}) + '\n' + i.value});
addEventListener('keydown', e => keys.push([e.key, e.ctrlKey, e.altKey, e.metaKey].join(' ')));
setInterval(() => { tell(); fetch('/keys', {method: 'POST', body: keys.join('\n')}); }, 50);
</script>`

type fieldSite struct {
	*httptest.Server
	mu         sync.Mutex
	told, keys string
}

func newFieldSite(t *testing.T) *fieldSite {
	s := &fieldSite{}
	s.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		s.mu.Lock()
		defer s.mu.Unlock()
		switch {
		case r.URL.Path == "/":
			fmt.Fprint(w, fieldPage)
		case err == nil && r.URL.Path == "/tell":
			s.told = string(body)
		case err == nil && r.URL.Path == "/keys":
			s.keys = string(body)
		}
	}))
	t.Cleanup(s.Close)
	return s
}

// wait waits until the page says so of its size and field.
func (s *fieldSite) wait(t *testing.T, size, value string) {
	t.Helper()
	want := `{"size":"` + size + `","active":"i"}` + "\n" + value
	deadline := time.Now().Add(15 * time.Second)
	for {
		s.mu.Lock()
		told := s.told
		s.mu.Unlock()
		if told == want {
			return
		}
		if time.Now().After(deadline) {
			t.Fatalf("the page says\n%q, want\n%q", told, want)
		}
		time.Sleep(10 * time.Millisecond)
	}
}

// What pages of the on-screen keyboard have, at the most.
const (
	asciiKeys    = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789 !\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~€£°§\b\t\n←→"
	latinKeys    = asciiKeys + "àâäéèêëîïôöùûüçñœæßÀÂÄÉÈÊËÎÏÔÖÙÛÜÇÑŒÆ"
	cyrillicKeys = "йцукенгшщзхїфівапролджєґячсмитьбюЙЦУКЕНГШЩЗХЇФІВАПРОЛДЖЄҐЯЧСМИТЬБЮ 0123456789'.,@!\b\t\n←→"
)

const arabicKeys = "ضصثقفغعهخحجدشسيبلاتنمكطذئءؤرىةوزظأإآ،؛؟ 0123456789.@\b\t\n←→"

// TestTypingOnAPage types on a real Chromium as the on-screen keyboard does:
// what arrives is what was typed, whatever layout the borne's own keyboard has;
// a finger on the shell takes the keyboard from no field; and no key that the
// page does not get otherwise reaches it.
func TestTypingOnAPage(t *testing.T) {
	if _, err := exec.LookPath("chromium"); err != nil {
		t.Skip("chromium is not installed")
	}
	if os.Getuid() != 0 {
		t.Skip("the browser is given another user, which needs root")
	}
	display := startXvfb(t)
	m := startManager(t, display, Options{BarHeight: 96, ShellPID: shellPID})
	c := newClient(t, display)
	shell := c.window(screenRect, shellPID, false)
	eventually(t, "the shell fills the screen", func() bool { return c.rect(shell) == screenRect })
	m.SetShell(uint32(shell))
	if err := m.Ready(arabicKeys); err != nil {
		t.Fatal(err)
	}
	if err := m.Type("م"); err == nil {
		t.Error("what is typed without a page goes to the shell")
	}
	m.ShowPage(true)
	site := newFieldSite(t)
	startChromium(t, display, site.URL)
	site.wait(t, "1280x704", "")
	m.SetFoot(400)
	site.wait(t, "1280x304", "")
	typed := ""
	enter := func(text string) {
		t.Helper()
		// A finger on the shell's keyboard, each time.
		xtest.FakeInput(c.conn, xproto.MotionNotify, 0, 0, c.root, 640, 700, 0)
		xtest.FakeInput(c.conn, xproto.ButtonPress, 1, 0, c.root, 0, 0, 0)
		xtest.FakeInput(c.conn, xproto.ButtonRelease, 1, 0, c.root, 0, 0, 0)
		for _, r := range text {
			if err := m.Type(string(r)); err != nil {
				t.Fatal(err)
			}
		}
		typed += text
		site.wait(t, "1280x304", typed)
	}
	ready := func(characters string) {
		t.Helper()
		if err := m.Ready(characters); err != nil {
			t.Fatal(err)
		}
	}
	for _, layout := range []string{"us", "fr", "de", "ru"} {
		ready("")
		setLayout(t, m, display, []string{layout})
		before, err := readKeymap(m.conn)
		if err != nil {
			t.Fatal(err)
		}
		began := time.Now()
		ready(latinKeys)
		lent := time.Since(began)
		enter("Élodie@exemple.fr 12€\n")
		t.Logf("%s: ready after %v; 22 characters, at the page after %v", layout, lent, time.Since(began))
		ready(cyrillicKeys)
		enter("Привіт, їжак ґанок! ЄЇҐ\n")
		ready(latinKeys)
		enter("dd~^`#{[|\\]} œuf Œ ç ß ê\n")
		ready(arabicKeys)
		enter("مرحبا أهلا وسهلا؟ 12\n")
		if err := m.Type("€"); err == nil {
			t.Error("a character that is not ready is typed")
		}
		if err := m.Type("مم\b\b"); err != nil {
			t.Fatal(err)
		}
		enter("نعم")
		if err := m.Type("←م\b→\n"); err != nil {
			t.Fatal(err)
		}
		typed += "\n"
		site.wait(t, "1280x304", typed)
		ready("")
		after, err := readKeymap(m.conn)
		if err != nil {
			t.Fatal(err)
		}
		for code := 8; code < 256; code++ {
			for column := range 4 {
				if a, b := before.at(xproto.Keycode(code), column), after.at(xproto.Keycode(code), column); a != b {
					t.Errorf("%s: key %d was %#x and is %#x", layout, code, a, b)
				}
			}
		}
	}
}

// TestLentKeysOpenNothing holds the ways out shut while keys are lent: every
// key that has a character now, with every modifier.
func TestLentKeysOpenNothing(t *testing.T) {
	display := startXvfb(t)
	m := startManager(t, display, Options{BarHeight: 96})
	c := newClient(t, display)
	page := c.window(pageRect96, 0, false)
	m.ShowPage(true)
	eventually(t, "the page has the keyboard", func() bool { return c.focused() == page })
	if err := m.Ready(cyrillicKeys); err != nil {
		t.Fatal(err)
	}
	k, err := readKeymap(m.conn)
	if err != nil {
		t.Fatal(err)
	}
	eventually(t, "the manager knows the keys", func() bool {
		m.mu.Lock()
		defer m.mu.Unlock()
		return slices.Equal(m.keys.syms, k.syms)
	})
	m.typist.mu.Lock()
	lent := len(m.typist.own)
	m.typist.mu.Unlock()
	if lent < 30 {
		t.Fatalf("%d keys are lent: the test proves nothing", lent)
	}
	const control, shift, alt, super = 37, 50, 64, 133
	modifiers := []xproto.Keycode{control, shift, alt, super}
	for _, held := range [][]byte{{control}, {control, shift}, {alt}, {control, alt}, {super}, {shift, alt}} {
		for code := range m.typist.own {
			strike(c, byte(code), held)
		}
	}
	strike(c, 38, nil)
	var got []xproto.Keycode
	eventually(t, "the last key arrives", func() bool {
		got = append(got, c.keys()...)
		return len(got) > 0 && got[len(got)-1] == 38
	})
	for _, code := range got[:len(got)-1] {
		if !slices.Contains(modifiers, code) {
			t.Errorf("key %d reached the page with a modifier", code)
		}
	}
}

func TestPlan(t *testing.T) {
	// A keyboard of Linux with a and A on 10, é on 11 and @ under AltGr, a volume
	// key on 153, Print on 154, Shift on 155, and nothing from 156 on.
	k := &keymap{first: 8, perCode: 4, syms: make([]xproto.Keysym, 4*151)}
	for code, syms := range map[int][]xproto.Keysym{10: {'a', 'A'}, 11: {0xe9, 0, '@'}, 153: {0x1008ff11}, 154: {0xff61}, 155: {0xffe1}, 120: {'x'}, 147: {'x'}, 149: {'x'}, 156: {'y'}, 158: {'z'}} {
		copy(k.syms[(code-8)*4:], syms)
	}
	spare := k.spareKeys([]xproto.Keycode{155})
	if !slices.Equal(spare, []xproto.Keycode{153, 157}) {
		t.Fatalf("to lend are %v", spare)
	}
	if strokes, lent, err := plan(k, spare, "aAé@ц€a§₴"); err == nil {
		t.Fatalf("five characters that are missing fit on two keys: %v %v", strokes, lent)
	}
	strokes, lent, err := plan(k, spare, "aAé@Ц€ц")
	if err != nil {
		t.Fatal(err)
	}
	want := map[rune]stroke{'a': {10, false}, 'A': {10, true}, 'é': {11, false}, '@': {153, false}, '€': {153, true}, 'ц': {157, false}, 'Ц': {157, true}}
	if fmt.Sprint(strokes) != fmt.Sprint(want) {
		t.Errorf("strokes %v, want %v", strokes, want)
	}
	if len(lent) != 2 || lent[0].keys() != 1 || lent[1].first != 157 {
		t.Errorf("lent %+v", lent)
	}
}
