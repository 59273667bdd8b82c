package search

import (
	"cmp"
	"slices"
	"strings"
	"unicode/utf8"

	"borne/kiosk"
)

// Result is a service that a query may mean.
type Result struct {
	Service kiosk.ServiceID
	// Task is the position in the service's tasks of the one that the query
	// speaks of, -1 when it speaks of none.
	Task int
	// Score is above 0 and only compares results of one query.
	Score float64
}

// How well a typed word fits one of the lexicon's.
const (
	fitsExactly = 1.0
	fitsStem    = 0.95
	fitsStart   = 0.85
	fitsSound   = 0.8
	fitsOneSlip = 0.72
)

// fitsSlips is how well a word fits by the number of its slips.
var fitsSlips = [...]float64{fitsExactly, fitsOneSlip, 0.5, 0.35}

// enough is the share of a query, by weight, that a result must answer.
const enough = 0.34

// unheard is the weight of a typed word that nothing fits: about that of a
// word that a tenth of the services have.
const unheard = 2.0

// Find returns the services that a query may mean, the likeliest first, limit
// at most. The language is the visitor's; French is searched with it. An empty
// query, or one that nothing fits, finds none.
func (x *Index) Find(query string, l kiosk.Language, limit int) []Result {
	lexicon := x.languages[l]
	if lexicon == nil {
		lexicon = x.french
	}
	typed := words(fold(query))
	if len(typed) == 0 || limit <= 0 {
		return nil
	}
	scores, answered := make([]float64, len(x.services)), make([]float64, len(x.services))
	fits := make([]map[string]float64, len(typed)) // by typed word, the lexicon's words
	total := 0.0
	for i, w := range typed {
		fits[i] = lexicon.fitting(w, i == len(typed)-1)
		best, heard := make([]float64, len(x.services)), make([]float64, len(x.services))
		weight := 0.0
		for word, fit := range fits[i] {
			e := lexicon.words[lexicon.at[word]]
			weight = max(weight, e.rare*fit)
			for service, where := range e.weight {
				best[service] = max(best[service], fit*fit*where*e.rare)
				heard[service] = max(heard[service], e.rare*fit)
			}
		}
		if weight == 0 {
			weight = unheard
		}
		total += weight
		for service := range best {
			scores[service] += best[service]
			answered[service] += heard[service]
		}
	}
	lexicon.wholes(typed, fits, scores, answered, total)
	var found []Result
	for service, score := range scores {
		share := min(answered[service]/total, 1)
		if score > 0 && share >= enough {
			found = append(found, Result{x.services[service], lexicon.task(service, fits), score * share * share})
		}
	}
	slices.SortStableFunc(found, func(a, b Result) int { return cmp.Compare(b.Score, a.Score) })
	return found[:min(len(found), limit)]
}

// fitting returns the lexicon's words that a typed word may mean. The last one
// may be half typed.
func (x *lexicon) fitting(typed string, last bool) map[string]float64 {
	fits := map[string]float64{}
	runes, stemmed, heard := []rune(typed), stem(typed), sound(typed)
	most := slips(len(runes))
	for _, e := range x.words {
		fit := 0.0
		switch {
		case e.word == typed:
			fit = fitsExactly
		case e.stem == stemmed:
			fit = fitsStem
		case len(runes) >= 3 && len(e.runes) > len(runes) && strings.HasPrefix(e.word, typed):
			fit = fitsStart * float64(len(runes)+2) / float64(len(e.runes)+2)
			if last {
				fit = max(fit, 0.6)
			}
		}
		if fit < fitsSound && heard != "" && e.sound == heard && utf8.RuneCountInString(heard) > 2 {
			fit = fitsSound
		}
		if fit < fitsOneSlip && most > 0 && len(e.runes) > 3 {
			if d := distance(runes, e.runes, most); d <= most {
				fit = max(fit, fitsSlips[d])
			}
		}
		if fit > 0 {
			fits[e.word] = fit
		}
	}
	return fits
}

// wholes raises the services of which a whole name or synonym was typed, in
// any order, or in one word, or in two where it is one.
func (x *lexicon) wholes(typed []string, fits []map[string]float64, scores, answered []float64, total float64) {
	joined := []rune(strings.Join(typed, ""))
	best := make([]float64, len(scores))
	for _, p := range x.phrases {
		bonus := 0.0
		if len(p.words) > 1 || len(typed) > 1 {
			if most := slips(len(joined)); len(joined) > 4 && len(p.joined) > 4 {
				if d := distance(joined, p.joined, min(most, 2)); d <= min(most, 2) {
					bonus = 2*p.weight - 1.5*float64(d)
					answered[p.service] = max(answered[p.service], total)
				}
			}
		} else if string(joined) == string(p.joined) {
			bonus = 2 * p.weight
		}
		if all := p.inside(fits); all > 0 {
			bonus = max(bonus, all*float64(len(p.words)+1))
		}
		best[p.service] = max(best[p.service], bonus)
	}
	for service, bonus := range best {
		scores[service] += bonus
	}
}

// inside tells how well the worst word of a phrase was typed, 0 when one was
// not typed at all.
func (p phrase) inside(fits []map[string]float64) float64 {
	worst := 1.0
	for _, w := range p.words {
		best := 0.0
		for _, f := range fits {
			best = max(best, f[w])
		}
		worst = min(worst, best)
	}
	return worst
}

// task returns the task of a service that most of the query speaks of.
func (x *lexicon) task(service int, fits []map[string]float64) int {
	best, at := 0.0, -1
	for i, in := range x.tasks[service] {
		sum := 0.0
		for _, f := range fits {
			one := 0.0
			for word := range in {
				one = max(one, f[word]*x.words[x.at[word]].rare)
			}
			sum += one
		}
		if sum > best {
			best, at = sum, i
		}
	}
	return at
}
