package bundle

import (
	"strings"

	"github.com/goccy/go-yaml/ast"

	"borne/kiosk"
	"borne/kiosk/allowlist"
)

// maxPatterns leaves room for what the browser's policies and a visit add:
// Chromium reads 1000 of each list and drops the rest without a word
// (policies URLAllowlist and URLBlocklist).
const maxPatterns = 950

// A spot names a value that the allowlist's compiler may find fault with, in
// the terms of allowlist.Fault.
type spot struct {
	service kiosk.ServiceID
	group   string
	field   string
	index   int
	part    string
	path    int
}

func (l *loader) policy(v value) kiosk.Policy {
	f := v.fields("groups", "collectors")
	p := kiosk.Policy{Groups: map[string]kiosk.HostGroup{}}
	for _, g := range f["groups"].pairs() {
		if !kiosk.ValidID(g.name) {
			g.key.faultf("group %q: write up to 40 lower-case letters, digits and hyphens, a letter first", g.name)
		}
		gf := g.fields("navigable", "supporting")
		p.Groups[g.name] = kiosk.HostGroup{
			Navigable:  l.hosts(gf["navigable"], spot{group: g.name, field: "navigable"}),
			Supporting: l.hosts(gf["supporting"], spot{group: g.name, field: "supporting"}),
		}
		l.places[spot{group: g.name, index: -1}] = g.key
	}
	p.Collectors = l.hosts(f["collectors"], spot{field: "collectors"})
	return p
}

// hosts reads a list of host rules, and leaves it to the compiler to judge
// them. A plain text stands for a host alone.
func (l *loader) hosts(v value, at spot) []kiosk.HostRule {
	var rules []kiosk.HostRule
	for i, item := range v.items() {
		at.index = i
		var rule kiosk.HostRule
		host := item
		if _, plain := item.node.(ast.ScalarNode); !plain {
			f := item.fields("host", "paths", "evidence", "verified")
			host = f["host"]
			rule.Verified, _ = f["verified"].text()
			l.places[at.of("verified", 0)] = f["verified"]
			for n, p := range f["paths"].items() {
				rule.Paths = append(rule.Paths, p.required("path"))
				l.places[at.of("paths", n)] = p
			}
			if e, ok := f["evidence"].text(); ok && e != "a" && e != "b" {
				f["evidence"].faultf("evidence %q: write a (an administration's own list), b (a public capture or list), or leave it out", e)
			}
		}
		if rule.Host = host.required("host"); rule.Host != "" {
			l.places[at.of("host", 0)] = host
		}
		rules = append(rules, rule)
	}
	return rules
}

func (s spot) of(part string, path int) spot {
	s.part, s.path = part, path
	return s
}

// compile builds the allowlist and puts its faults where they stand. A fault
// of a value that reading has already refused is not told twice.
func (l *loader) compile(c kiosk.Configuration) *allowlist.List {
	list, faults := allowlist.Compile(c.Catalogue, c.Policy)
	for _, f := range faults {
		at := spot{service: f.Service, group: f.Group, field: f.Field, index: f.Index, part: f.Part, path: f.PathIndex}
		v, ok := l.places[at]
		switch {
		case !ok && !f.Warning:
			// Nowhere to point at is still a fault, lest a bundle pass unseen.
			if !l.faults.Failed() {
				l.at(".").faultf("%s: %s", f.Path(), f.Message)
			}
			continue
		case !ok:
			continue
		}
		if s, isText := v.text(); isText && s == f.Rule {
			v = v.within(s, f.Offset)
		}
		if f.Warning {
			v.warn(f.Message, f.Unverified)
		} else {
			v.faultf("%s", f.Message)
		}
	}
	if n := max(len(list.URLAllowlist()), len(list.URLBlocklist())); n > maxPatterns {
		l.at(servicesDir).faultf("the rules make %d patterns of addresses: the browser reads %d; write wildcards for hosts of one site, or fewer paths", n, maxPatterns)
	}
	return list
}

// within returns the place of the byte at offset inside a text on one line.
func (v value) within(s string, offset int) value {
	if offset > len(s) || strings.ContainsAny(s, "\r\n") {
		return v
	}
	v.column += len([]rune(s[:offset])) + v.quote()
	return v
}
