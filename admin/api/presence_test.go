package api_test

import (
	"context"
	"errors"
	"log/slog"
	"testing"
	"time"

	"borne/admin"
	"borne/admin/api"
)

// keeper is a store that may fail.
type keeper struct {
	err   error
	calls []map[string]admin.Status
}

func (k *keeper) SaveStatuses(_ context.Context, s map[string]admin.Status) error {
	if k.err == nil {
		k.calls = append(k.calls, s)
	}
	return k.err
}

func TestPresenceLosesNothingToAFault(t *testing.T) {
	k := &keeper{err: errors.New("disk full")}
	p := api.NewPresence(k, slog.New(slog.DiscardHandler))
	p.Note("a", admin.Status{Pending: 1})
	p.Note("b", admin.Status{Pending: 1})
	if err := p.Flush(t.Context()); err == nil {
		t.Fatal("the fault is not told")
	}
	p.Note("a", admin.Status{Pending: 2})
	k.err = nil
	if err := p.Flush(t.Context()); err != nil {
		t.Fatal(err)
	}
	if len(k.calls) != 1 || k.calls[0]["a"].Pending != 2 || k.calls[0]["b"].Pending != 1 {
		t.Errorf("kept %+v, want the newest of each, at once", k.calls)
	}
}

func TestPresenceFlushesAtTheEnd(t *testing.T) {
	k := &keeper{}
	p := api.NewPresence(k, slog.New(slog.DiscardHandler))
	p.Note("a", admin.Status{Pending: 1})
	ctx, stop := context.WithCancel(t.Context())
	stop()
	p.Run(ctx, make(chan time.Time))
	if len(k.calls) != 1 || len(k.calls[0]) != 1 {
		t.Errorf("kept %+v, want one borne", k.calls)
	}
}
