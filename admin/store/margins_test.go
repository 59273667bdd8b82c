package store

import (
	"fmt"
	"maps"
	"testing"
)

// TestPairs: what a row holds is read whole, and what is no pair passed over.
func TestPairs(t *testing.T) {
	for text, want := range map[string]string{
		"":                              "map[]",
		"button=12":                     "map[button:12]",
		"9/button/0-5=12 9/idle/5-15=1": "map[9/button/0-5:12 9/idle/5-15:1]",
		"a=999999999999999999 b=0":      "map[a:999999999999999999 b:0]",
		"a=9999999999999999999 b=3":     "map[b:3]",
		"a b=3":                         "map[b:3]",
		"a= b=3":                        "map[b:3]",
		"a=1x b=3":                      "map[b:3]",
		"a=-1 b=3 c":                    "map[b:3]",
		" a=1  b=3 ":                    "map[a:1 b:3]",
	} {
		got := map[string]int64{}
		eachPair(text, func(value string, n int64) { got[value] += n })
		if fmt.Sprint(got) != want {
			t.Errorf("%q: %v, want %s", text, got, want)
		}
	}
}

// FuzzRows: a row of any text is read without a fault, and what was read is the
// same when it is written and read again.
func FuzzRows(f *testing.F) {
	f.Add("session/first button=12 idle=3\nsession/hour 9=4 10=11")
	f.Add("session/first\n\n/ = a=1 =2")
	f.Add("availability/days open=1\navailability/days open=2")
	f.Fuzz(func(t *testing.T, text string) {
		read := marginsOf(text)
		for _, n := range read {
			if n < 0 || n > 999_999_999_999_999_999 {
				return // sums that no bornes bring
			}
		}
		if again := marginsOf(read.text()); !maps.Equal(again, read) {
			t.Errorf("%q is read as %v, then as %v", text, read, again)
		}
	})
}
