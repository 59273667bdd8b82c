package allowlist

import (
	"maps"
	"slices"
	"strconv"
	"strings"
)

// URLAllowlist returns the values of Chromium's policy of that name, sorted:
// one pattern for each navigable host and path. A leading dot names that host
// alone, none names its subdomains too (chromium.org, "URL Blocklist filter
// format"). They suppose that the policy URLBlocklist holds "*" and all that
// List.URLBlocklist returns.
//
// Where plain HTTP is redirected (RedirectsHTTP) the http form on port 80 is
// there too, so that such a link opens; it is the proxy that redirects it, or
// refuses what a wildcard's pattern covers too much of.
//
// A path is a plain prefix to Chromium, where the list wants whole segments:
// ask OutsidePaths of each page that it shows.
func (l *List) URLAllowlist() []string {
	return l.patterns(func(r Rule, patterns map[string]bool) {
		for _, path := range orRoot(r.Paths) {
			patterns[pattern(r, !r.Wildcard, r.Port)+path] = true
			if l.opensHTTP(r, path) {
				patterns["http"+strings.TrimPrefix(pattern(r, !r.Wildcard, 80), "https")+path] = true
			}
		}
	}, func(c Rule, patterns map[string]bool) {
		// The block of a wildcard collector takes its base along.
		if t := (Target{Host: c.Host, Port: DefaultPort}); c.Wildcard && l.Navigable(t) {
			patterns[pattern(c, true, DefaultPort)] = true
		}
	})
}

// URLBlocklist returns, sorted, the exceptions below the patterns of
// URLAllowlist: the base of each wildcard, which "*." does not cover, and the
// collectors.
func (l *List) URLBlocklist() []string {
	return l.patterns(func(r Rule, patterns map[string]bool) {
		if t := (Target{Host: r.Host, Port: r.Port}); r.Wildcard && !l.Navigable(t) {
			patterns[pattern(r, true, r.Port)] = true
		}
	}, func(c Rule, patterns map[string]bool) {
		port := c.Port
		if port == DefaultPort {
			port = 0
		}
		patterns[pattern(c, !c.Wildcard, port)] = true
	})
}

// opensHTTP reports whether the http form of a rule's pages is let through, for
// the proxy to redirect it.
func (l *List) opensHTTP(r Rule, path string) bool {
	if r.Port != DefaultPort {
		return false
	}
	host := r.Host
	if r.Wildcard {
		host = "x." + host // any of its subdomains
	}
	return l.RedirectsHTTP(Target{Host: host, Port: DefaultPort, Path: path})
}

// OutsidePaths reports whether address, as the browser writes the page that it
// shows, is one that the patterns let through and the list does not: on a host
// where a visitor may go to some paths, and not to this one. A name or a
// password in front of the host, which the browser keeps, changes nothing.
func (l *List) OutsidePaths(address string) bool {
	scheme, rest, ok := strings.Cut(address, "://")
	if !ok {
		return false
	}
	end := strings.IndexAny(rest, "/?#")
	if end < 0 {
		end = len(rest)
	}
	t, reason := ParseTarget(scheme + "://" + rest[strings.LastIndexByte(rest[:end], '@')+1:])
	return reason == "" && !l.Navigable(t) && l.Navigable(Target{Host: t.Host, Port: t.Port})
}

// patterns calls allow for each navigable rule that no collector takes whole,
// and refuse for each collector that lies below one.
func (l *List) patterns(allow, refuse func(Rule, map[string]bool)) []string {
	if l == nil {
		return nil
	}
	patterns := map[string]bool{}
	var wildcards, collectors []compiled
	for _, c := range l.table.rules {
		switch {
		case c.use == useCollector:
			collectors = append(collectors, c)
		case c.use == useNavigable && c.Wildcard:
			wildcards = append(wildcards, c)
		}
	}
	for _, c := range slices.Concat(l.table.rules, l.visit) {
		taken := slices.ContainsFunc(collectors, func(by compiled) bool { return covers(placed{compiled: by}, placed{compiled: c}) })
		if c.use == useNavigable && !taken {
			allow(c.Rule, patterns)
		}
	}
	for _, c := range collectors {
		if slices.ContainsFunc(wildcards, func(w compiled) bool { return w.matchesHost(c.Host) || w.Host == c.Host }) {
			refuse(c.Rule, patterns)
		}
	}
	return slices.Sorted(maps.Keys(patterns))
}

// pattern renders one filter; exact leaves subdomains out, port 0 any port.
func pattern(r Rule, exact bool, port uint16) string {
	s := "https://"
	if exact {
		s += "."
	}
	s += r.Host
	if port != 0 {
		s += ":" + strconv.Itoa(int(port))
	}
	return s
}

func orRoot(paths []string) []string {
	if len(paths) == 0 {
		return []string{""}
	}
	return paths
}
