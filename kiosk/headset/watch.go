package headset

import (
	"context"
	"log/slog"
	"maps"
	"path/filepath"
	"time"
)

// Cards is the folder of the machine's sound cards.
const Cards = "/dev/snd"

// lookEvery is how often cards are looked for that were not there.
const lookEvery = 10 * time.Second

// card is a sound card that is open.
type card interface {
	// plugged reports whether something is in one of its headphone jacks.
	plugged() (in bool, err error)
	// wait returns once one of its controls has changed, or with an error once the
	// card is gone or closed.
	wait() error
	Close() error
}

// report is what became of a card: another state, or its end.
type report struct {
	path     string
	in, gone bool
}

// watcher follows all cards of a folder.
type watcher struct {
	folder string
	open   func(path string) (card, error)
	log    *slog.Logger
	// followed are the cards that are open, and whether something is plugged in.
	followed map[string]bool
	reports  chan report
}

// Watch calls changed, from one goroutine, each time that something is plugged
// into a headphone jack of a machine that had nothing in one (true), and when
// the last is taken out (false), until ctx ends. What is plugged in as it begins
// is not told.
func Watch(ctx context.Context, log *slog.Logger, changed func(in bool)) {
	w := &watcher{folder: Cards, open: openCard, log: log}
	w.watch(ctx, changed)
}

func (w *watcher) watch(ctx context.Context, changed func(in bool)) {
	w.followed, w.reports = map[string]bool{}, make(chan report)
	tick := time.NewTicker(lookEvery)
	defer tick.Stop()
	for {
		w.look(ctx)
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		case r := <-w.reports:
			before := w.plugged()
			if r.gone {
				delete(w.followed, r.path)
			} else {
				w.followed[r.path] = r.in
			}
			if now := w.plugged(); now != before {
				changed(now)
			}
		}
	}
}

func (w *watcher) plugged() bool {
	for in := range maps.Values(w.followed) {
		if in {
			return true
		}
	}
	return false
}

// look opens the cards that are there and not followed yet.
func (w *watcher) look(ctx context.Context) {
	paths, err := filepath.Glob(filepath.Join(w.folder, "controlC*"))
	if err != nil {
		return
	}
	for _, path := range paths {
		if _, known := w.followed[path]; known {
			continue
		}
		c, err := w.open(path)
		if err != nil {
			w.log.Debug("a sound card cannot be asked for headsets", "error", err)
			continue
		}
		in, err := c.plugged()
		if err != nil {
			w.log.Debug("a sound card does not tell of headsets", "error", err)
			_ = c.Close()
			continue
		}
		w.followed[path] = in
		go w.follow(ctx, path, c, in)
	}
}

// follow reports each change of a card until it is gone, or ctx ends.
func (w *watcher) follow(ctx context.Context, path string, c card, last bool) {
	defer context.AfterFunc(ctx, func() { _ = c.Close() })()
	tell := func(r report) bool {
		select {
		case w.reports <- r:
			return true
		case <-ctx.Done():
			return false
		}
	}
	for c.wait() == nil {
		in, err := c.plugged()
		if err != nil {
			break
		}
		if in != last && !tell(report{path: path, in: in}) {
			return
		}
		last = in
	}
	_ = c.Close()
	tell(report{path: path, gone: true})
}
