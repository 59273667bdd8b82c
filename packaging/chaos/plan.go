package chaos

import (
	"math/rand/v2"
	"time"
)

// Blow is what is done to one visit.
type Blow struct {
	Fault Fault
	// At is the moment from which After is counted.
	At    Moment
	After time.Duration
	// Sync sends the counters before the visit.
	Sync bool
	// Print has the visitor print a page, Save keep a document on a USB key, Listen have the screens read aloud.
	Print, Save, Listen bool
}

// maxAfter is longer than any step of a visit takes, so that a blow falls between the moments too.
const maxAfter = 700 * time.Millisecond

// Plan draws a blow for each of n visits. The same seed draws the same plan. Every kind is drawn once before one is drawn
// again, rare ones never again; one visit in eight is left in peace, for comparison. A quick plan draws the quick kinds
// alone, and nobody listens by chance.
func Plan(seed uint64, n int, quick bool) []Blow {
	source := rand.New(rand.NewPCG(seed, 0))
	var kinds, deck []Kind
	for _, k := range Kinds() {
		if k.Quick || !quick {
			kinds = append(kinds, k)
		}
	}
	deck = append(deck, kinds...)
	shuffle := func() { source.Shuffle(len(deck), func(i, j int) { deck[i], deck[j] = deck[j], deck[i] }) }
	shuffle()
	var plan []Blow
	for len(plan) < n {
		if !quick && source.IntN(8) == 0 {
			plan = append(plan, Blow{Sync: source.IntN(4) == 0, Print: source.IntN(2) == 0, Save: source.IntN(2) == 0, Listen: source.IntN(2) == 0})
			continue
		}
		if len(deck) == 0 {
			for _, k := range kinds {
				if !k.Rare {
					deck = append(deck, k)
				}
			}
			shuffle()
		}
		k := deck[0]
		deck = deck[1:]
		b := Blow{Fault: k.Fault, At: k.At, Sync: source.IntN(4) == 0, Print: k.At == Printing || source.IntN(5) == 0}
		if !quick {
			b.Save, b.Listen = k.At == Saving || source.IntN(5) == 0, k.Listen || source.IntN(4) == 0
		}
		if b.At == AnyMoment {
			b.At = AtFirst + Moment(source.IntN(int(moments-AtFirst)))
			b.Print, b.Save = b.Print || b.At == Printing, b.Save || b.At == Saving
		}
		b.After = time.Duration(source.Int64N(int64(maxAfter)))
		switch k.At {
		case AtEnd:
			b.After /= 4 // a wipe lasts a quarter of a second
		case Saving:
			b.After /= 8 // so does a document on its way to a key, or less
		}
		plan = append(plan, b)
	}
	return plan
}
