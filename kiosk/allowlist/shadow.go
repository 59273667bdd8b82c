package allowlist

import "fmt"

// shadows warns of rules that can never decide: refused by a collector, or
// covered by another rule of the same list, or by one of others, which the
// same service takes from its groups.
func (b *builder) shadows(rules, others []placed) {
	for i, r := range rules {
		if r.use != useCollector {
			if by, ok := covering(b.collectors, r, -1); ok {
				b.warn(r.at, r.index, r.text, fmt.Sprintf("%q is never reached: the collector rule %q refuses it first; remove one of them", r.text, by.text)).Part = "host"
				continue
			}
		}
		by, ok := covering(rules, r, i)
		if !ok {
			by, ok = covering(others, r, -1)
		}
		if !ok || covers(r, by) && r.use == by.use && i < indexOf(rules, by) {
			continue // of two equal rules the second is the shadowed one
		}
		where := ""
		if by.at.group != r.at.group {
			where = " in the group " + by.at.group
		}
		b.warn(r.at, r.index, r.text, fmt.Sprintf("%q is never reached: %q%s covers it; remove it", r.text, by.text, where)).Part = "host"
	}
}

// loosened warns of paths that limit nothing, since another service lists the
// same host whole: the list is one for all.
func (b *builder) loosened() {
	for _, r := range b.listed {
		if r.use != useNavigable || len(r.Paths) == 0 || r.at.service == "" {
			continue
		}
		for _, by := range b.listed {
			if by.use == useNavigable && len(by.Paths) == 0 && by.at.service != r.at.service && covers(by, r) {
				from := "the group " + by.at.group
				if by.at.service != "" {
					from = "the service " + string(by.at.service)
				}
				b.warn(r.at, r.index, r.Paths[0], fmt.Sprintf("these paths of %q limit nothing: %s lists %q without paths; remove them, or give it paths too", r.text, from, by.text)).Part = "paths"
				break
			}
		}
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

// covering returns a rule that covers r, other than that of the index except.
func covering(rules []placed, r placed, except int) (placed, bool) {
	for i, by := range rules {
		if i != except && covers(by, r) {
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
