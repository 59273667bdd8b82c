package allowlist

import (
	"fmt"
	"strings"

	"borne/kiosk"
)

// VisitFault says why what somebody typed names no host that a visit may be
// given. It never holds what was typed, so that it can be logged.
type VisitFault string

// The faults of what a mediator types.
const (
	VisitEmpty    VisitFault = "nothing was typed: write the site's name, such as www.caf.fr"
	VisitNumber   VisitFault = "an address made of numbers names no site: write the site's name"
	VisitWildcard VisitFault = "one visit adds one site: write its whole name, without \"*\""
	VisitPort     VisitFault = "a site is opened on port 443 only: leave the port out"
	VisitScheme   VisitFault = "only https:// opens: write the site's name alone"
	VisitUser     VisitFault = "a name or a password stands before the site: write the site's name alone"
	VisitName     VisitFault = "this is not the name of a site: write it whole, such as www.caf.fr"
)

func (f VisitFault) Error() string { return string(f) }

// VisitHost reads the one host that a mediator means, typed by hand or pasted
// as an address: "WWW.Caf.fr", "https://www.caf.fr/dossier?id=1". It returns
// the canonical form, which With takes. Path and query are dropped unread. The
// error is a VisitFault.
func VisitHost(typed string) (string, error) {
	s := strings.TrimSpace(typed)
	if scheme, rest, found := strings.Cut(s, "://"); found {
		if scheme = strings.ToLower(scheme); scheme != "https" && scheme != "http" {
			return "", VisitScheme
		}
		s = rest
	}
	if i := strings.IndexAny(s, `/\?#`); i >= 0 {
		s = s[:i]
	}
	switch {
	case s == "":
		return "", VisitEmpty
	case strings.Contains(s, "@"):
		return "", VisitUser
	case strings.Contains(s, "*"):
		return "", VisitWildcard
	case strings.HasPrefix(s, "["), strings.Count(s, ":") > 1:
		return "", VisitNumber
	}
	if name, port, found := strings.Cut(s, ":"); found {
		if port != "443" {
			return "", VisitPort
		}
		s = name
	}
	host, reason := parseHost(s)
	if reason == IPLiteral {
		return "", VisitNumber
	}
	if reason != "" {
		return "", VisitName
	}
	if r, err := ParseRule(kiosk.HostRule{Host: host}); err != nil || r.Host != host {
		return "", VisitName
	}
	return host, nil
}

// CanonicalVisitHost reports whether host is what VisitHost makes of it.
func CanonicalVisitHost(host string) error {
	canonical, err := VisitHost(host)
	if err == nil && canonical != host {
		err = fmt.Errorf("write %q", canonical)
	}
	return err
}
