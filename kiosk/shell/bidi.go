package shell

import (
	"slices"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/bidi"
)

// Fyne sets the parts of a line from left to right. So the shell gives it each
// line in the order in which it is seen: this is the Unicode bidirectional
// algorithm (UAX #9) for one line, without explicit embeddings, which are left
// out: a name from elsewhere must not turn the words around it.

// mirrored has the signs that face the other way in words from right to left.
const mirrored = "()[]{}<>«»‹›≤≥"

// facing returns the sign that faces the other way, r itself for most.
func facing(r rune) rune {
	signs := []rune(mirrored)
	for i, s := range signs {
		if s == r {
			return signs[i^1]
		}
	}
	return r
}

// explicit reports whether r is a formatting character of UAX #9 that has no
// direction of its own.
func explicit(r rune) bool { return r >= 0x202a && r <= 0x202e || r >= 0x2066 && r <= 0x2069 }

// fromRight decides a text's base direction: the language's, unless all its
// letters say otherwise, or, in a language from left to right, its first.
func fromRight(s string, language bool) bool {
	left, right := false, false
	for _, r := range s {
		switch class(r) {
		case bidi.L:
			left = true
		case bidi.R, bidi.AL:
			right = true
		default:
			continue
		}
		if !language {
			return right
		}
	}
	return language && (right || !left)
}

func class(r rune) bidi.Class {
	p, _ := bidi.LookupRune(r)
	switch c := p.Class(); c {
	case bidi.LRO, bidi.RLO, bidi.LRE, bidi.RLE, bidi.PDF, bidi.LRI, bidi.RLI, bidi.FSI, bidi.PDI, bidi.Control:
		return bidi.BN
	default:
		return c
	}
}

// levels returns the embedding level of each rune of a line.
func levels(line []rune, right bool) []uint8 {
	base, edge := uint8(0), bidi.L
	if right {
		base, edge = 1, bidi.R
	}
	out := make([]uint8, len(line))
	var at []int // of what takes part: X9 removes BN
	var classes []bidi.Class
	for i, r := range line {
		if c := class(r); c != bidi.BN {
			at, classes = append(at, i), append(classes, c)
		}
	}
	original := append([]bidi.Class(nil), classes...)
	weak(classes, edge)
	brackets(line, at, classes, original, edge)
	neutral(classes, edge)
	for i := range out {
		out[i] = base
	}
	for j, c := range classes {
		level := base
		switch {
		case base == 0 && c == bidi.R:
			level = 1
		case c == bidi.AN || c == bidi.EN:
			level = 2
		case base == 1 && c == bidi.L:
			level = 2
		}
		out[at[j]] = level
	}
	for j := len(classes) - 1; j >= 0 && (original[j] == bidi.WS || original[j] == bidi.S || original[j] == bidi.B); j-- { // L1
		out[at[j]] = base
	}
	for i, r := range line { // what was removed goes with what is before it
		if i > 0 && class(r) == bidi.BN {
			out[i] = out[i-1]
		}
	}
	return out
}

// weak resolves numbers and what belongs to them (W1 to W7).
func weak(c []bidi.Class, edge bidi.Class) {
	for i := range c { // W1
		if c[i] == bidi.NSM {
			c[i] = edge
			if i > 0 {
				c[i] = c[i-1]
			}
		}
	}
	strong := edge
	for i := range c { // W2, and W3 after it has been looked at
		switch c[i] {
		case bidi.L, bidi.R, bidi.AL:
			strong = c[i]
		case bidi.EN:
			if strong == bidi.AL {
				c[i] = bidi.AN
			}
		}
	}
	for i := range c {
		if c[i] == bidi.AL {
			c[i] = bidi.R
		}
	}
	for i := 1; i+1 < len(c); i++ { // W4
		between := c[i-1] == c[i+1]
		if between && c[i-1] == bidi.EN && (c[i] == bidi.ES || c[i] == bidi.CS) || between && c[i-1] == bidi.AN && c[i] == bidi.CS {
			c[i] = c[i-1]
		}
	}
	for i := 0; i < len(c); i++ { // W5
		if c[i] != bidi.ET {
			continue
		}
		end := i
		for end < len(c) && c[end] == bidi.ET {
			end++
		}
		if i > 0 && c[i-1] == bidi.EN || end < len(c) && c[end] == bidi.EN {
			for j := i; j < end; j++ {
				c[j] = bidi.EN
			}
		}
		i = end - 1
	}
	strong = edge
	for i := range c { // W6 and W7
		switch c[i] {
		case bidi.ES, bidi.ET, bidi.CS:
			c[i] = bidi.ON
		case bidi.L, bidi.R:
			strong = c[i]
		case bidi.EN:
			if strong == bidi.L {
				c[i] = bidi.L
			}
		}
	}
}

