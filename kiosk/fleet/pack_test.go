package fleet

import (
	"bytes"
	"net/http"
	"testing"
	"testing/synctest"
	"time"

	"github.com/klauspost/compress/zstd"
	"pgregory.net/rapid"
)

// TestPackedCheckIns: a central office that says that it takes them gets them
// compressed from the second on; one that ceases to, as an older one that is put
// back does, is told the same again at once, and no check-in is lost.
func TestPackedCheckIns(t *testing.T) {
	for name, c := range map[string]struct {
		first, then bool
		// packed are those of about 140 check-ins.
		least, most int
	}{
		"an older office": {false, false, 0, 0},
		"a newer office":  {true, true, 120, 150},
		"put back":        {true, false, 60, 80},
		"brought forward": {false, true, 60, 80},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				f := newField(t, nil)
				f.office.takes = c.first
				time.AfterFunc(time.Hour, func() {
					f.office.mu.Lock()
					f.office.takes = c.then
					f.office.mu.Unlock()
				})
				f.run(t, 2*time.Hour)
				if n := f.office.checks(); n < 138 || n > 150 {
					t.Errorf("%d check-ins in two hours", n)
				}
				if n := f.office.packed; n < c.least || n > c.most {
					t.Errorf("%d were compressed, want %d to %d", n, c.least, c.most)
				}
				if s := f.agent.Status(); s.Problem != "" {
					t.Errorf("a problem: %s", s.Problem)
				}
			})
		})
	}
}

func TestTakesPacked(t *testing.T) {
	for value, want := range map[string]bool{"": false, "zstd": true, "gzip, ZSTD;q=0.5": true, "zstd;q=0": false, "zstd; q=0": false, "gzip": false, "zstdx": false, "*": false} {
		if got := takesPacked(http.Header{"Accept-Encoding": {value}}); got != want {
			t.Errorf("%q: %t", value, got)
		}
	}
}

// TestPackRoundTrip holds that what is packed is what comes out.
func TestPackRoundTrip(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		data := rapid.SliceOf(rapid.Byte()).Draw(t, "data")
		level := rapid.SampledFrom([]zstd.EncoderLevel{zstd.SpeedFastest, zstd.SpeedBetterCompression}).Draw(t, "level")
		packed, err := pack(data, level)
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(unpack(packed), data) {
			t.Fatal("not the same")
		}
	})
}
