package allowlist

import "fmt"

// shadows warns of rules that can never decide: refused by a collector, or
// covered by another rule of the same service or group.
func (b *builder) shadows(rules []placed) {
	for i, r := range rules {
		if by, ok := covering(b.collectors, r); ok {
			b.warn(r.at, r.index, r.text, fmt.Sprintf("%q is never reached: the collector rule %q refuses it first; remove one of them", r.text, by.text)).Part = "host"
			continue
		}
		others := append(append([]placed{}, rules[:i]...), rules[i+1:]...)
		by, ok := covering(others, r)
		if !ok || covers(r, by) && r.use == by.use && i < indexOf(rules, by) {
			continue // of two equal rules the second is the shadowed one
		}
		b.warn(r.at, r.index, r.text, fmt.Sprintf("%q is never reached: %q covers it; remove it", r.text, by.text)).Part = "host"
	}
}

func indexOf(rules []placed, r placed) int {
	for i, x := range rules {
		if x.at == r.at && x.index == r.index {
			return i
		}
	}
	return -1
}

func covering(rules []placed, r placed) (placed, bool) {
	for _, by := range rules {
		if covers(by, r) {
			return by, true
		}
	}
	return placed{}, false
}

// covers reports whether every target that r decides is decided by by.
func covers(by, r placed) bool {
	switch {
	case !by.applies(r.Port), by.use == useSupporting && r.use == useNavigable:
		return false
	case r.Wildcard && !by.Wildcard:
		return false
	case !by.matchesHost(r.Host) && (by.Host != r.Host || by.Wildcard != r.Wildcard):
		return false
	case by.use == useCollector || len(by.Paths) == 0:
		return true
	case len(r.Paths) == 0:
		return false
	}
	for _, p := range r.Paths {
		if !by.allowsPath(p) {
			return false
		}
	}
	return true
}
