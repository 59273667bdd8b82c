package allowlist

import (
	"fmt"
	"strings"

	"borne/kiosk"
)

// Fault is one thing wrong with a catalogue or a policy, and where it stands.
type Fault struct {
	// Service, or Group, holds the fault; both are empty for collectors.
	// ServiceIndex is the service's place in the catalogue, -1 for none.
	Service      kiosk.ServiceID
	ServiceIndex int
	Group        string
	// Field is "start", "plain_http", "navigable", "supporting", "groups" or
	// "collectors", and Index the place in that list, -1 for a field that is
	// none or a whole group.
	Field string
	Index int
	// Part of the rule: "host", "paths" or "verified"; empty for start and
	// groups. PathIndex counts within paths.
	Part      string
	PathIndex int
	// Rule is the faulty text and Offset the byte in it.
	Rule   string
	Offset int
	// Message says what is wrong and what to write instead.
	Message string
	// Warning is true when the list still compiles.
	Warning bool
	// Unverified marks the warning of a host that nobody has seen work yet:
	// there may be many, and they say the same.
	Unverified bool
}

// Error returns the fault with its place, on one line.
func (f Fault) Error() string {
	kind := "error"
	if f.Warning {
		kind = "warning"
	}
	return fmt.Sprintf("%s: %s: %s", f.Path(), kind, f.Message)
}

// Path returns the place in the manner of a YAML path, below the service or
// the policy: "services[3].navigable[0].host", "groups.franceconnect.supporting[1].host".
func (f Fault) Path() string {
	var b strings.Builder
	switch {
	case f.Service != "" || f.ServiceIndex >= 0:
		fmt.Fprintf(&b, "services[%d].", f.ServiceIndex)
	case f.Group != "":
		fmt.Fprintf(&b, "groups.%s", f.Group)
		if f.Field != "" {
			b.WriteByte('.')
		}
	}
	b.WriteString(f.Field)
	if f.Index >= 0 {
		fmt.Fprintf(&b, "[%d]", f.Index)
	}
	if f.Part != "" {
		b.WriteString("." + f.Part)
	}
	if f.Part == "paths" {
		fmt.Fprintf(&b, "[%d]", f.PathIndex)
	}
	return b.String()
}
