package allowlist

import (
	"fmt"
	"strconv"
	"strings"
)

// parseRuleHost reads "[*.]host[:port]".
func parseRuleHost(s string) (Rule, error) {
	fault := func(offset int, problem, hint string) (Rule, error) {
		return Rule{}, &RuleError{Part: "host", Text: s, Offset: offset, Problem: problem, Hint: hint}
	}
	write := func(form string) string {
		if form, ok := tidy(form); ok {
			return fmt.Sprintf("write %q", form)
		}
		return `write a name such as "www.caf.fr"`
	}

	switch {
	case s == "":
		return fault(0, "empty host", `write a name such as "www.caf.fr"`)
	case strings.TrimSpace(s) != s:
		return fault(0, "white space around the host", write(strings.TrimSpace(s)))
	}
	if i := strings.Index(s, "://"); i >= 0 {
		return fault(0, "a rule has no scheme", write(onlyHost(s[i+3:])))
	}
	if i := strings.IndexAny(s, `/\?#`); i >= 0 {
		return fault(i, "a rule's host has no path", write(s[:i])+" and put the path under paths")
	}
	if i := strings.IndexByte(s, '@'); i >= 0 {
		return fault(i, "a rule has no user name", write(s[i+1:]))
	}
	if strings.HasPrefix(s, "[") {
		return fault(0, "an address is not a name", "write the site's name; addresses are always refused")
	}
	name, port := s, uint16(DefaultPort)
	if i := strings.IndexByte(s, ':'); i >= 0 {
		var ok bool
		name = s[:i]
		switch port, ok = parsePort(s[i+1:]); {
		case !ok:
			return fault(i+1, "a port is a number from 1 to 65535 without leading zero", write(name+":8443")+" or leave the port out for 443")
		case port == DefaultPort:
			return fault(i, "port 443 is understood", write(name))
		}
	}
	suffix := ""
	if port != DefaultPort {
		suffix = ":" + strconv.Itoa(int(port))
	}
	base, wildcard := strings.CutPrefix(name, "*.")
	offset := len(name) - len(base)
	prefix := name[:offset]
	if strings.HasPrefix(base, ".") && !wildcard {
		return fault(0, "a leading dot says nothing here", write("*"+base+suffix)+" for the subdomains, or "+write(strings.TrimLeft(base, ".")+suffix)+" for the host")
	}
	if strings.HasSuffix(base, ".") {
		return fault(len(name)-1, "trailing dot", write(prefix+strings.TrimRight(base, ".")+suffix))
	}
	if i := strings.IndexByte(base, '*'); i >= 0 {
		return fault(offset+i, `"*." may only stand first, for all subdomains`, `write "*.caf.fr", or each host by name`)
	}
	if canonical, ok := toASCII(base); !ok {
		return fault(offset, "not a valid international name", "write the name as the browser's address bar gives it when copied")
	} else if canonical != base && badLabel(strings.ToLower(base), false) < 0 {
		return fault(offset+firstDifference(base, canonical), "upper case", write(prefix+canonical+suffix))
	} else if canonical != base {
		i := strings.IndexFunc(base, func(r rune) bool { return r >= 0x80 })
		return fault(offset+max(0, i), "not ASCII", write(prefix+canonical+suffix))
	}
	if numericHost(base) != "" {
		return fault(offset, "an address is not a name", "write the site's name; addresses are always refused")
	}
	if i := badLabel(base, false); i >= 0 {
		return fault(offset+i, labelProblem(base, i), "write letters, digits, hyphens inside labels, and single dots between them")
	}
	if !strings.Contains(base, ".") && wildcard {
		return fault(offset, "anyone may register a name under "+base, "write the hosts one by one")
	}
	if !strings.Contains(base, ".") {
		return fault(offset, "a single label names no public site", "write the full name, with its domain")
	}
	return Rule{Host: base, Wildcard: wildcard, Port: port}, nil
}

// tidy returns what somebody who wrote s most likely meant, in canonical form;
// ok is false where that is no rule: advice must not be refused in its turn.
func tidy(s string) (form string, ok bool) {
	name, port, _ := strings.Cut(strings.TrimSpace(s), ":")
	base, wildcard := strings.CutPrefix(name, "*.")
	base, ok = toASCII(strings.Trim(base, "."))
	if !ok || numericHost(base) != "" || badLabel(base, false) >= 0 || !strings.Contains(base, ".") {
		return "", false
	}
	n, ok := parsePort(port)
	if !ok {
		n = DefaultPort
	}
	return Rule{Host: base, Wildcard: wildcard, Port: n}.String(), true
}

// onlyHost cuts path, query and user-info off what followed a scheme.
func onlyHost(s string) string {
	if i := strings.IndexAny(s, `/\?#`); i >= 0 {
		s = s[:i]
	}
	return strings.ToLower(s[strings.LastIndexByte(s, '@')+1:])
}

func firstDifference(a, b string) int {
	for i := 0; i < len(a); i++ {
		if i >= len(b) || a[i] != b[i] {
			return i
		}
	}
	return max(0, len(a)-1)
}

func labelProblem(host string, i int) string {
	if host == "" {
		return "no name"
	}
	switch c := host[i]; {
	case c == '.':
		return "empty label"
	case c == '-':
		return "a label neither starts nor ends with a hyphen"
	case c >= 'a' && c <= 'z' || c >= '0' && c <= '9':
		return "a label has at most 63 characters and a name 253"
	default:
		return fmt.Sprintf("the character %q may not stand in a host", c)
	}
}
