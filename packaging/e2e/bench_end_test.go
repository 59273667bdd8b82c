package e2e_test

import (
	"context"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"testing"
	"time"

	"borne/kiosk"
)

// endVisits is how many visits are ended; the worst of them is told.
const endVisits = 100

// measureEnd opens a page and ends the visit, a hundred times. That the next
// visitor can begin at the answer is not believed but tried.
func measureEnd(ctx context.Context, t *testing.T, b *bench, kept *figures) {
	if err := b.track.untilState(ctx, kiosk.Ready); err != nil {
		t.Fatal(err)
	}
	if err := b.bus.StartSession(ctx, kiosk.French); err != nil {
		t.Fatal(err)
	}
	var answered, proofs, waiting, begun []time.Duration
	for i := range endVisits {
		// Every fifth visitor comes to a browser that waits; to the others it starts
		// as they come, which is what a borne without a standby would do at best.
		rested := i%5 == 0
		if rested {
			if err := b.settle(ctx); err != nil {
				t.Fatal(err)
			}
		}
		opened, took, err := b.visitAndEnd(ctx)
		if err != nil {
			t.Fatalf("visit %d: %v", i+1, err)
		}
		// The next visitor, at once.
		if err := b.bus.StartSession(ctx, kiosk.French); err != nil {
			t.Fatalf("the visitor after visit %d: %v", i+1, err)
		}
		proof, err := b.lastProof(ctx)
		if err != nil {
			t.Fatalf("visit %d: %v", i+1, err)
		}
		answered, proofs = append(answered, took), append(proofs, proof)
		if rested {
			waiting = append(waiting, opened)
		} else {
			begun = append(begun, opened)
		}
		t.Logf("visit %3d: opened %v (browser waiting: %v), answered %v, of which proof %v", i+1, ms(opened), rested, ms(took), ms(proof))
	}
	if err := b.bus.EndSession(ctx, kiosk.EndButton); err != nil {
		t.Fatal(err)
	}
	kept.addEnd(answered, proofs, waiting, begun)
}

// visitAndEnd opens a page in the session that is on, waits until it has
// painted, and ends the session. It tells how long either took.
func (b *bench) visitAndEnd(ctx context.Context) (opened, answered time.Duration, err error) {
	began := time.Now()
	if err := b.bus.OpenService(ctx, "impots"); err != nil {
		return 0, 0, err
	}
	_, painted, err := b.track.until(ctx, "the page", pageShown)
	if err != nil {
		return 0, 0, err
	}
	opened, began = painted.Sub(began), time.Now()
	err = b.bus.EndSession(ctx, kiosk.EndButton)
	return opened, time.Since(began), err
}

var proofFact = regexp.MustCompile(`^proved in (\d+) ms$`)

// lastProof is how long the last search for leftovers took, in whole
// milliseconds, as borned tells staff.
func (b *bench) lastProof(ctx context.Context) (time.Duration, error) {
	facts, err := b.bus.Diagnostics(ctx)
	if err != nil {
		return 0, err
	}
	i := slices.IndexFunc(facts, func(f kiosk.Fact) bool { return f.Name == "wipe" })
	if i < 0 {
		return 0, fmt.Errorf("borned tells nothing of the wipe")
	}
	m := proofFact.FindStringSubmatch(facts[i].Detail)
	if m == nil || facts[i].Level != kiosk.LevelOK {
		return 0, fmt.Errorf("of the wipe, borned says %q", facts[i].Detail)
	}
	n, err := strconv.Atoi(m[1])
	return time.Duration(n) * time.Millisecond, err
}
