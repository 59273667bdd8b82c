package allowlist

import (
	"cmp"
	"slices"
	"strings"
)

// table finds the rules that name a host in one pass over its bytes, from the
// right: an FNV-1a hash grows with each byte, and at each dot it is that of a
// suffix, looked up as the base of a wildcard; at the end it is that of the
// whole host.
type table struct {
	// rules stand by host and kind: what one slot names lies in one piece of
	// memory, which holds the key too.
	rules []compiled
	slots []slot
	mask  uint64
	// longest is the length of the longest key: no need to hash further.
	longest int
}

// slot is open-addressed; first is the index plus one of the first rule of a
// host and kind, 0 for free.
type slot struct {
	tag   uint32
	first uint32
}

const (
	fnvOffset = 14695981039346656037
	fnvPrime  = 1099511628211
	// wildcardSalt keeps the rules of a host apart from those below it.
	wildcardSalt = 0x5bd1e9955bd1e995
)

func newTable(rules []compiled) table {
	t := table{rules: slices.Clone(rules)}
	slices.SortStableFunc(t.rules, func(a, b compiled) int {
		return cmp.Or(strings.Compare(a.Host, b.Host), cmp.Compare(a.kind(), b.kind()))
	})
	var firsts []int
	for i := range t.rules {
		r := &t.rules[i]
		if n := len(firsts); n == 0 || t.rules[firsts[n-1]].Host != r.Host || t.rules[firsts[n-1]].Wildcard != r.Wildcard {
			firsts = append(firsts, i)
			t.longest = max(t.longest, len(r.Host))
			r.alike = 0
		}
		t.rules[firsts[len(firsts)-1]].alike++
	}
	size := uint64(8)
	for size < 4*uint64(len(firsts)) { // at most a quarter full: a miss ends at its first slot
		size *= 2
	}
	t.slots, t.mask = make([]slot, size), size-1
	for _, first := range firsts {
		r := &t.rules[first]
		h := uint64(fnvOffset)
		for i := len(r.Host) - 1; i >= 0; i-- {
			h = (h ^ uint64(r.Host[i])) * fnvPrime
		}
		i, tag := spread(h ^ r.kind()*wildcardSalt)
		for t.slots[i&t.mask].first != 0 {
			i++
		}
		t.slots[i&t.mask] = slot{tag: tag, first: uint32(first) + 1}
	}
	return t
}

// kind is 0 for the rule of a host, 1 for a wildcard's.
func (c *compiled) kind() uint64 {
	if c.Wildcard {
		return 1
	}
	return 0
}

// spread turns a hash into a slot index and a tag.
func spread(h uint64) (index uint64, tag uint32) {
	h ^= h >> 32
	h *= 0x9e3779b97f4a7c15
	return h >> 20, uint32(h)
}

// find returns the rules of a host, or those below it; h is salted.
func (t *table) find(h uint64, host string, wildcard bool) []compiled {
	i, tag := spread(h)
	for {
		s := t.slots[i&t.mask]
		if s.first == 0 {
			return nil
		}
		if s.tag == tag {
			if r := &t.rules[s.first-1]; r.Wildcard == wildcard && r.Host == host {
				return t.rules[s.first-1 : s.first-1+r.alike]
			}
		}
		i++
	}
}

// walker yields the rules that name a host, the widest wildcard first.
type walker struct {
	t    *table
	host string
	i    int
	hash uint64
}

func (t *table) walk(host string) walker {
	return walker{t: t, host: host, i: len(host), hash: fnvOffset}
}

// next returns the next rules, nil when there are no more.
func (w *walker) next() []compiled {
	host, h := w.host, w.hash
	if len(w.t.slots) == 0 {
		return nil // of the zero List
	}
	stop := max(0, len(host)-w.t.longest-1)
	for i := w.i - 1; i >= stop; i-- {
		if host[i] == '.' && i > 0 {
			if rules := w.t.find(h^wildcardSalt, host[i+1:], true); rules != nil {
				w.i, w.hash = i, (h^'.')*fnvPrime
				return rules
			}
		}
		h = (h ^ uint64(host[i])) * fnvPrime
	}
	w.i = -1
	if stop == 0 && host != "" && len(host) <= w.t.longest {
		w.host = "" // the last answer
		return w.t.find(h, host, false)
	}
	return nil
}
