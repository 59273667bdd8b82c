package allowlist

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"time"

	"golang.org/x/net/publicsuffix"

	"borne/kiosk"
)

// Compile builds the list of a catalogue and its policy. Every fault is
// returned, in the order in which the rules stand; when one of them is not a
// warning the list is nil, and a nil list denies everything.
func Compile(c kiosk.Catalogue, p kiosk.Policy) (*List, []Fault) {
	b := builder{groups: map[string][]placed{}, used: map[string]bool{}, seen: map[string]int{}}
	b.collectors = b.rules(place{serviceIndex: -1, field: "collectors"}, useCollector, p.Collectors)
	b.shadows(b.collectors, nil)
	b.add(b.collectors, false)
	for _, name := range slices.Sorted(maps.Keys(p.Groups)) {
		at := place{serviceIndex: -1, group: name}
		g := p.Groups[name]
		b.groups[name] = slices.Concat(b.rules(at.in("navigable"), useNavigable, g.Navigable),
			b.rules(at.in("supporting"), useSupporting, g.Supporting))
		b.shadows(b.groups[name], nil)
	}
	for i, s := range c.Services {
		b.service(i, s)
	}
	for _, name := range slices.Sorted(maps.Keys(p.Groups)) {
		if !b.used[name] {
			b.warn(place{serviceIndex: -1, group: name}, -1, name, "no service uses this group: name it under a service's groups, or remove it")
		}
	}
	b.loosened()
	for _, f := range b.faults {
		if !f.Warning {
			return nil, b.faults
		}
	}
	return newList(b.list), b.faults
}

// place is where a list of rules stands.
type place struct {
	service      kiosk.ServiceID
	serviceIndex int
	group, field string
}

func (p place) in(field string) place { p.field = field; return p }

// placed is a compiled rule that knows where it stands.
type placed struct {
	compiled
	at    place
	index int
}

type builder struct {
	collectors []placed
	groups     map[string][]placed
	used       map[string]bool
	seen       map[string]int // index in list, plus one
	list       []compiled
	listed     []placed // list, with places and repetitions
	faults     []Fault
}

func (b *builder) fault(at place, index int, rule, message string) *Fault {
	b.faults = append(b.faults, Fault{Service: at.service, ServiceIndex: at.serviceIndex, Group: at.group,
		Field: at.field, Index: index, Rule: rule, Message: message})
	return &b.faults[len(b.faults)-1]
}

func (b *builder) warn(at place, index int, rule, message string) *Fault {
	f := b.fault(at, index, rule, message)
	f.Warning = true
	return f
}

// rules parses one list of rules and keeps those that are sound.
func (b *builder) rules(at place, u use, hosts []kiosk.HostRule) []placed {
	var out []placed
	for i, h := range hosts {
		r, err := ParseRule(h)
		if err != nil {
			f := b.fault(at, i, h.Host, err.Error())
			var re *RuleError
			if errors.As(err, &re) {
				f.Part, f.PathIndex, f.Offset, f.Rule = re.Part, re.Index, re.Offset, re.Text
			}
			continue
		}
		if u != useNavigable && len(h.Paths) > 0 {
			b.fault(at, i, h.Paths[0], "only navigable hosts have paths: nobody sees the path of a sub-resource; remove paths").Part = "paths"
			continue
		}
		if u != useCollector {
			if r.Wildcard && publicSuffix(r.Host) {
				b.fault(at, i, h.Host, fmt.Sprintf("%q: anyone may register a name under %s: write the hosts one by one", h.Host, r.Host)).Part = "host"
				continue
			}
			b.verified(at, i, h)
		}
		out = append(out, placed{compiled{Rule: r, use: u, text: r.String()}, at, i})
	}
	return out
}

// verified checks that a rule was seen to be right on a live network.
func (b *builder) verified(at place, index int, h kiosk.HostRule) {
	switch _, err := time.Parse(time.DateOnly, h.Verified); {
	case h.Verified == "" || h.Verified == "no":
		f := b.warn(at, index, h.Host, fmt.Sprintf("%q was never verified on a live network: open the service, then write the day as verified: 2006-01-02", h.Host))
		f.Part, f.Unverified = "host", true
	case err != nil:
		b.fault(at, index, h.Verified, fmt.Sprintf("%q is not a day: write verified: 2006-01-02, or no", h.Verified)).Part = "verified"
	}
}

// publicSuffix reports whether anyone may register names under host.
func publicSuffix(host string) bool {
	suffix, _ := publicsuffix.PublicSuffix(host)
	return suffix == host
}

// service adds a service's own rules, those of its groups, and its start.
func (b *builder) service(i int, s kiosk.Service) {
	at := place{service: s.ID, serviceIndex: i}
	own := slices.Concat(b.rules(at.in("navigable"), useNavigable, s.Navigable),
		b.rules(at.in("supporting"), useSupporting, s.Supporting))
	all := own
	for n, name := range s.Groups {
		group, ok := b.groups[name]
		if !ok {
			b.fault(at.in("groups"), n, name, fmt.Sprintf("no group %q in the policy: write one of %v, or define it", name, slices.Sorted(maps.Keys(b.groups))))
			continue
		}
		b.used[name] = true
		all = slices.Concat(all, group)
	}
	b.shadows(own, all[len(own):])
	all = b.start(at.in("start"), s.Start, all)
	if s.PlainHTTP != "" && s.PlainHTTP != kiosk.PlainHTTPRedirect && s.PlainHTTP != kiosk.PlainHTTPRefuse {
		b.fault(at.in("plain_http"), -1, string(s.PlainHTTP), fmt.Sprintf("plain_http %q: write %s, or %s", s.PlainHTTP, kiosk.PlainHTTPRedirect, kiosk.PlainHTTPRefuse))
	}
	b.add(all, s.PlainHTTP == kiosk.PlainHTTPRefuse)
}

// add puts rules in the list, each distinct one once. What one service refuses
// in plain HTTP, a rule that it shares refuses for all.
func (b *builder) add(rules []placed, refusesHTTP bool) {
	b.listed = append(b.listed, rules...)
	for _, r := range rules {
		key := fmt.Sprintf("%d %s %q", r.use, r.text, r.Paths)
		if b.seen[key] == 0 {
			b.list = append(b.list, r.compiled)
			b.seen[key] = len(b.list)
		}
		if refusesHTTP && r.use == useNavigable {
			b.list[b.seen[key]-1].refusesHTTP = true
		}
	}
}
