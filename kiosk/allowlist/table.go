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
	// rules stand by host, those of the host itself before the wildcard's, so
	// that what a node names lies in one piece of memory.
	rules []compiled
	slots []slot
	mask  uint64
	nodes []node
	// longest is the length of the longest key: no need to hash further.
	longest int
}

// slot is open-addressed; node is an index plus one, 0 for free.
type slot struct {
	tag  uint32
	node uint32
}

// node is a host and where its rules are: those of the host itself from start,
// those of its wildcard from under, up to end.
type node struct {
	key               string
	start, under, end uint32
}

const (
	fnvOffset = 14695981039346656037
	fnvPrime  = 1099511628211
)

func newTable(rules []compiled) table {
	t := table{rules: slices.Clone(rules)}
	slices.SortStableFunc(t.rules, func(a, b compiled) int {
		return cmp.Or(strings.Compare(a.Host, b.Host), cmp.Compare(wildcards(a), wildcards(b)))
	})
	for i, r := range t.rules {
		if len(t.nodes) == 0 || t.nodes[len(t.nodes)-1].key != r.Host {
			t.nodes = append(t.nodes, node{key: r.Host, start: uint32(i), under: uint32(i)})
			t.longest = max(t.longest, len(r.Host))
		}
		n := &t.nodes[len(t.nodes)-1]
		n.end = uint32(i) + 1
		if !r.Wildcard {
			n.under = n.end
		}
	}
	size := uint64(8)
	for size < 4*uint64(len(t.nodes)) { // at most a quarter full: a miss ends at its first slot
		size *= 2
	}
	t.slots, t.mask = make([]slot, size), size-1
	for n := range t.nodes {
		h := uint64(fnvOffset)
		for i := len(t.nodes[n].key) - 1; i >= 0; i-- {
			h = (h ^ uint64(t.nodes[n].key[i])) * fnvPrime
		}
		i, tag := spread(h)
		for t.slots[i&t.mask].node != 0 {
			i++
		}
		t.slots[i&t.mask] = slot{tag: tag, node: uint32(n) + 1}
	}
	return t
}

func wildcards(c compiled) int {
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

func (t *table) find(h uint64, key string) *node {
	i, tag := spread(h)
	for {
		s := t.slots[i&t.mask]
		if s.node == 0 {
			return nil
		}
		if s.tag == tag && t.nodes[s.node-1].key == key {
			return &t.nodes[s.node-1]
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
	stop := max(0, len(host)-w.t.longest-1)
	for i := w.i - 1; i >= stop; i-- {
		if host[i] == '.' && i > 0 {
			if n := w.t.find(h, host[i+1:]); n != nil && n.under < n.end {
				w.i, w.hash = i, (h^'.')*fnvPrime
				return w.t.rules[n.under:n.end]
			}
		}
		h = (h ^ uint64(host[i])) * fnvPrime
	}
	w.i = -1
	if stop == 0 && host != "" && len(host) <= w.t.longest {
		w.host = "" // the last answer
		if n := w.t.find(h, host); n != nil && n.start < n.under {
			return w.t.rules[n.start:n.under]
		}
	}
	return nil
}
