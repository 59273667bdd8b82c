package api

import (
	"context"
	"log/slog"
	"sync"
	"time"

	"borne/admin"
)

// StatusKeeper keeps what bornes told, many at once.
type StatusKeeper interface {
	SaveStatuses(ctx context.Context, statuses map[string]admin.Status) error
}

// FlushEvery is how long a status stays in memory before it is kept.
const FlushEvery = time.Second

// Presence gathers statuses so that a thousand check-ins cost one transaction.
// What a crash loses the next check-in tells again.
type Presence struct {
	keeper StatusKeeper
	log    *slog.Logger

	mu    sync.Mutex
	fresh map[string]admin.Status
}

// NewPresence returns a presence that knows nobody.
func NewPresence(keeper StatusKeeper, log *slog.Logger) *Presence {
	return &Presence{keeper: keeper, log: log, fresh: map[string]admin.Status{}}
}

// Note takes a borne's status.
func (p *Presence) Note(id string, s admin.Status) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.fresh[id] = s
}

// Flush keeps what was noted since the last time; after a failure it is tried
// again the next time.
func (p *Presence) Flush(ctx context.Context) error {
	p.mu.Lock()
	batch := p.fresh
	p.fresh = make(map[string]admin.Status, len(batch))
	p.mu.Unlock()
	err := p.keeper.SaveStatuses(ctx, batch)
	if err == nil {
		return nil
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	for id, s := range batch {
		if _, newer := p.fresh[id]; !newer {
			p.fresh[id] = s
		}
	}
	return err
}

// Run flushes at every tick until ctx ends, and once more then.
func (p *Presence) Run(ctx context.Context, tick <-chan time.Time) {
	for {
		select {
		case <-tick:
			if err := p.Flush(ctx); err != nil && ctx.Err() == nil {
				p.log.Error("keep statuses", "error", err)
			}
		case <-ctx.Done():
			last, cancel := context.WithTimeout(context.WithoutCancel(ctx), 5*time.Second)
			defer cancel()
			if err := p.Flush(last); err != nil {
				p.log.Error("keep statuses at the end", "error", err)
			}
			return
		}
	}
}
