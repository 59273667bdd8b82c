package allowlist

import (
	"errors"
	"fmt"
	"slices"

	"borne/kiosk"
)

// With returns a list that also lets a visitor go to that one host, on port
// 443 and with every path: what a mediator adds for one visit. The receiver
// does not change, and the two share their rules, so a copy costs the same
// whatever their number. Of the copy, Decide answers with the reason Service
// and the host as Rule.
//
// The host is written as a rule is, canonical, without wildcard or port.
// Collectors come first as ever: such a host is an error. The error says in
// words what is wrong and what to write.
func (l *List) With(host string) (*List, error) {
	if l == nil {
		return nil, errors.New("no allowlist is in force: there is nothing to add to")
	}
	r, err := ParseRule(kiosk.HostRule{Host: host})
	if err != nil {
		return nil, err
	}
	switch {
	case r.Wildcard:
		return nil, fmt.Errorf("%q: one visit adds one host: write its whole name, without \"*.\"", host)
	case r.Port != DefaultPort:
		return nil, fmt.Errorf("%q: one visit adds a host on port 443 only: write %q", host, r.Host)
	}
	if d := l.Decide(Target{Host: r.Host, Port: r.Port}); d.Reason == Collector {
		return nil, fmt.Errorf("%q is refused by the collector rule %q: it follows visitors and opens nothing", host, d.Rule)
	}
	with := *l
	with.visit = append(slices.Clip(slices.Clone(l.visit)), compiled{Rule: r, use: useNavigable, text: r.String()})
	return &with, nil
}
