//go:build linux

package main

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"testing"
	"time"

	"borne/kiosk"
)

// TestKeyboardOnTheScreen types on a page of the real browser, through the
// gate, by a finger on the real shell's keyboard alone: the page gives way, its
// field keeps the keyboard, and what arrives is what was touched.
func TestKeyboardOnTheScreen(t *testing.T) {
	if _, err := exec.LookPath("chromium"); err != nil {
		t.Skip("chromium is not installed")
	}
	if os.Getuid() != 0 {
		t.Skip("a mount namespace needs root")
	}
	w := newWorld(t)
	w.startShell()
	w.want("Hello 1280 800 100")
	asked := make(chan string, 200)
	site := httptest.NewServer(http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/" {
			fmt.Fprint(rw, strings.Replace(page, "<title>", `<meta charset="utf-8"><title>`, 1))
			return
		}
		asked <- r.URL.Path + " " + r.URL.RawQuery
	}))
	defer site.Close()
	w.startChromium(site.URL)
	w.eventually("the page is loaded behind the shell", func() bool { return len(asked) > 0 })
	visit := func(l kiosk.Language) {
		w.publish(kiosk.Snapshot{State: kiosk.Visiting, Language: l})
		w.eventually("the page has the keyboard", func() bool { return strings.Contains(w.xdo("getwindowfocus", "getwindowname"), "site") })
	}
	finger := func(x, y int) { w.xdo("mousemove", strconv.Itoa(x), strconv.Itoa(y), "click", "1") }
	// key touches a key by its column and row.
	key := func(column, row int) { finger(4+106*column+53, 371+85*row+42) }
	// until touches a key until the page has its letter last: the shell shows
	// another language's keyboard in its own time.
	until := func(column, row int, last string) {
		t.Helper()
		for deadline := time.Now().Add(30 * time.Second); ; {
			key(column, row)
			a := ""
			for !strings.HasPrefix(a, "/typed ") {
				select {
				case a = <-asked:
				case <-time.After(time.Until(deadline)):
					t.Fatalf("never typed: %s", last)
				}
			}
			if strings.HasSuffix(a, last) {
				return
			}
			key(11, 0)
			<-asked
		}
	}
	visit(kiosk.French)
	wantAsked(t, asked, "/size 1280x700") // a page that nobody sees is told its last size once it is seen
	finger(300, 215)                      // the field
	finger(784, 50)                       // Clavier
	wantAsked(t, asked, "/size 1280x267")
	w.want("UseAid keyboard")
	w.picture("9-keyboard")
	key(0, 3)  // Shift
	key(10, 1) // É
	key(0, 1)  // a
	key(2, 4)  // @
	key(3, 4)  // .fr
	key(10, 3) // €
	wantAsked(t, asked, "/typed %C3%89a%40.fr%E2%82%AC")
	key(11, 0) // the last character away
	wantAsked(t, asked, "/typed %C3%89a%40.fr")
	visit(kiosk.Ukrainian)
	until(11, 1, "%D1%97") // ї
	key(0, 3)              // Shift
	key(10, 2)             // Є
	wantAsked(t, asked, "/typed %C3%89a%40.fr%D1%97%D0%84")
	visit(kiosk.Arabic)
	until(8, 2, "%D9%85") // م
	w.picture("10-keyboard-arabic")
	for _, keys := range []string{"ctrl+n", "alt+F4", "F12"} {
		w.xdo("key", keys)
		if r := <-w.refused; r != kiosk.ReasonKey {
			t.Errorf("counted as %q", r)
		}
	}
	w.publish(kiosk.Snapshot{State: kiosk.Ending})
	w.eventually("the end takes the keyboard away", func() bool { return w.xdo("getwindowfocus", "getwindowname") == "Borne" })
	if codes := w.xdo("search", "--onlyvisible", "--class", "chromium"); len(strings.Fields(codes)) != 1 {
		t.Errorf("windows of the browser: %q, want one", codes)
	}
}
