package allowlist

// List is a compiled allowlist, immutable and safe for concurrent use. A nil
// List denies everything with NoSession.
type List struct {
	table table
	// visit are exact hosts that With added, in no table: there are few.
	visit []compiled
}

// use says what a rule is for.
type use uint8

const (
	useNavigable use = iota + 1
	useSupporting
	useCollector
)

// compiled is a rule with its use and its text, rendered once so that Decide
// allocates nothing.
type compiled struct {
	Rule
	use  use
	text string
	// alike counts, on the first rule of its host and kind in a table, all of
	// them.
	alike uint32
	// refusesHTTP: a service that has this rule wants no redirect.
	refusesHTTP bool
}

// applies reports whether the rule's port is t's. A collector is refused on
// every port, unless its rule names one.
func (c *compiled) applies(port uint16) bool {
	return c.Port == port || c.use == useCollector && c.Port == DefaultPort
}

// allowsPath reports whether a navigable rule lets the path through. The path
// of a host:port is unknown and passes: the browser's policy holds it.
func (c *compiled) allowsPath(path string) bool {
	if len(c.Paths) == 0 || path == "" {
		return true
	}
	for _, prefix := range c.Paths {
		if underPrefix(path, prefix) {
			return true
		}
	}
	return false
}

// newList builds the list of rules, in no particular order.
func newList(rules []compiled) *List {
	return &List{table: newTable(rules)}
}

// Decide answers for one target: collectors before every allow, navigable
// before supporting. Its cost grows with the labels of the host, not with the
// rules of the list, and it allocates nothing.
func (l *List) Decide(t Target) Decision {
	if l == nil {
		return Decision{Reason: NoSession}
	}
	best := Decision{Reason: HostNotListed}
	rank := 0 // of best: 1 path, 2 port, 3 supporting, 4 navigable
	w := l.table.walk(t.Host)
	for rules := w.next(); rules != nil; rules = w.next() {
		for i := range rules {
			c := &rules[i]
			r, d := 0, Decision{Rule: c.text}
			switch {
			case !c.applies(t.Port):
				if c.use != useCollector {
					r, d.Reason = 2, Port
				}
			case c.use == useCollector:
				return Decision{Reason: Collector, Rule: c.text}
			case c.use == useSupporting:
				r, d.Verdict, d.Reason = 3, Allow, Supporting
			case c.allowsPath(t.Path):
				r, d.Verdict, d.Reason = 4, Allow, Service
			default:
				r, d.Reason = 1, HostNotListed
			}
			if r > rank {
				rank, best = r, d
			}
		}
	}
	for i := range l.visit {
		if c := &l.visit[i]; c.Host == t.Host && c.Port == t.Port {
			return Decision{Verdict: Allow, Reason: Service, Rule: c.text}
		}
	}
	return best
}

// Explain parses a target and decides it.
func (l *List) Explain(target string) Decision {
	t, reason := ParseTarget(target)
	if reason != "" {
		return Decision{Reason: reason}
	}
	return l.Decide(t)
}

// Navigable reports whether a visitor may go to t as a page of its own, rather
// than only draw sub-resources from it.
func (l *List) Navigable(t Target) bool {
	d := l.Decide(t)
	return d.Verdict == Allow && d.Reason == Service
}

// RedirectsHTTP reports whether a plain HTTP request for a page is to be
// answered by a redirect to t, its https form with port 443; otherwise it is
// refused. It redirects where a visitor may go (Navigable) and every service
// that lists the host as navigable, itself or by a group, agrees
// (kiosk.Service.PlainHTTP). A nil list redirects nothing.
func (l *List) RedirectsHTTP(t Target) bool {
	if !l.Navigable(t) {
		return false
	}
	w := l.table.walk(t.Host)
	for rules := w.next(); rules != nil; rules = w.next() {
		for i := range rules {
			if c := &rules[i]; c.refusesHTTP && c.applies(t.Port) {
				return false
			}
		}
	}
	return true
}

// Len returns the number of rules.
func (l *List) Len() int {
	if l == nil {
		return 0
	}
	return len(l.table.rules) + len(l.visit)
}
