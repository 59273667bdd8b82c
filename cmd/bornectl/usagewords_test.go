package main

import (
	"fmt"
	"strings"
	"testing"

	"borne/kiosk"
)

// TestEveryValueHasWords: a data protection officer meets no code word.
func TestEveryValueHasWords(t *testing.T) {
	for _, d := range kiosk.Kinds() {
		if w := kindWords()[d.Kind]; w.title == "" || len(w.purpose) < 20 {
			t.Errorf("kind %s has no words", d.Kind)
		}
		for _, dimension := range []kiosk.Dimension{d.First, d.Second} {
			if !used(dimension) {
				continue
			}
			if dimensionWords()[dimension.Name] == "" {
				t.Errorf("dimension %s has no word", dimension.Name)
			}
			for _, v := range dimension.Values {
				if valuesInWords()[dimension.Name][v] == "" {
					t.Errorf("%s: %s %q has no words", d.Kind, dimension.Name, v)
				}
			}
		}
	}
}

// TestLocalUsageTellsAll prints a log with a cell of every kind in each place:
// none is left out, and none is told twice.
func TestLocalUsageTellsAll(t *testing.T) {
	k := kept{Epoch: strings.Repeat("0f", 16), File: "/var/lib/borne/usage.db", RetentionMonths: 25, MaxRows: 300_000, Acknowledged: 7, Evicted: 2,
		SetAside: []string{"/var/lib/borne/usage.db.corrupt-20260901T101500.000"}}
	count := uint64(1000)
	for _, d := range kiosk.Kinds() {
		key := kiosk.Key{Kind: d.Kind, Day: "2026-09-01", Hour: kiosk.NoHour, First: "caf", Second: "caf"}
		if d.Hourly {
			key.Hour = 9
		}
		if d.First.Values != nil {
			key.First = d.First.Values[0]
		}
		if d.Second.Values != nil {
			key.Second = d.Second.Values[0]
		}
		cell := func() kiosk.Cell { count++; return kiosk.Cell{Key: key, Count: count} }
		k.Open = append(k.Open, cell())
		k.Outbox = append(k.Outbox, kiosk.SequencedCell{Seq: count, Cell: cell()})
		k.Memory = append(k.Memory, cell())
	}
	var out strings.Builder
	if err := k.print(&out); err != nil {
		t.Fatal(err)
	}
	t.Log("\n" + out.String())
	for n := uint64(1001); n <= count; n++ {
		told := 0
		for _, word := range strings.Fields(out.String()) {
			if word == fmt.Sprint(n) {
				told++
			}
		}
		if told == 0 {
			t.Errorf("the counter of %d is not told", n)
		}
	}
	for _, words := range []string{k.Epoch, "25 mois", "300 000 lignes", "jusqu'au n° 7", "2 compteurs dont le bureau central", "corrupt-2026", "01/09/2026, 9 h"} {
		if !strings.Contains(out.String(), words) {
			t.Errorf("nothing says %q", words)
		}
	}
}
