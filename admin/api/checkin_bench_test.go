package api_test

import (
	"bytes"
	"encoding/json"
	"net/http"
	"sync"
	"testing"
	"time"

	"borne/kiosk"
	"borne/kiosk/httpsig"
)

// checkInAim is a million bornes every five minutes, in check-ins a second.
const checkInAim = 3400

// BenchmarkCheckInsTogether is 64 bornes that check in over TLS as fast as
// they are answered, each request signed and verified, statuses kept in groups
// meanwhile. They are signed before: what a borne's own processor does is no
// part of it, but its end of the line is, on the same two cores.
func BenchmarkCheckInsTogether(b *testing.B) {
	f := newBenchFleet(b, "")
	defer f.close()
	body, err := json.Marshal(kiosk.CheckIn{State: kiosk.Ready, Clock: time.Now(), Versions: kiosk.Versions{Borne: "1.0.0", Chromium: "156.0.8078.79", Debian: "13.7"},
		Health: []kiosk.Fact{{Name: "disk", Level: kiosk.LevelOK, Detail: "81 % free on /var"}, {Name: "usage", Level: kiosk.LevelOK, Detail: "42 cells wait"}}})
	must(b, err)
	var mu sync.Mutex
	left, done := 0, 0
	next := func() bool {
		mu.Lock()
		defer mu.Unlock()
		left--
		return left >= 0
	}
	var took time.Duration
	round := func(n int) {
		left = n
		var wait sync.WaitGroup
		for _, borne := range f.bornes {
			wait.Go(func() {
				req, err := http.NewRequestWithContext(b.Context(), http.MethodPost, f.server.URL+kiosk.PathCheckIn+"?wait=0", nil)
				if err != nil {
					b.Error(err)
					return
				}
				if err := httpsig.Sign(req, body, borne.id, borne.key, time.Now()); err != nil {
					b.Error(err)
					return
				}
				for next() {
					again := req.Clone(req.Context())
					again.Body, again.ContentLength = nopCloser{bytes.NewReader(body)}, int64(len(body))
					if err := expectOK(borne.line.RoundTrip(again)); err != nil {
						b.Error(err)
						return
					}
				}
			})
		}
		wait.Wait()
	}
	round(2 * len(f.bornes)) // connections and statements
	for b.Loop() {
		const n = 2000
		began := time.Now()
		round(n)
		took += time.Since(began)
		done += n
		must(b, f.presence.Flush(b.Context())) // as once a second
	}
	b.ReportMetric(0, "ns/op")
	b.ReportMetric(float64(done)/took.Seconds(), "check-ins/s")
	b.ReportMetric(float64(done)/took.Seconds()/checkInAim, "check-ins/aim")
}
