package store

import (
	"cmp"
	"maps"
	"slices"
	"strconv"
	"strings"

	"borne/admin"
	"borne/kiosk"
)

// Margins are counters of a kind summed by one of its dimensions alone: what
// pages reckon their figures from. day_sums and month_sums keep those of all
// kinds of a site, and of all sites (''), in one row of a day and of a month,
// so that a page reads few rows and a batch changes few. The text of a row has
// a line for each kind and dimension:
//
//	session/first button=12 idle=3
//	session/hour 9=4 10=11
//
// Values are closed lists or ids of the catalogue, without space or "=".

// margins are counts of a site, or of all sites, and of a day or month.
type margins map[margin]int64

type margin struct {
	kind  kiosk.CellKind
	by    admin.MarginBy
	value string
}

// hasSecond reports whether the second dimension of a kind is a closed list of
// more than one value. That of others is a service, which figures are crossed
// with and never summed by.
func hasSecond(d kiosk.KindDefinition) bool { return len(d.Second.Values) > 1 }

// hasFirst reports whether a kind is summed by its first dimension alone. Of
// services that is wanted for visits; answers and calls are read with both.
func hasFirst(d kiosk.KindDefinition) bool {
	return d.First.Values != nil || d.Kind == kiosk.CellVisit
}

func (t margins) merge(more margins) {
	for m, n := range more {
		t[m] += n
	}
}

// opened is the margin that counts the days on which sites were open.
func opened() margin { return margin{kiosk.CellAvailability, admin.ByDays, kiosk.AvailableOpen} }

// isOpen reports whether the margins of a site and day has minutes in which a
// borne was open.
func (t margins) isOpen() bool {
	return t[margin{kiosk.CellAvailability, admin.ByFirst, kiosk.AvailableOpen}] > 0
}

// text is the margins as a row keeps them, in one order.
func (t margins) text() string {
	var b strings.Builder
	var last margin
	for _, m := range slices.SortedFunc(maps.Keys(t), func(a, b margin) int {
		return cmp.Or(cmp.Compare(a.kind, b.kind), cmp.Compare(a.by, b.by), cmp.Compare(a.value, b.value))
	}) {
		if m.kind != last.kind || m.by != last.by {
			if b.Len() > 0 {
				b.WriteByte('\n')
			}
			b.WriteString(string(m.kind) + "/" + string(m.by))
		}
		last = m
		b.WriteString(" " + m.value + "=" + strconv.FormatInt(t[m], 10))
	}
	return b.String()
}

// marginsOf reads a row.
func marginsOf(text string) margins {
	t := margins{}
	eachMargin(text, func(kiosk.CellKind, admin.MarginBy) bool { return true }, func(m margin, n int64) { t[m] += n })
	return t
}

// eachMargin calls each with the margins of a row that are wanted.
func eachMargin(text string, wanted func(kiosk.CellKind, admin.MarginBy) bool, each func(margin, int64)) {
	eachLine(text, func(kind kiosk.CellKind, by admin.MarginBy, pairs string) {
		if wanted(kind, by) {
			eachPair(pairs, func(value string, n int64) { each(margin{kind, by, value}, n) })
		}
	})
}

// counts are by value.
type counts map[string]*uint64

// sumMargins adds the margins of a row to the counts that into has of their
// kind and dimension, or takes them away; those of which it has nil are left out.
func sumMargins(text string, less bool, into func(kiosk.CellKind, admin.MarginBy) counts) {
	eachLine(text, func(kind kiosk.CellKind, by admin.MarginBy, pairs string) {
		sums := into(kind, by)
		if sums == nil {
			return
		}
		eachPair(pairs, func(value string, n int64) {
			sum := sums[value]
			if sum == nil {
				sum = new(uint64)
				sums[value] = sum
			}
			if less {
				*sum -= uint64(n)
			} else {
				*sum += uint64(n)
			}
		})
	})
}

func eachLine(text string, each func(kind kiosk.CellKind, by admin.MarginBy, pairs string)) {
	for line := ""; text != ""; {
		line, text, _ = strings.Cut(text, "\n")
		label, pairs, _ := strings.Cut(line, " ")
		kind, by, _ := strings.Cut(label, "/")
		each(kiosk.CellKind(kind), admin.MarginBy(by), pairs)
	}
}

// eachPair reads "button=12 idle=3" in one pass: a page of all sites reads some
// hundred thousand pairs. What is no pair is passed over.
func eachPair(pairs string, each func(value string, n int64)) {
	for pairs != "" {
		equals := strings.IndexByte(pairs, '=')
		if equals < 0 {
			return
		}
		n, at := int64(0), equals+1
		for ; at < len(pairs) && '0' <= pairs[at] && pairs[at] <= '9'; at++ {
			n = 10*n + int64(pairs[at]-'0')
		}
		value := pairs[strings.LastIndexByte(pairs[:equals], ' ')+1 : equals]
		// Of 18 digits none is too large for an int64.
		if ends := at == len(pairs) || pairs[at] == ' '; ends && at > equals+1 && at-equals <= 19 {
			each(value, n)
		}
		_, pairs, _ = strings.Cut(pairs[at:], " ")
	}
}
