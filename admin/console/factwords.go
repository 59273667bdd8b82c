package console

import (
	"borne/kiosk"
	"borne/kiosk/facts"
)

// factDetail is the French of a fact that is not well, "" where nobody has put
// it so: the borne's own words are shown beside it.
func factDetail(f kiosk.Fact) string { return facts.French(f) }

// reasonWord is the French of why a borne takes nobody, "" as factDetail.
func reasonWord(reason string) string { return facts.Reason(reason) }
