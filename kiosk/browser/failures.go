package browser

import (
	"net/http"
	"strings"

	"borne/kiosk"
)

// requested remembers the request of a page's main document.
func (b *Browser) requested(session string, p struct {
	RequestID string `json:"requestId"`
	FrameID   string `json:"frameId"`
	Type      string `json:"type"`
}) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if page := b.pages[session]; page != nil && p.Type == "Document" && p.FrameID == page.target {
		page.document, page.failure = p.RequestID, ""
	}
}

// loadFailed remembers why it failed; the error page follows.
func (b *Browser) loadFailed(session string, p struct {
	RequestID string `json:"requestId"`
	ErrorText string `json:"errorText"`
}) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if page := b.pages[session]; page != nil && page.document == p.RequestID {
		page.failure = p.ErrorText
	}
}

// answered hears of documents that ask for a name and a password in a dialog of
// the browser's own. The policy AuthSchemes knows none, so that no dialog
// comes and the site's page of refusal is shown; here it is told.
func (b *Browser) answered(session string, p struct {
	Type     string `json:"type"`
	Response struct {
		Status  int               `json:"status"`
		Headers map[string]string `json:"headers"`
	} `json:"response"`
}) {
	if p.Type != "Document" || p.Response.Status != http.StatusUnauthorized {
		return
	}
	for name := range p.Response.Headers { // in any case, over HTTP/2 in lower
		if strings.EqualFold(name, "WWW-Authenticate") {
			b.refuse(session, kiosk.ReasonDialog)
		}
	}
}

// causeOf sorts Chromium's net errors (net/base/net_error_list.h). A document
// that failed without a request was refused before it: by policy.
func causeOf(text string) Cause {
	switch {
	case text == "", strings.HasPrefix(text, "net::ERR_BLOCKED_BY_"):
		return CausePolicy
	case text == "net::ERR_TUNNEL_CONNECTION_FAILED", strings.HasPrefix(text, "net::ERR_PROXY_"):
		return CauseProxy
	case text == "net::ERR_CERT_DATE_INVALID":
		return CauseClock
	case strings.HasPrefix(text, "net::ERR_CERT_"), strings.HasPrefix(text, "net::ERR_SSL_"):
		return CauseCertificate
	default:
		return CauseNetwork
	}
}
