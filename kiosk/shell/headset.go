package shell

import (
	"borne/kiosk"

	"fyne.io/fyne/v2"
)

// Headset tells that somebody plugged a headset in, or took it out. It may be
// called from any goroutine.
func (s *Shell) Headset(in bool) { fyne.Do(func() { s.headset(in) }) }

// headset begins to read aloud for who plugs a headset in, until the end of the
// visit or until it is taken out. What was begun by a button goes on without one,
// but for a page, which is nothing for a loudspeaker.
func (s *Shell) headset(in bool) {
	if s.options.Voice == nil || !s.somebodyMay() {
		return
	}
	if !in && s.reading.on {
		s.quitPage()
		s.draw()
	}
	a := s.aids
	switch {
	case in && !a.speech:
		a.speech, a.byHeadset = true, true
	case !in && a.byHeadset:
		a.speech, a.byHeadset = false, false
	default:
		return
	}
	s.choice.attract = 0
	s.chooseAids(a)
}

// somebodyMay reports whether a visitor is there, or may be about to begin.
func (s *Shell) somebodyMay() bool {
	return s.snapshot.State.InSession() || s.snapshot.State == kiosk.Ready && s.choice.after == afterNothing
}
