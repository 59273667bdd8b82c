package browser

import (
	"bytes"
	"encoding/binary"
	"net/http"
	"testing"
	"time"
)

// tone is a sound of that length: a WAV file, which any Chromium plays.
func tone(d time.Duration) []byte {
	const rate = 8000
	n := uint32(d.Seconds() * rate)
	var b bytes.Buffer
	b.WriteString("RIFF")
	_ = binary.Write(&b, binary.LittleEndian, 36+n)
	b.WriteString("WAVEfmt ")
	for _, v := range []any{uint32(16), uint16(1), uint16(1), uint32(rate), uint32(rate), uint16(1), uint16(8)} {
		_ = binary.Write(&b, binary.LittleEndian, v)
	}
	b.WriteString("data")
	_ = binary.Write(&b, binary.LittleEndian, n)
	for i := range n {
		b.WriteByte(byte(128 + 100*(i/20%2)))
	}
	return b.Bytes()
}

// TestPlaying follows a sound of a real Chromium: it plays, pauses, ends, and
// goes with its page.
func TestPlaying(t *testing.T) {
	mux := http.NewServeMux()
	mux.HandleFunc("/", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/html")
		_, _ = w.Write([]byte("<!doctype html><title>Son</title><p>Son</p>"))
	})
	mux.HandleFunc("/long.wav", func(w http.ResponseWriter, r *http.Request) {
		http.ServeContent(w, r, "long.wav", time.Time{}, bytes.NewReader(tone(time.Minute)))
	})
	mux.HandleFunc("/court.wav", func(w http.ResponseWriter, r *http.Request) {
		http.ServeContent(w, r, "court.wav", time.Time{}, bytes.NewReader(tone(time.Second)))
	})
	world := newWorld(t, mux)
	r := startBrowser(t, world.policies(t), world.proxy, Control{})
	open := func() {
		t.Helper()
		if err := r.Navigate(t.Context(), "https://"+site+"/"); err != nil {
			t.Fatal(err)
		}
		wait[Painted](t, r.events, nil)
	}
	want := func(on bool) { t.Helper(); wait(t, r.events, func(p Playing) bool { return p.On == on }) }
	open()
	r.evaluate(`son = new Audio('/long.wav'); son.play()`)
	want(true)
	r.evaluate(`son.pause()`)
	want(false)
	r.evaluate(`son.play()`)
	want(true)
	r.evaluate(`autre = new Audio('/court.wav'); autre.play()`)
	r.evaluate(`son.pause()`)
	want(false) // the short one has ended
	r.evaluate(`son.play()`)
	want(true)
	if err := r.Navigate(t.Context(), "https://"+site+"/"); err != nil {
		t.Fatal(err)
	}
	want(false)
}