// direction is how a class counts for neutrals: numbers are from right to left.
func direction(c bidi.Class) bidi.Class {
	switch c {
	case bidi.L:
		return bidi.L
	case bidi.R, bidi.EN, bidi.AN:
		return bidi.R
	}
	return bidi.ON
}

// bracketDepth is the most brackets open at a time (BD16).
const bracketDepth = 63

// brackets gives pairs of brackets one direction (N0).
func brackets(line []rune, at []int, c, original []bidi.Class, edge bidi.Class) {
	partner := make([]int, len(c))
	var open []int
pairing:
	for i := range c {
		r := line[at[i]]
		p, _ := bidi.LookupRune(r)
		switch {
		case c[i] != bidi.ON || !p.IsBracket():
		case p.IsOpeningBracket():
			if len(open) == bracketDepth {
				break pairing
			}
			open = append(open, i)
		default:
			for j := len(open) - 1; j >= 0; j-- {
				if bidi.ReverseString(string(line[at[open[j]]])) == string(r) {
					partner[open[j]], open = i, open[:j]
					break
				}
			}
		}
	}
	for from, to := range partner {
		if to == 0 {
			continue
		}
		same, other := false, false
		for _, inner := range c[from+1 : to] {
			d := direction(inner)
			same = same || d == edge
			other = other || d != edge && d != bidi.ON
		}
		if !same && !other {
			continue
		}
		now := edge
		if !same {
			before := edge
			for j := from - 1; j >= 0; j-- {
				if d := direction(c[j]); d != bidi.ON {
					before = d
					break
				}
			}
			if before != edge {
				now = before
			}
		}
		for _, i := range []int{from, to} {
			c[i] = now
			for j := i + 1; j < len(c) && original[j] == bidi.NSM; j++ {
				c[j] = now
			}
		}
	}
}

// neutral gives what has no direction that of its neighbours, or the line's
// (N1 and N2).
func neutral(c []bidi.Class, edge bidi.Class) {
	for i := 0; i < len(c); {
		if direction(c[i]) != bidi.ON {
			i++
			continue
		}
		end := i
		for end < len(c) && direction(c[end]) == bidi.ON {
			end++
		}
		before, after := edge, edge
		if i > 0 {
			before = direction(c[i-1])
		}
		if end < len(c) {
			after = direction(c[end])
		}
		now := edge
		if before == after {
			now = before
		}
		for ; i < end; i++ {
			c[i] = now
		}
	}
}

// letter is a sign with its marks, as it stands in a line.
type letter struct {
	runes []rune
	right bool
}

// seen returns a line's letters in the order from left to right. right is the
// base direction.
func seen(s string, right bool) []letter {
	line := []rune(strings.Map(func(r rune) rune {
		if explicit(r) {
			return -1
		}
		return r
	}, s))
	var letters []letter
	var deep []uint8
	for i, level := range levels(line, right) {
		r := line[i]
		if r == lrm || r == rlm { // they have told their direction
			continue
		}
		if len(letters) > 0 && (unicode.IsMark(r) || r == zwj || r == zwnj) && level == deep[len(deep)-1] {
			last := &letters[len(letters)-1]
			last.runes = append(last.runes, r)
			continue
		}
		letters, deep = append(letters, letter{runes: []rune{line[i]}, right: level%2 == 1}), append(deep, level)
	}
	out := make([]letter, len(letters))
	for i, from := range order(deep) {
		out[i] = letters[from]
		if out[i].right { // L4
			out[i].runes[0] = facing(out[i].runes[0])
		}
	}
	return out
}

// order returns, from left to right, the places of what has these levels (L2).
func order(deep []uint8) []int {
	places := make([]int, len(deep))
	for i := range places {
		places[i] = i
	}
	for level := uint8(2); level >= 1; level-- {
		for i := 0; i < len(places); i++ {
			end := i
			for end < len(places) && deep[places[end]] >= level {
				end++
			}
			slices.Reverse(places[i:end])
			i = max(i, end)
		}
	}
	return places
}
