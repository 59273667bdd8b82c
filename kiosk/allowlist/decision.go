package allowlist

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"

	"borne/kiosk"
)

// Reason says why a target was allowed or refused.
type Reason = kiosk.Reason

// The reasons. The first two allow, all others deny. Those after Malformed
// are given by the proxy, which sees addresses and handshakes.
const (
	Service       = kiosk.ReasonService
	Supporting    = kiosk.ReasonSupporting
	HostNotListed = kiosk.ReasonHostNotListed
	Collector     = kiosk.ReasonCollector
	IPLiteral     = kiosk.ReasonIPLiteral
	Port          = kiosk.ReasonPort
	Scheme        = kiosk.ReasonScheme
	Malformed     = kiosk.ReasonMalformed

	PrivateAddress = kiosk.ReasonPrivateAddress
	NotTLS         = kiosk.ReasonNotTLS
	SNIMissing     = kiosk.ReasonSNIMissing
	SNIMismatch    = kiosk.ReasonSNIMismatch
	ECH            = kiosk.ReasonECH
	NoSession      = kiosk.ReasonNoSession
	Limit          = kiosk.ReasonLimit
)

// Reasons lists every reason, for counters and checks.
func Reasons() []Reason {
	return []Reason{Service, Supporting, HostNotListed, Collector, IPLiteral, Port, Scheme, Malformed,
		PrivateAddress, NotTLS, SNIMissing, SNIMismatch, ECH, NoSession, Limit}
}

// Verdict is allow or deny; the zero value denies.
type Verdict uint8

// The verdicts.
const (
	Deny Verdict = iota
	Allow
)

// String returns "allow" or "deny".
func (v Verdict) String() string {
	if v == Allow {
		return "allow"
	}
	return "deny"
}

// Decision is the answer for one target. The zero value denies.
type Decision struct {
	Verdict Verdict
	Reason  Reason
	// Rule is the rule that decided, as written; empty when none did.
	Rule string
}

// Allowed reports whether the decision allows.
func (d Decision) Allowed() bool { return d.Verdict == Allow }

// FormatDecision returns one line without its newline:
// TARGET<tab>allow|deny<tab>REASON<tab>RULE, with "-" where no rule decided.
// Characters of the target that could break the line or act on a terminal are
// written as Go escapes.
func FormatDecision(target string, d Decision) string {
	reason, rule := d.Reason, d.Rule
	if reason == "" {
		reason = NoSession // the zero Decision: nothing was there to decide
	}
	if rule == "" {
		rule = "-"
	}
	return harmless(target) + "\t" + d.Verdict.String() + "\t" + string(reason) + "\t" + rule
}

func harmless(s string) string {
	var b strings.Builder
	for i := 0; i < len(s); {
		r, n := utf8.DecodeRuneInString(s[i:])
		switch {
		case r == utf8.RuneError && n == 1:
			fmt.Fprintf(&b, `\x%02x`, s[i])
		case r == '\t':
			b.WriteString(`\t`)
		case r == '\n':
			b.WriteString(`\n`)
		case r == '\r':
			b.WriteString(`\r`)
		case r < 0x20 || r == 0x7f:
			fmt.Fprintf(&b, `\x%02x`, r)
		case !unicode.IsPrint(r) && r > 0xffff:
			fmt.Fprintf(&b, `\U%08x`, r)
		case !unicode.IsPrint(r):
			fmt.Fprintf(&b, `\u%04x`, r)
		default:
			b.WriteString(s[i : i+n])
		}
		i += n
	}
	return b.String()
}
