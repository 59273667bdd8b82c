package api_test

import (
	"testing"
	"time"

	"borne/kiosk"
)

// BenchmarkCheckIn is a check-in with nothing to say.
func BenchmarkCheckIn(b *testing.B) {
	o := newOffice(b)
	borne := o.borne(b)
	began, n := time.Now(), 0
	for b.Loop() {
		n++
		if _, err := borne.CheckIn(b.Context(), kiosk.CheckIn{State: kiosk.Ready}, 0); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(n)/time.Since(began).Seconds(), "check-ins/s")
}
