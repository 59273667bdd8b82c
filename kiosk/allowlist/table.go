package allowlist

// table finds the rules that name a host in one pass over its bytes, from the
// right: an FNV-1a hash grows with each byte, and at each dot it is that of a
// suffix, looked up as the base of a wildcard; at the end it is that of the
// whole host.
type table struct {
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

type node struct {
	key          string
	exact, under []uint32 // indices of rules
}

const (
	fnvOffset = 14695981039346656037
	fnvPrime  = 1099511628211
)

func newTable(rules []compiled) table {
	t := table{}
	byKey := make(map[string]int, len(rules))
	for i, r := range rules {
		n, ok := byKey[r.Host]
		if !ok {
			n = len(t.nodes)
			byKey[r.Host] = n
			t.nodes = append(t.nodes, node{key: r.Host})
			t.longest = max(t.longest, len(r.Host))
		}
		if r.Wildcard {
			t.nodes[n].under = append(t.nodes[n].under, uint32(i))
		} else {
			t.nodes[n].exact = append(t.nodes[n].exact, uint32(i))
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
func (w *walker) next() []uint32 {
	host, h := w.host, w.hash
	stop := max(0, len(host)-w.t.longest-1)
	for i := w.i - 1; i >= stop; i-- {
		if host[i] == '.' && i > 0 {
			if n := w.t.find(h, host[i+1:]); n != nil && n.under != nil {
				w.i, w.hash = i, (h^'.')*fnvPrime
				return n.under
			}
		}
		h = (h ^ uint64(host[i])) * fnvPrime
	}
	w.i = -1
	if stop == 0 && host != "" && len(host) <= w.t.longest {
		w.host = "" // the last answer
		if n := w.t.find(h, host); n != nil && n.exact != nil {
			return n.exact
		}
	}
	return nil
}
