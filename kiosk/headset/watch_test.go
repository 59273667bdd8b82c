package headset

import (
	"context"
	"errors"
	"log/slog"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"testing/synctest"
	"time"
)

// jack is a card with one jack.
type jack struct {
	mu      sync.Mutex
	in      bool
	changes chan error
	closed  bool
}

func newJack(in bool) *jack { return &jack{in: in, changes: make(chan error, 8)} }

func (j *jack) plugged() (bool, error) { j.mu.Lock(); defer j.mu.Unlock(); return j.in, nil }
func (j *jack) wait() error            { return <-j.changes }
func (j *jack) Close() error {
	j.mu.Lock()
	defer j.mu.Unlock()
	if !j.closed {
		j.closed = true
		j.changes <- os.ErrClosed
	}
	return nil
}

func (j *jack) put(in bool) {
	j.mu.Lock()
	j.in = in
	j.mu.Unlock()
	j.changes <- nil
}

func TestWatch(t *testing.T) {
	folder := t.TempDir()
	synctest.Test(t, func(t *testing.T) {
		var cards sync.Map
		add := func(name string, in bool) *jack {
			j := newJack(in)
			cards.Store(filepath.Join(folder, name), j)
			if err := os.WriteFile(filepath.Join(folder, name), nil, 0o600); err != nil {
				t.Fatal(err)
			}
			return j
		}
		w := &watcher{folder: folder, log: slog.New(slog.DiscardHandler), open: func(path string) (card, error) {
			if c, ok := cards.Load(path); ok {
				return c.(*jack), nil
			}
			return nil, errors.New("no card")
		}}
		first := add("controlC0", true)
		if err := os.WriteFile(filepath.Join(folder, "controlC7"), nil, 0o600); err != nil { // one that does not open
			t.Fatal(err)
		}
		var told []bool
		ctx, stop := context.WithCancel(t.Context())
		over := make(chan bool)
		go func() { w.watch(ctx, func(in bool) { told = append(told, in) }); close(over) }()
		want := func(what string, all ...bool) {
			t.Helper()
			synctest.Wait()
			if len(told) != len(all) || len(all) > 0 && told[len(told)-1] != all[len(all)-1] {
				t.Fatalf("%s: told %v, want %v", what, told, all)
			}
			told = nil
		}
		want("what is there at the start")
		first.put(false)
		want("taken out", false)
		first.put(true)
		want("plugged in", true)
		first.put(true)
		want("another control")
		second := add("controlC1", false)
		time.Sleep(lookEvery)
		second.put(true)
		want("a second headset")
		first.put(false)
		want("one of two is taken out")
		cards.Delete(filepath.Join(folder, "controlC1"))
		second.changes <- errors.New("the card is gone")
		want("the last one's card is gone", false)
		time.Sleep(lookEvery)
		want("a card that stays away")
		stop()
		<-over
		synctest.Wait()
		for _, j := range []*jack{first, second} {
			if j.mu.Lock(); !j.closed {
				t.Error("a card is still open")
			}
			j.mu.Unlock()
		}
	})
}

func TestWatchWithoutCards(t *testing.T) {
	ctx, stop := context.WithCancel(t.Context())
	stop()
	Watch(ctx, slog.New(slog.DiscardHandler), func(bool) { t.Error("told of a headset") })
}
