package chaos_test

import (
	"context"
	"crypto/rand"
	"encoding/binary"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"borne/kiosk"
	"borne/packaging/chaos"
)

// The environment says how much is tried: BORNE_CHAOS is a number of visits or "quick", BORNE_CHAOS_SEED the seed of the
// plan (drawn when there is none), BORNE_CHAOS_ONLY words that the names of faults must hold one of.
const (
	visitsVariable = "BORNE_CHAOS"
	seedVariable   = "BORNE_CHAOS_SEED"
	onlyVariable   = "BORNE_CHAOS_ONLY"
)

// quickVisits are those that run with the tests of the packages.
const quickVisits = 8

// TestChaos has visitors use the borne while it is broken under their hands.
func TestChaos(t *testing.T) {
	much := os.Getenv(visitsVariable)
	if much == "" {
		t.Skipf("%s is not set: run make chaos", visitsVariable)
	}
	n, err := strconv.Atoi(much)
	if much == "quick" {
		n, err = quickVisits, nil
	}
	if err != nil || n < 1 {
		t.Fatalf("%s=%q is neither quick nor a number of visits", visitsVariable, much)
	}
	seed, err := seedOf(os.Getenv(seedVariable))
	if err != nil {
		t.Fatal(err)
	}
	plan := chaos.Plan(seed, n, much == "quick")
	if words := strings.Fields(os.Getenv(onlyVariable)); len(words) > 0 {
		plan = only(chaos.Plan(seed, 40*n, false), words, n)
	}
	t.Logf("seed %d, %d visits", seed, len(plan))
	s := raise(t)
	began := time.Now()
	visits := s.play(plan)
	if t.Context().Err() == nil {
		s.audit()
	}
	took := time.Since(began)
	rows := chaos.Rows(visits)
	t.Logf("seed %d, %v:\n%s", seed, took.Round(time.Second), chaos.Table(rows))
	if all := rows[len(rows)-1]; !all.Held() {
		t.Errorf("promises were broken: run again with SEED=%d", seed)
	}
	text := fmt.Sprintf("%s %d visits in %v.\n\n%s", s.conditions(fmt.Sprintf("make chaos VISITS=%d SEED=%d", n, seed)),
		len(visits), took.Round(time.Second), chaos.Table(rows))
	if err := chaos.Write("chaos", text); err != nil {
		t.Error(err)
	}
}

func seedOf(word string) (uint64, error) {
	if word != "" {
		return strconv.ParseUint(word, 10, 64)
	}
	var drawn [4]byte
	if _, err := rand.Read(drawn[:]); err != nil {
		return 0, err
	}
	return uint64(binary.BigEndian.Uint32(drawn[:])), nil
}

// only keeps the blows whose fault holds one of the words, n at most.
func only(plan []chaos.Blow, words []string, n int) []chaos.Blow {
	var kept []chaos.Blow
	for _, b := range plan {
		for _, w := range words {
			if len(kept) < n && strings.Contains(string(b.Fault), w) {
				kept = append(kept, b)
				break
			}
		}
	}
	return kept
}

// play plays one visit for each blow.
func (s *scene) play(plan []chaos.Blow) []chaos.Visit {
	var visits []chaos.Visit
	ledger := &chaos.Ledger{}
	if _, err := s.settle(s.t.Context(), ledger, 0); err != nil {
		s.t.Fatal(err)
	}
	for i, b := range plan {
		began := time.Now()
		v, err := s.visit(b, ledger)
		if err != nil {
			s.t.Errorf("visit %d (%s, %s + %v): %v", i+1, b.Fault, b.At, b.After, err)
			s.keep(fmt.Sprintf("visit-%d-%s", i+1, b.Fault))
		}
		visits = append(visits, v)
		s.t.Logf("visit %3d  %-22s %-13s +%-6v went on %-5v back %-8v leaks %d lost %d doubled %d person %v (%v)", i+1, b.Fault, b.At,
			b.After.Round(time.Millisecond), v.WentOn, v.Back.Round(time.Millisecond), len(v.Leaks), v.Lost, v.Doubled, v.Person, time.Since(began).Round(time.Millisecond))
		if errors.Is(err, errGone) {
			break
		}
	}
	return visits
}

// errGone says that the borne did not even come back after it was mended.
var errGone = errors.New("the borne is gone")

// blow is one under way.
type blow struct {
	chaos.Blow
	s      *scene
	struck chan struct{} // closed as it falls
	at     time.Time     // when it fell; read after struck
	over   chan error    // its cause is over
	fall   sync.Once     // a moment may come twice, as when a visitor begins again
}

// fell reports whether it has fallen.
func (b *blow) fell() bool {
	select {
	case <-b.struck:
		return true
	default:
		return false
	}
}

