package browser

import (
	"net/http"
	"testing"
)

// TestTheFieldStaysInSight: the keyboard on the screen makes the window lower,
// and a real Chromium then brings the field that has the caret back in sight.
func TestTheFieldStaysInSight(t *testing.T) {
	mux := http.NewServeMux()
	mux.HandleFunc("/", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/html")
		_, _ = w.Write([]byte(`<!doctype html><title>Champ</title><body style="margin:0"><div style="height:560px">Haut</div><input id="champ" style="height:40px"><div style="height:2000px"></div>`))
	})
	world := newWorld(t, mux)
	r := startBrowser(t, world.policies(t), world.proxy, Control{})
	if err := r.Navigate(t.Context(), "https://"+site+"/"); err != nil {
		t.Fatal(err)
	}
	wait[Painted](t, r.events, nil)
	r.evaluate(`champ.focus()`)
	r.eventually(`document.activeElement === champ && scrollY`, "0")
	window := r.xdotool("search", "--onlyvisible", "--class", "chromium")
	r.xdotool("windowsize", window, "1280", "300")
	r.eventually(`innerHeight < 400 && champ.getBoundingClientRect().bottom <= innerHeight && champ.getBoundingClientRect().top >= 0`, "true")
	r.xdotool("windowsize", window, "1280", "704")
	r.eventually(`innerHeight > 600`, "true")
	// A page in large letters is laid out by us: it follows its window too.
	if err := r.Zoom(t.Context(), 1.5); err != nil {
		t.Fatal(err)
	}
	r.eventually(`innerWidth < 900`, "true")
	r.evaluate(`scrollTo(0, 0)`)
	r.xdotool("windowsize", window, "1280", "300")
	r.eventually(`innerHeight <= 200 && champ.getBoundingClientRect().bottom <= innerHeight && champ.getBoundingClientRect().top >= 0`, "true")
}
