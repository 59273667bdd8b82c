package egress

import (
	_ "embed"
	"html"
	"strings"

	"borne/kiosk"
	"borne/kiosk/allowlist"
)

// refusalPage is what a visitor sees where the answer to a refused request is
// shown at all: of a plain HTTP request it is, of a CONNECT no browser shows
// it, and the shell says the same.
//
//go:embed refusal.html
var refusalPage string

// renderRefusal returns the page in a language, in French when it has none of
// it. It names no address: nothing that a request says gets into it.
func renderRefusal(l kiosk.Language, r allowlist.Reason) string {
	if _, ok := pageTexts["TITLE"][l]; !ok {
		l = kiosk.French
	}
	why := "LISTED"
	if r == allowlist.Scheme {
		why = "SECURE"
	}
	direction := "ltr"
	if l.RightToLeft() {
		direction = "rtl"
	}
	pairs := []string{"{LANG}", string(l), "{DIR}", direction}
	for name, key := range map[string]string{"TITLE": "TITLE", "WHY": why, "NEXT": "NEXT"} {
		text := html.EscapeString(pageTexts[key].In(l))
		for open := true; strings.Contains(text, "*"); open = !open {
			text = strings.Replace(text, "*", map[bool]string{true: "<b>", false: "</b>"}[open], 1)
		}
		pairs = append(pairs, "{"+name+"}", text)
	}
	return strings.NewReplacer(pairs...).Replace(refusalPage)
}
