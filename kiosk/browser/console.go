package browser

import (
	"strings"

	"borne/kiosk"
)

// logged hears what Chromium itself writes to a page's console: that is all
// that it says of some refusals. The page cannot write there under these
// sources.
func (b *Browser) logged(session string, p struct {
	Entry struct {
		Source string `json:"source"`
		Text   string `json:"text"`
	} `json:"entry"`
}) {
	if schemeRefused(p.Entry.Text) && p.Entry.Source != "network" {
		b.refuse(session, kiosk.ReasonScheme)
	}
}

// schemeRefused knows the words of a navigation that was not even begun:
// file:, chrome:, view-source:, filesystem: and devtools: from a page, data:
// at top level (Blink, FrameLoader and LocalDOMWindow).
func schemeRefused(text string) bool {
	return strings.HasPrefix(text, "Not allowed to load local resource") ||
		strings.HasPrefix(text, "Not allowed to navigate top frame to")
}
