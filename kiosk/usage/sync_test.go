package usage

import (
	"maps"
	"os"
	"path/filepath"
	"testing"
	"time"

	"pgregory.net/rapid"

	"borne/kiosk"
)

// office is what the central office must do with batches, and no more.
type office struct {
	cells map[uint64]kiosk.Cell
}

func (o *office) receive(b kiosk.CellBatch) kiosk.Watermark {
	for _, c := range b.Cells {
		if _, known := o.cells[c.Seq]; !known {
			o.cells[c.Seq] = c.Cell
		}
	}
	w := kiosk.Watermark{Epoch: b.Epoch}
	for o.cells[w.Seq+1].Count > 0 {
		w.Seq++
	}
	return w
}

// TestNothingIsLostOrDoubled: any order of counting, closing, sending, lost
// and repeated batches and answers, late answers and restarts ends with the
// central office's sums equal to what was counted.
func TestNothingIsLostOrDoubled(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		ctx, c := t.Context(), newClock()
		dir, err := os.MkdirTemp("", "usage")
		must(t, err)
		defer os.RemoveAll(dir)
		path := filepath.Join(dir, "usage.db")
		l, err := Open(path, Options{Clock: c.read})
		must(t, err)
		defer func() { l.Close() }()

		counted := map[kiosk.Key]uint64{}
		srv := office{map[uint64]kiosk.Cell{}}
		var batches []kiosk.CellBatch
		var answers []kiosk.Watermark
		read := func() kiosk.CellBatch {
			b, err := l.Batch(ctx, rapid.IntRange(1, 6).Draw(t, "limit"))
			must(t, err)
			batches = append(batches, b)
			return b
		}
		t.Repeat(map[string]func(*rapid.T){
			"count": func(t *rapid.T) {
				service := rapid.SampledFrom([]string{"caf", "ameli", "impots"}).Draw(t, "service")
				n := rapid.Uint64Range(1, 3).Draw(t, "n")
				counts := map[kiosk.Key]uint64{visit(l, c, service): n, session(l, c): 1}
				must(t, l.Record(ctx, counts))
				for k, n := range counts {
					counted[k] += n
				}
			},
			"time passes": func(t *rapid.T) {
				c.now = c.now.Add(time.Duration(rapid.IntRange(-30, 60).Draw(t, "hours")) * time.Hour)
			},
			"close elapsed": func(t *rapid.T) { must(t, l.CloseElapsed(ctx, c.now)) },
			"close all":     func(t *rapid.T) { must(t, l.CloseAll(ctx)) },
			"send, answer lost": func(t *rapid.T) {
				answers = append(answers, srv.receive(read()))
			},
			"read, batch lost": func(t *rapid.T) { read() },
			"send":             func(t *rapid.T) { must(t, l.Acknowledge(ctx, srv.receive(read()))) },
			"batch again": func(t *rapid.T) {
				if len(batches) > 0 {
					answers = append(answers, srv.receive(rapid.SampledFrom(batches).Draw(t, "batch")))
				}
			},
			"late answer": func(t *rapid.T) {
				if len(answers) > 0 {
					must(t, l.Acknowledge(ctx, rapid.SampledFrom(answers).Draw(t, "answer")))
				}
			},
			"restart": func(t *rapid.T) {
				must(t, l.Close())
				l, err = Open(path, Options{Clock: c.read})
				must(t, err)
			},
		})
		must(t, l.CloseAll(ctx))
		for range 10_000 {
			b := read()
			if len(b.Cells) == 0 {
				break
			}
			must(t, l.Acknowledge(ctx, srv.receive(b)))
		}
		got := map[kiosk.Key]uint64{}
		for _, cell := range srv.cells {
			got[cell.Key] += cell.Count
		}
		if !maps.Equal(got, counted) {
			t.Fatalf("central office holds %v, counted %v", got, counted)
		}
	})
}
