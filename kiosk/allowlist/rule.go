package allowlist

import (
	"fmt"
	"strconv"
	"strings"

	"borne/kiosk"
)

// Rule is a host rule in canonical form; build it with ParseRule. The zero
// value matches nothing.
type Rule struct {
	// Host is the name, without "*." and port.
	Host string
	// Wildcard means the subdomains of Host, at any depth, and not Host.
	Wildcard bool
	Port     uint16
	// Paths limit a navigable host; none means every path.
	Paths []string
}

// String returns the rule's host as it is written: "*.caf.fr", "caf.fr:8443".
func (r Rule) String() string {
	s := r.Host
	if r.Wildcard {
		s = "*." + s
	}
	if r.Port != DefaultPort {
		s += ":" + strconv.Itoa(int(r.Port))
	}
	return s
}

// matchesHost reports whether the rule names host, whatever the port.
func (r Rule) matchesHost(host string) bool {
	if !r.Wildcard {
		return r.Host != "" && host == r.Host
	}
	return r.Host != "" && len(host) > len(r.Host)+1 &&
		strings.HasSuffix(host, r.Host) && host[len(host)-len(r.Host)-1] == '.'
}

// RuleError says what is wrong with a rule, where, and what to write instead.
type RuleError struct {
	// Part is "host", "paths" or "verified"; Index is that of the path.
	Part  string
	Index int
	// Text is the faulty string and Offset the byte in it where the fault is.
	Text   string
	Offset int
	// Problem says what is wrong, Hint what to write instead.
	Problem string
	Hint    string
}

// Error returns the problem and the hint on one line.
func (e *RuleError) Error() string {
	return fmt.Sprintf("%q: %s: %s", e.Text, e.Problem, e.Hint)
}

// ParseRule reads a rule strictly: only the canonical form passes. The error
// is a *RuleError.
func ParseRule(h kiosk.HostRule) (Rule, error) {
	r, err := parseRuleHost(h.Host)
	if err != nil {
		return Rule{}, err
	}
	for i, p := range h.Paths {
		if offset, problem, hint := pathFault(p); problem != "" {
			return Rule{}, &RuleError{Part: "paths", Index: i, Text: p, Offset: offset, Problem: problem, Hint: hint}
		}
	}
	r.Paths = h.Paths
	return r, nil
}

// pathFault says what keeps p from being a path prefix.
func pathFault(p string) (offset int, problem, hint string) {
	const none = "leave paths out"
	write := func(form string) string {
		if _, problem, _ := pathFault(form); form == p || problem != "" {
			return none
		}
		return fmt.Sprintf("write %q", form)
	}
	if p == "/" || p == "" {
		return 0, "this prefix is every path", none
	}
	if !strings.HasPrefix(p, "/") {
		return 0, "a path starts with a slash", write("/" + p)
	}
	if i := strings.IndexAny(p, "?#"); i >= 0 {
		return i, "a path prefix has no query and no fragment", write(p[:i])
	}
	for i, c := range p {
		if c <= 0x20 || c >= 0x7f || strings.ContainsRune("\\*%;\"<>^`{|}", c) {
			return i, fmt.Sprintf("the character %q may not stand in a path prefix", c), write(p[:i])
		}
	}
	if i := strings.Index(p, "//"); i >= 0 {
		return i + 1, "empty segment", write(singleSlashes(p))
	}
	if clean, _ := cleanPath(p); clean != p {
		return strings.Index(p, "/.") + 1, "dot segment", write(clean)
	}
	return 0, "", ""
}

func singleSlashes(p string) string {
	for strings.Contains(p, "//") {
		p = strings.ReplaceAll(p, "//", "/")
	}
	return p
}
