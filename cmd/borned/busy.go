package main

import (
	"borne/kiosk"
	"borne/kiosk/browser"
	"borne/kiosk/session"
)

// busy tells the machine what keeps one browser's visit from being idle though
// nobody touches anything. A page can bring all of it about, so the machine
// bounds how long that lasts.
type busy struct {
	generation uint64
	tell       func(session.Event)
	// downloads are on their way; only the browser's events touch it.
	downloads map[string]bool
}

func newBusy(generation uint64, tell func(session.Event)) *busy {
	return &busy{generation: generation, tell: tell, downloads: map[string]bool{}}
}

func (b *busy) say(with kiosk.Busy, on bool) {
	b.tell(session.Busy{Generation: b.generation, With: with, On: on})
}

// follow takes an event of the browser.
func (b *busy) follow(event browser.Event) {
	switch event := event.(type) {
	case browser.Playing:
		b.say(kiosk.BusyMedia, event.On)
	case browser.Download:
		was := len(b.downloads) > 0
		if delete(b.downloads, event.ID); event.State == browser.DownloadBegun {
			b.downloads[event.ID] = true
		}
		if is := len(b.downloads) > 0; is != was {
			b.say(kiosk.BusyDownload, is)
		}
	}
}

// uploading takes the proxy's word.
func (b *busy) uploading(on bool) { b.say(kiosk.BusyUpload, on) }
