package chaos_test

import (
	"image"
	"image/color"
	"image/draw"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"borne/packaging/demo/drive"
)

// TestWitnessSeesTheMarksOfOthers holds that a leak would be seen, wherever a browser carried it.
func TestWitnessSeesTheMarksOfOthers(t *testing.T) {
	w := newWitness()
	w.begin()
	before := w.mark
	w.begin()
	own := w.mark
	for _, c := range []struct {
		name string
		make func(mark string) *http.Request
	}{
		{"a cookie", func(m string) *http.Request {
			r := httptest.NewRequest("GET", "/", nil)
			r.AddCookie(&http.Cookie{Name: "hidden", Value: m})
			return r
		}},
		{"an ETag", func(m string) *http.Request {
			r := httptest.NewRequest("GET", "/tagged", nil)
			r.Header.Set("If-None-Match", `"`+m+`"`)
			return r
		}},
		{"what the page found", func(m string) *http.Request {
			return httptest.NewRequest("POST", "/found", strings.NewReader(`{"local":"{\"mark\":\"`+m+`\"}"}`))
		}},
		{"an address", func(m string) *http.Request {
			return httptest.NewRequest("GET", "/?q="+url.QueryEscape(m), nil)
		}},
	} {
		for _, mark := range []string{own, before} {
			w.mu.Lock()
			w.leaks = nil
			w.mu.Unlock()
			w.ServeHTTP(httptest.NewRecorder(), c.make(mark))
			switch got := len(w.seen().leaks); {
			case mark == own && got != 0:
				t.Errorf("%s with the visit's own mark: %v", c.name, w.seen().leaks)
			case mark == before && got == 0:
				t.Errorf("%s with another's mark goes unseen", c.name)
			}
		}
	}
}

// TestEyesSeeThePageOfAnother holds that a page on the screen would be seen, and whose it is.
func TestEyesSeeThePageOfAnother(t *testing.T) {
	seen := map[color.RGBA]bool{}
	for n := range 72 {
		if c := colourOf(n); seen[c] || !isPurple(c) {
			t.Errorf("the colour of visit %d: %v", n, c)
		}
		seen[colourOf(n)] = true
	}
	shell := image.NewRGBA(image.Rect(0, 0, 100, 100))
	draw.Draw(shell, shell.Bounds(), image.NewUniform(color.RGBA{0xf8, 0xf6, 0xef, 0xff}), image.Point{}, draw.Src)
	if ours, others := purple(drive.Picture{RGBA: shell}, colourOf(1)); ours+others != 0 {
		t.Errorf("the shell alone: %d, %d", ours, others)
	}
	draw.Draw(shell, image.Rect(0, 20, 100, 60), image.NewUniform(colourOf(1)), image.Point{}, draw.Src)
	draw.Draw(shell, image.Rect(0, 60, 100, 70), image.NewUniform(colourOf(2)), image.Point{}, draw.Src)
	if ours, others := purple(drive.Picture{RGBA: shell}, colourOf(1)); ours != 4000 || others != 1000 {
		t.Errorf("two pages: %d, %d", ours, others)
	}
}
