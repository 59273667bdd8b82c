package main

import (
	"borne/kiosk"
	"borne/kiosk/browser"
	"borne/kiosk/session"
)

// translate turns the browser's events into the machine's.
func (e *engine) translate(generation uint64, busy *busy, tell func(session.Event)) func(browser.Event) {
	return func(event browser.Event) {
		busy.follow(event)
		switch event := event.(type) {
		case browser.Painted:
			if r, is := e.shownRefusal(); is {
				tell(session.PageBlocked{Generation: generation, Host: r.Host, Reason: r.Reason, Counted: true})
			} else {
				tell(session.PageShown{Generation: generation})
			}
		case browser.Failed:
			tell(e.pageFailed(generation, event))
		case browser.Hanging:
			tell(session.PageHung{Generation: generation, Hung: event.Now})
		case browser.Crashed:
			tell(session.BrowserFailed{Generation: generation, Cause: "a page crashed"})
		case browser.Download:
			if event.State == browser.DownloadFinished {
				tell(session.Counted{What: kiosk.DeviceDownload})
			}
		case browser.FileWanted:
			tell(session.FileWanted{Generation: generation})
		case browser.Refused:
			tell(session.Refused{Reason: event.Reason})
		}
	}
}
