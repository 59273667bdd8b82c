package e2e_test

import (
	"context"
	"fmt"
	"os"
	"testing"
	"time"
)

// benchmarkLimit is how long the whole measurement may take; it takes six
// minutes where nothing else runs, and six more with boots.
const benchmarkLimit = 26 * time.Minute

// TestBench is the measuring part of `make bench`. It never fails for a slow
// figure, which would say more of the machine than of the borne: it prints
// each with its aim and whether that is met, and fails only where something
// could not be measured at all.
func TestBench(t *testing.T) {
	if os.Getenv("BORNE_BENCH") == "" {
		t.Skip("measures for minutes, and needs a machine that does nothing else: make bench")
	}
	ctx, cancel := context.WithTimeout(t.Context(), benchmarkLimit)
	defer cancel()
	kept := newFigures(loadAverage())
	var booted boots
	machines := os.Getenv("BORNE_BENCH_VM")
	if machines == "yes" || machines == "only" { // with nothing beside it
		if !t.Run("Boot", func(t *testing.T) { booted = measureBoot(ctx, t) }) {
			return
		}
	}
	if machines == "only" {
		kept.addBoot(booted)
		kept.machine, kept.loadAfter = hardware(t), loadAverage()
		fmt.Print(kept.text())
		return
	}
	b := raiseBench(ctx, t)
	kept.machine = b.machine(ctx, t)

	for _, part := range []struct {
		name    string
		measure func(context.Context, *testing.T, *bench, *figures)
	}{
		{"Idle", measureIdle}, // first: a borne that nobody has used since its start, and again at the end
		{"Tap", measureTap},
		{"End", measureEnd},
		{"IdleAfterVisits", measureIdleAfterVisits},
	} {
		if !t.Run(part.name, func(t *testing.T) { part.measure(ctx, t, b, kept) }) {
			break // the borne may not be where the next part expects it
		}
	}
	kept.addBoot(booted)
	kept.addGoBenchmarks(t, os.Getenv("BORNE_BENCH_GO"))
	kept.loadAfter = loadAverage()
	fmt.Print(kept.text())
	kept.keep(t, os.Getenv("BORNE_BENCH_KEEP"))
}
