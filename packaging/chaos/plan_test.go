package chaos_test

import (
	"slices"
	"testing"

	"borne/packaging/chaos"
)

func TestPlanIsTheSeeds(t *testing.T) {
	one, same, other := chaos.Plan(7, 120, false), chaos.Plan(7, 120, false), chaos.Plan(8, 120, false)
	if !slices.Equal(one, same) {
		t.Error("the same seed draws two plans")
	}
	if slices.Equal(one, other) {
		t.Error("two seeds draw one plan")
	}
}

func TestPlanDrawsEveryKind(t *testing.T) {
	for seed := range uint64(20) {
		plan := chaos.Plan(seed, 120, false)
		drawn := map[chaos.Fault]int{}
		for _, b := range plan {
			drawn[b.Fault]++
			if b.Fault != chaos.Nothing && b.At == chaos.AnyMoment {
				t.Errorf("seed %d: no moment was drawn for %+v", seed, b)
			}
			if b.At == chaos.Printing && !b.Print || b.At == chaos.Saving && !b.Save || b.Fault == chaos.KillVoice && !b.Listen {
				t.Errorf("seed %d: the moment of %+v never comes", seed, b)
			}
		}
		for _, k := range chaos.Kinds() {
			if n := drawn[k.Fault]; n == 0 || k.Rare && n > 1 {
				t.Errorf("seed %d: %s is drawn %d times", seed, k.Fault, n)
			}
		}
		if drawn[chaos.Nothing] == 0 {
			t.Errorf("seed %d: no visit is left in peace", seed)
		}
	}
}

func TestQuickPlanDrawsQuickKindsOnce(t *testing.T) {
	quick := map[chaos.Fault]bool{}
	for _, k := range chaos.Kinds() {
		if k.Quick {
			quick[k.Fault] = true
		}
	}
	seen := map[chaos.Fault]bool{}
	for _, b := range chaos.Plan(1, len(quick), true) {
		if !quick[b.Fault] || seen[b.Fault] {
			t.Errorf("%q is not quick, or drawn twice", b.Fault)
		}
		seen[b.Fault] = true
	}
}
