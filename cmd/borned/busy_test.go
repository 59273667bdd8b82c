package main

import (
	"slices"
	"testing"

	"borne/kiosk"
	"borne/kiosk/browser"
	"borne/kiosk/session"
)

func TestBusy(t *testing.T) {
	var told []session.Event
	b := newBusy(7, func(e session.Event) { told = append(told, e) })
	download := func(id string, s browser.DownloadState) { b.follow(browser.Download{ID: id, State: s}) }
	download("a", browser.DownloadBegun)
	download("b", browser.DownloadBegun)
	download("a", browser.DownloadFinished)
	b.follow(browser.Playing{On: true})
	download("b", browser.DownloadCancelled)
	download("c", browser.DownloadRefused) // too many: it never began
	b.uploading(true)
	b.uploading(false)
	b.follow(browser.Painted{})
	want := []session.Event{
		session.Busy{Generation: 7, With: kiosk.BusyDownload, On: true},
		session.Busy{Generation: 7, With: kiosk.BusyMedia, On: true},
		session.Busy{Generation: 7, With: kiosk.BusyDownload},
		session.Busy{Generation: 7, With: kiosk.BusyUpload, On: true},
		session.Busy{Generation: 7, With: kiosk.BusyUpload},
	}
	if !slices.Equal(told, want) {
		t.Errorf("told %+v, want %+v", told, want)
	}
}