// moment lets the blow fall some time after the moment that it waits for.
func (b *blow) moment(ctx context.Context, m chaos.Moment) {
	if b.At != m || b.Fault == chaos.Nothing {
		return
	}
	b.fall.Do(func() {
		go func() {
			defer close(b.over)
			err := b.s.hand.pause(ctx, b.After)
			b.at = time.Now()
			close(b.struck)
			if err == nil {
				err = b.s.strike(ctx, b.Blow)
			}
			b.over <- err
		}()
	})
}

// visit is one visitor's, from the first screen to the next one.
func (s *scene) visit(planned chaos.Blow, ledger *chaos.Ledger) (v chaos.Visit, err error) {
	v.Fault = planned.Fault
	ctx, cancel := context.WithTimeout(s.t.Context(), 2*person)
	defer cancel()
	if planned.Sync || planned.Fault == chaos.CorruptLog {
		// What only the borne holds goes with a log that is destroyed: the central office answers for it before.
		if _, err := s.sync(ctx); err != nil {
			return v, fmt.Errorf("send the counters: %w", err)
		}
		if _, err := s.settle(ctx, ledger, 0); err != nil {
			return v, err
		}
	}
	if err := s.hand.first(ctx); err != nil {
		return v, fmt.Errorf("before the visit: %w", err)
	}
	s.witness.begin()
	s.again = 0
	b := &blow{Blow: planned, s: s, struck: make(chan struct{}), over: make(chan error, 1)}
	began, happened := s.walk(ctx, b)
	ended := time.Now()
	v.WentOn = happened == nil
	if b.Fault != chaos.Nothing {
		select {
		case <-b.struck:
		default: // the visit ended before its moment: it falls now
			b.At = chaos.AnyMoment
			b.moment(ctx, chaos.AnyMoment)
		}
		if err := <-b.over; err != nil {
			return v, fmt.Errorf("break something: %w", err)
		}
	} else if happened != nil {
		return v, fmt.Errorf("nothing was broken, and yet: %w", happened)
	}
	back, backErr := s.back(ctx)
	if backErr != nil {
		v.Person = true
		s.keep(fmt.Sprintf("person-%s-%d", planned.Fault, time.Now().Unix()))
		mended := errors.Join(s.mend(ctx), s.hand.first(ctx))
		if mended != nil {
			return v, errors.Join(errGone, backErr, mended)
		}
	} else {
		// A visitor who could end as meant waited for nothing before.
		from := ended
		if !v.WentOn || b.at.After(ended) {
			from = b.at
		}
		v.Back = back.Sub(from)
		if v.Back > slow {
			s.keep(fmt.Sprintf("slow-%s-%d", planned.Fault, time.Now().Unix()))
		}
	}
	v.Leaks = append(v.Leaks, s.witness.seen().leaks...)
	found, err := s.search(ctx)
	if err != nil {
		return v, err
	}
	v.Leaks = append(v.Leaks, found...)
	found, err = s.paper(ctx, planned.Print && v.WentOn)
	if err != nil {
		return v, err
	}
	v.Leaks = append(v.Leaks, found...)
	found, err = s.unplug(ctx, planned.Save && v.WentOn)
	if err != nil {
		return v, err
	}
	v.Leaks = append(v.Leaks, found...)
	var sessions uint64
	if began {
		sessions = 1
	}
	change, err := s.settle(ctx, ledger, sessions)
	v.Lost, v.Doubled = change.Lost, change.Doubled
	counted := change.More.Sum(isSession)
	v.Uncounted = counted < sessions
	for _, said := range append(v.Leaks, change.Detail...) {
		err = errors.Join(err, errors.New(said))
	}
	if v.Person {
		err = errors.Join(err, fmt.Errorf("a person was needed: %w", backErr))
	}
	if v.Uncounted {
		s.t.Logf("not counted: %v", change.More)
	}
	if happened != nil {
		s.t.Logf("the visitor found: %.400v", happened)
	}
	return v, err
}

// slow is a time to be back that is worth a look.
const slow = 15 * time.Second

// stepPatience is a visitor's, for one step.
const stepPatience = 15 * time.Second

