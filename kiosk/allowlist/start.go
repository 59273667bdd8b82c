package allowlist

import (
	"fmt"
	"slices"
	"strings"
)

// start makes the start's host navigable unless a rule already speaks of it,
// and checks that the service may open at all.
func (b *builder) start(at place, start string, rules []placed) []placed {
	t, reason := ParseTarget(start)
	if reason != "" || t.Path == "" {
		hint := "write an address such as https://www.caf.fr/"
		if reason == "" {
			reason = Malformed
		}
		b.fault(at, -1, start, fmt.Sprintf("%q is refused (%s): %s", start, reason, hint))
		return rules
	}
	if canonical := canonicalStart(start, t); canonical != start {
		b.fault(at, -1, start, fmt.Sprintf("%q is not how the browser writes it: write %q", start, canonical))
		return rules
	}
	listed := slices.ContainsFunc(rules, func(r placed) bool {
		return r.use == useNavigable && r.matchesHost(t.Host) && r.Port == t.Port
	})
	if !listed {
		r := Rule{Host: t.Host, Port: t.Port}
		if err := startHostFault(r); err != nil {
			b.fault(at, -1, start, err.Error())
			return rules
		}
		rules = append(slices.Clip(rules), placed{compiled{Rule: r, use: useNavigable, text: r.String()}, at, -1})
	}
	var trial []compiled
	for _, r := range slices.Concat(rules, b.collectors) {
		trial = append(trial, r.compiled)
	}
	if l := newList(trial); !l.Navigable(t) {
		d := l.Decide(t)
		hint := "add the start's path under paths, or change start"
		if d.Reason == Collector {
			hint = "remove the collector rule, or change start"
		}
		b.fault(at, -1, start, fmt.Sprintf("%q is refused by its own rules (%s, rule %q): %s", start, d.Reason, d.Rule, hint))
	}
	return rules
}

// startHostFault applies the rules for written hosts to an implied one.
func startHostFault(r Rule) error {
	_, err := parseRuleHost(r.String())
	return err
}

// canonicalStart writes an address that was read as t with t's own scheme,
// host and port, and leaves what follows as it is.
func canonicalStart(start string, t Target) string {
	_, rest, _ := strings.Cut(start, "://")
	after := ""
	if i := strings.IndexAny(rest, "/?#"); i >= 0 {
		after = rest[i:]
	}
	return "https://" + Rule{Host: t.Host, Port: t.Port}.String() + after
}
