package main

import (
	"net/url"
	"strings"
	"time"

	"borne/kiosk"
	"borne/kiosk/allowlist"
	"borne/kiosk/browser"
	"borne/kiosk/egress"
	"borne/kiosk/session"
)

// refusalHolds is how long after a refusal a page that the proxy did not open
// counts as refused.
const refusalHolds = 5 * time.Second

// noteRefusal hears of each refusal by the proxy.
func (e *engine) noteRefusal(r egress.Refusal) {
	if r.Noise {
		return
	}
	e.state.Lock()
	defer e.state.Unlock()
	e.refusal, e.refused = r, time.Now()
}

// refusedLately tells a page that the proxy refused from one whose site does
// not answer: Chromium says the same of both.
func (e *engine) refusedLately() (egress.Refusal, bool) {
	e.state.Lock()
	defer e.state.Unlock()
	return e.refusal, !e.refused.IsZero() && time.Since(e.refused) < refusalHolds
}

// shownRefusal tells, once, that the page which is shown is the proxy's own,
// which says that it was refused.
func (e *engine) shownRefusal() (egress.Refusal, bool) {
	e.state.Lock()
	defer e.state.Unlock()
	shown := e.refusal.Page
	e.refusal.Page = false
	return e.refusal, shown
}

// pageFailed says what became of a page that did not open: refused, and why,
// or a site that does not answer. Its address goes no further than its host,
// to the visitor's own screen.
func (e *engine) pageFailed(generation uint64, f browser.Failed) session.Event {
	last, lately := e.refusedLately()
	if !lately {
		last = egress.Refusal{}
	}
	reason, counted := whyBlocked(e.inForce(), f, last, e.clockConfirmed())
	if reason == "" {
		return session.PageUnreachable{Generation: generation}
	}
	return session.PageBlocked{Generation: generation, Host: hostOf(f.URL), Reason: reason, Counted: counted}
}

// whyBlocked gives the reason of a page that did not open, "" when nobody
// refused it; last is what the proxy refused just before, if anything. counted
// is true when the proxy has told of it already; clock says whether somebody
// confirms the machine's.
func whyBlocked(list *allowlist.List, f browser.Failed, last egress.Refusal, clock bool) (reason kiosk.Reason, counted bool) {
	decision := list.Explain(f.URL)
	switch {
	case f.Cause == browser.CauseClock && !clock:
		return kiosk.ReasonClock, false
	case f.Cause == browser.CauseCertificate || f.Cause == browser.CauseClock:
		return kiosk.ReasonCertificate, false
	case f.Cause == browser.CausePolicy && strings.HasPrefix(f.URL, "about:"):
		return kiosk.ReasonScheme, false // one of Chromium's own pages
	case f.Cause == browser.CausePolicy && decision.Allowed():
		// A host that pages may use, and nobody may go to.
		return kiosk.ReasonHostNotListed, false
	case f.Cause == browser.CausePolicy:
		return decision.Reason, false
	case f.Cause == browser.CauseProxy && last.Reason != "" && strings.EqualFold(hostOf(f.URL), last.Host):
		return last.Reason, true
	case f.Cause == browser.CauseProxy && !decision.Allowed():
		return decision.Reason, true
	default:
		// A tunnel that nobody refused: the site, its name or the network is
		// down, and Chromium says the same of it.
		return "", false
	}
}

// hostOf is the host of an address as the browser writes it, "" for one that
// has none.
func hostOf(address string) string {
	u, err := url.Parse(address)
	if err != nil {
		return ""
	}
	return u.Hostname()
}
