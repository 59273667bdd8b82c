package shell

import (
	"context"
	"reflect"
	"slices"
	"time"

	"borne/kiosk"

	"fyne.io/fyne/v2"
)

// lookEvery is how often borned is asked what is on the USB key, while a
// screen is shown that tells of it.
const lookEvery = 1500 * time.Millisecond

// followEvery is how often it is asked while somebody looks at what is being
// printed, scanned or kept on a USB key.
const followEvery = 500 * time.Millisecond

// shelf is what the visitor may give, as far as the shell knows.
type shelf struct {
	offer kiosk.Offer
	// known is true once borned has answered; revision grows with each answer
	// that differs.
	known    bool
	revision int
	page     int
	// shown is the screen that asks, asking is true until an answer, and stop
	// ends the wait for the next question.
	shown  screenID
	asking bool
	stop   func() bool
}

// lookAtFiles keeps the shelf up to date while one of its screens is shown,
// and empties it when none is.
func (s *Shell) lookAtFiles(screen screenID) {
	if screen == s.shelf.shown {
		return
	}
	stop(&s.shelf.stop)
	before := s.shelf
	s.shelf = shelf{revision: before.revision + 1, asking: before.asking}
	switch screen {
	case screenPick, screenErased:
	case screenDocuments, screenPrint, screenSave, screenScan:
		if slices.Contains([]screenID{screenDocuments, screenPrint, screenSave, screenScan}, before.shown) {
			s.shelf.offer, s.shelf.known = before.offer, before.known // the same documents
		}
	case screenConfirm:
		if !s.printed && !s.keyed {
			return
		}
	default:
		return
	}
	s.shelf.shown = screen
	s.askForFiles()
}

func (s *Shell) askForFiles() {
	if s.shelf.asking {
		return // its answer asks again
	}
	s.shelf.asking = true
	s.aside(func() {
		ctx, cancel := context.WithTimeout(context.Background(), callTimeout)
		defer cancel()
		offer, err := s.options.Files.Documents(ctx)
		if err != nil {
			s.options.Log.Debug("borned does not say what may be given", "error", err)
		}
		fyne.Do(func() { s.gotFiles(offer, err) })
	})
}

func (s *Shell) gotFiles(offer kiosk.Offer, err error) {
	s.shelf.asking = false
	if s.shelf.shown == "" {
		return
	}
	pause := lookEvery
	if s.shelf.shown == screenPrint || s.shelf.shown == screenSave || s.shelf.shown == screenScan {
		pause = followEvery
	}
	s.shelf.stop = s.after(pause, func() { s.shelf.stop = nil; s.askForFiles() })
	if err == nil {
		defer s.lookAtScan()
	}
	if err != nil || s.shelf.known && reflect.DeepEqual(offer, s.shelf.offer) {
		return
	}
	s.shelf.offer, s.shelf.known = offer, true
	s.shelf.revision++
	s.keyed = s.keyed || offer.Key != kiosk.NoKey
	s.keepIfPlugged()
	s.draw()
}

// give answers the page with a document, or with none.
func (s *Shell) give(id string) {
	if s.choice.pending == giving {
		return
	}
	s.choice.pending = giving
	s.call("GiveFile", func(ctx context.Context) error { return s.options.Files.GiveFile(ctx, id) })
}