// walk goes through the visit as far as it goes. It reports whether a session had begun, and what ended the visit before
// its time.
func (s *scene) walk(ctx context.Context, b *blow) (began bool, err error) {
	for _, step := range []struct {
		at chaos.Moment
		do func(context.Context) error
	}{
		{chaos.AtFirst, func(ctx context.Context) error {
			if b.Listen {
				if err := s.voiceOn(ctx, b); err != nil {
					return err
				}
			}
			return s.hand.language(ctx)
		}},
		{chaos.Choosing, s.hand.open},
		{chaos.Opening, s.hand.page},
		{chaos.OnPage, s.look},
		{chaos.Printing, s.print},
		{chaos.Saving, s.save},
		{chaos.AtEnd, s.hand.end},
	} {
		if step.at == chaos.Printing && !b.Print || step.at == chaos.Saving && !b.Save {
			continue
		}
		b.moment(ctx, step.at)
		limited, cancel := context.WithTimeout(ctx, stepPatience)
		err := s.whileInSession(limited, cancel, began && step.at != chaos.AtEnd, step.do)
		cancel()
		if step.at == chaos.AtFirst && b.fell() {
			s.again = max(s.hand.touches, 1) - 1
		}
		if err != nil {
			return began || s.session(ctx), err
		}
		began = true
	}
	return began, nil
}

// session reports whether the borne says that a session is on.
func (s *scene) session(ctx context.Context) bool {
	now, err := s.now(ctx)
	return err == nil && now.State.InSession()
}

// whileInSession ends a step early whose session is over: a visitor who sees the first screen again does not go on. The
// last step ends its session itself.
func (s *scene) whileInSession(ctx context.Context, cancel func(), began bool, do func(context.Context) error) error {
	done := make(chan error, 1)
	go func() { done <- do(ctx) }()
	tick := time.NewTicker(100 * time.Millisecond)
	defer tick.Stop()
	for {
		select {
		case err := <-done:
			return err
		case <-tick.C:
			now, err := s.now(ctx)
			if began && err == nil && now.State == kiosk.Ready {
				select {
				case err := <-done:
					return err
				case <-time.After(150 * time.Millisecond):
				}
				cancel()
				return errors.Join(errors.New("the visit was over"), <-done)
			}
		}
	}
}

// back returns when the borne was ready again, with something on its screen to touch. A visit that goes on is ended by
// its visitor, who has patience.
func (s *scene) back(ctx context.Context) (time.Time, error) {
	ctx, cancel := context.WithTimeout(ctx, person)
	defer cancel()
	for {
		if s.session(ctx) {
			// What the visitor cannot end ends by itself, or needs a person.
			limited, cancel := context.WithTimeout(ctx, stepPatience)
			_ = s.hand.end(limited)
			cancel()
		}
		limited, cancel := context.WithTimeout(ctx, stepPatience)
		err := s.hand.first(limited)
		cancel()
		if err == nil {
			return time.Now(), nil
		}
		if ctx.Err() != nil {
			return time.Time{}, err
		}
	}
}

// keep keeps a picture and the journal of something that failed.
func (s *scene) keep(name string) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(s.t.Context()), 20*time.Second)
	defer cancel()
	dir := os.Getenv("BORNE_ARTIFACTS")
	if dir == "" {
		dir = s.t.ArtifactDir()
	}
	if err := os.MkdirAll(dir, 0o755); err != nil {
		s.t.Log(err)
		return
	}
	short, cancelPicture := context.WithTimeout(ctx, 5*time.Second) // a screen may be what hangs
	defer cancelPicture()
	if p, err := s.borne.Screen.Picture(short); err == nil {
		err = p.Save(filepath.Join(dir, name+".png"))
		if err != nil {
			s.t.Log(err)
		}
	}
	journal, err := s.run(ctx, "journalctl", "--no-pager", "--output=short-precise", "--since=-4min")
	if err == nil {
		err = os.WriteFile(filepath.Join(dir, name+".journal"), []byte(journal), 0o644)
	}
	if err != nil {
		s.t.Log(err)
	}
	s.t.Logf("kept %s in %s", name, dir)
}

// audit sends everything at the end: the borne keeps nothing back, and the journal says nothing of any visit.
func (s *scene) audit() {
	ctx, cancel := context.WithTimeout(s.t.Context(), 2*patience)
	defer cancel()
	before := &chaos.Ledger{}
	if _, err := s.settle(ctx, before, 0); err != nil {
		s.t.Error(err)
		return
	}
	err := soon(ctx, time.Second, "all counters at the central office", func() (bool, error) {
		pending, err := s.sync(ctx)
		return err == nil && pending == 0, errors.Join(err, fmt.Errorf("%d wait", pending))
	})
	if err != nil {
		s.t.Error(err)
		return
	}
	there, err := s.there(ctx)
	if err != nil {
		s.t.Error(err)
		return
	}
	if c := before.Look(there, chaos.Counters{}); c.Lost > 0 {
		s.t.Errorf("sent, and lost: %v", c.Detail)
	}
	said, err := s.shell(ctx, "journalctl --no-pager --all --output=export | grep -c "+markPrefix+" || true")
	if err != nil || said != "0" {
		s.t.Errorf("the journal holds marks of visits in %s lines: %v", said, err)
	}
}
