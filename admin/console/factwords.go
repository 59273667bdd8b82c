package console

import (
	"borne/kiosk"
	"borne/kiosk/facts"
)

// factDetail is the French of a fact, "" where nobody has put it so: the borne's own
// words are shown then, and beside those of a fact that is not well.
func factDetail(f kiosk.Fact) string { return facts.French(f) }

// faultWord is the French of what is wrong in a configuration, "" as factDetail.
func faultWord(message string) string { return facts.Configuration(message) }

// reasonWord is the French of why a borne takes nobody, "" as factDetail.
func reasonWord(reason string) string { return facts.Reason(reason) }
