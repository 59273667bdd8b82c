package chaos_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"borne/kiosk"
	"borne/kiosk/usage"
	"borne/packaging/chaos"
)

// there is what the borne's disk and the central office hold between them. Cells on their way may stand in both for a
// moment: a look is only taken where the borne's did not change meanwhile.
func (s *scene) there(ctx context.Context) (chaos.Counters, error) {
	before, err := s.kept(ctx)
	if err != nil {
		return nil, err
	}
	sums := chaos.Counters{}
	for _, d := range kiosk.Kinds() {
		rows, err := s.central.Usage(ctx, d.Kind)
		if err != nil {
			return nil, err
		}
		for _, r := range rows {
			add(sums, r.Kind, r.First, r.Count)
		}
	}
	after, err := s.kept(ctx)
	switch {
	case err != nil:
		return nil, err
	case before.Epoch != after.Epoch || before.Acknowledged != after.Acknowledged || len(before.Outbox) != len(after.Outbox):
		return nil, errors.New("cells are on their way")
	}
	for _, c := range after.Open {
		add(sums, c.Kind, c.First, c.Count)
	}
	for _, c := range after.Outbox {
		add(sums, c.Kind, c.First, c.Count)
	}
	return sums, nil
}

// kept is what the borne holds.
func (s *scene) kept(ctx context.Context) (usage.Contents, error) {
	var c usage.Contents
	client, err := s.client()
	if err != nil {
		return c, err
	}
	ctx, cancel := context.WithTimeout(ctx, 5*time.Second)
	defer cancel()
	if err := client.Usage(ctx, &c); err != nil {
		return c, err
	}
	if c.Unread != "" {
		return c, errors.New(c.Unread) // nobody could rely on it now: the look is taken again
	}
	return c, nil
}

// add leaves out minutes of availability, which run by themselves.
func add(sums chaos.Counters, kind kiosk.CellKind, first string, n uint64) {
	if kind != kiosk.CellAvailability {
		sums[string(kind)+"/"+first] += n
	}
}

// most is what that many visits may add: one session each, however it ends, in one language, to one site.
func most(visits uint64) chaos.Counters {
	return chaos.Counters{"visit/" + string(service): visits, "inclusion/fr": visits}
}

// settle compares what is there with the ledger once that holds still. A look that finds something wrong is taken again
// for a while: only what stays wrong is.
func (s *scene) settle(ctx context.Context, l *chaos.Ledger, sessions uint64) (chaos.Change, error) {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	var change chaos.Change
	began := time.Now()
	err := soon(ctx, 50*time.Millisecond, "the counters", func() (bool, error) {
		there, err := s.there(ctx)
		if err != nil {
			return false, err
		}
		change = l.Look(there, most(1+s.owed+s.again))
		counted := change.More.Sum(isSession)
		if made := sessions + s.owed; counted > made+s.again {
			change.Doubled += counted - made - s.again
			change.Detail = append(change.Detail, fmt.Sprintf("%d sessions are counted of %d", counted, made+s.again))
		}
		wrong := change.Lost > 0 || change.Doubled > 0
		if (wrong || counted < sessions) && time.Since(began) < 10*time.Second {
			return false, fmt.Errorf("%v", change)
		}
		l.Acknowledge(there)
		s.owed += sessions
		s.owed -= min(s.owed, counted)
		return true, nil
	})
	return change, err
}

func isSession(key string) bool { return strings.HasPrefix(key, string(kiosk.CellSession)+"/") }

// sync sends all counters, and returns how many wait.
func (s *scene) sync(ctx context.Context) (uint64, error) {
	client, err := s.client()
	if err != nil {
		return 0, err
	}
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	return client.SyncUsage(ctx)
}
