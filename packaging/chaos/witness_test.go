package chaos_test

import (
	"crypto/rand"
	_ "embed"
	"fmt"
	"image/color"
	"io"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"sync"
	"time"
)

//go:embed testdata/witness.html
var witnessPage string

// markPrefix begins every mark, so that one search finds them all.
const markPrefix = "chaos-mark-"

var markPattern = regexp.MustCompile(markPrefix + `[A-Z2-7]{26}`)

// witness is an official site that leaves a mark of its own in every visitor's browser, everywhere a page can, and looks
// for the marks of others in all that a browser sends and in all that a page finds.
type witness struct {
	mu      sync.Mutex
	mark    string
	number  int
	since   time.Time
	found   bool // the page of this visit has told what it found
	planted bool
	touched int
	leaks   []string
}

func newWitness() *witness { return &witness{} }

// begin says that the next visitor comes.
func (w *witness) begin() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.mark, w.since = markPrefix+rand.Text(), time.Now()
	w.number++
	w.found, w.planted, w.touched, w.leaks = false, false, 0, nil
}

type seen struct {
	found, planted bool
	touched        int
	leaks          []string
	colour         color.RGBA
	mark           string
}

func (w *witness) seen() seen {
	w.mu.Lock()
	defer w.mu.Unlock()
	return seen{w.found, w.planted, w.touched, slices.Clone(w.leaks), colourOf(w.number), w.mark}
}

// colourOf is the ground of a visit's page: a purple that the shell never shows, another one for each of 72 visits.
func colourOf(n int) color.RGBA {
	return color.RGBA{uint8(0xb0 + 8*(n%9)), uint8(8 * (n / 9 % 8)), 0xe0, 0xff}
}

// isPurple reports whether a pixel can be of a visit's page.
func isPurple(c color.RGBA) bool {
	return c.R >= 0xac && c.R <= 0xf6 && c.G <= 0x3c && c.B >= 0xdc && c.B <= 0xe4
}

// ServeHTTP looks at the whole of each request first.
func (w *witness) ServeHTTP(out http.ResponseWriter, r *http.Request) {
	body, _ := io.ReadAll(io.LimitReader(r.Body, 1<<18))
	w.mu.Lock()
	mark, ground := w.mark, colourOf(w.number)
	for _, part := range []struct{ name, text string }{{"address", r.URL.String()}, {"head", heads(r.Header)}, {"page", string(body)}} {
		text := part.text
		if plain, err := url.QueryUnescape(text); err == nil {
			text += plain
		}
		for _, other := range markPattern.FindAllString(text, -1) {
			if other != mark {
				w.leaks = append(w.leaks, fmt.Sprintf("a mark of another visit in the %s of %s %s, %v after it began: %.300s", part.name, r.Method,
					r.URL.Path, time.Since(w.since).Round(time.Millisecond), part.text))
			}
		}
	}
	switch r.URL.Path {
	case "/found":
		w.found = true
	case "/planted":
		w.planted = true
	case "/touched":
		w.touched++
	}
	w.mu.Unlock()

	head := out.Header()
	head.Set("Cache-Control", "no-store")
	switch {
	case r.URL.Path == "/":
		http.SetCookie(out, &http.Cookie{Name: "hidden", Value: mark, Path: "/", Secure: true, HttpOnly: true, MaxAge: 86400})
		head.Set("Content-Type", "text/html; charset=utf-8")
		fmt.Fprint(out, strings.NewReplacer("MARK", mark, "GROUND", fmt.Sprintf("#%02x%02x%02x", ground.R, ground.G, ground.B)).Replace(witnessPage))
	case r.URL.Path == "/cached":
		head.Set("Cache-Control", "private, max-age=86400")
		fmt.Fprint(out, mark)
	case r.URL.Path == "/tagged":
		head.Set("Cache-Control", "private, no-cache")
		head.Set("ETag", `"`+mark+`"`)
		fmt.Fprint(out, mark)
	case r.URL.Path == "/worker.js":
		head.Set("Content-Type", "text/javascript")
		fmt.Fprintf(out, "// %s\naddEventListener('message', e => e.source.postMessage(%q))", mark, mark)
	case strings.HasPrefix(r.URL.Path, "/avis-"):
		head.Set("Content-Type", "application/pdf")
		head.Set("Content-Disposition", "attachment")
		fmt.Fprint(out, notice(mark))
	}
}

func heads(h http.Header) string {
	var b strings.Builder
	for name, values := range h {
		fmt.Fprintf(&b, "%s: %s\n", name, strings.Join(values, ", "))
	}
	return b.String()
}
