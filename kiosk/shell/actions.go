package shell

import (
	"context"

	"borne/kiosk"

	"fyne.io/fyne/v2"
)

// call runs one of borned's methods aside, so that the window never waits, and
// says so on the screen when it fails.
func (s *Shell) call(name string, f func(context.Context) error) {
	s.aside(func() {
		ctx, cancel := context.WithTimeout(context.Background(), callTimeout)
		defer cancel()
		err := f(ctx)
		if err == nil {
			return
		}
		s.options.Log.Warn("borned refused", "method", name, "error", err)
		fyne.Do(func() {
			s.choice.pending = ""
			s.choice.failed = true
			stop(&s.stopFailed)
			s.stopFailed = s.after(failedFor, func() { s.choice.failed = false; s.draw() })
			s.draw()
		})
	})
}

// start begins a visit. A screen that lags behind a borne which is preparing
// (see settles) still offers it: the touch then counts as soon as it can.
func (s *Shell) start(l kiosk.Language) {
	if s.snapshot.State == kiosk.Starting {
		s.wanted = l
		return
	}
	s.call("StartSession", func(ctx context.Context) error { return s.options.Kiosk.StartSession(ctx, l) })
}

func (s *Shell) open(id kiosk.ServiceID) {
	if s.choice.pending != "" {
		return // a second tap on the same button
	}
	s.choice.pending = screenOpening
	s.draw()
	s.call("OpenService", func(ctx context.Context) error { return s.options.Kiosk.OpenService(ctx, id) })
}

func (s *Shell) goOn() {
	if s.choice.pending == goingOn {
		return
	}
	s.choice.pending = goingOn
	s.call("Extend", s.options.Kiosk.Extend)
}

func (s *Shell) help() { s.call("CallMediator", s.options.Page.CallMediator) }

// askEnd asks before the end: a finger that slips must not erase an hour.
func (s *Shell) askEnd() {
	s.choice.confirming = true
	s.draw()
}

func (s *Shell) keepOn() {
	s.choice.confirming = false
	s.draw()
}

func (s *Shell) end() {
	if s.choice.pending == screenEnding {
		return
	}
	s.choice.pending = screenEnding
	s.draw()
	s.call("EndSession", func(ctx context.Context) error { return s.options.Kiosk.EndSession(ctx, kiosk.EndButton) })
}

// home goes to the themes, from the shell's own screens or from a site.
func (s *Shell) home() {
	if s.choice.lesson.screen() == s.drawn.screen {
		s.lessonHomeward()
		return
	}
	onSite := s.snapshot.State == kiosk.Visiting
	s.choice = choice{failed: s.choice.failed}
	s.draw()
	if onSite {
		s.call("Home", s.options.Page.Home)
	}
}

// back goes one step back, in the site or among the shell's own screens.
func (s *Shell) back() {
	switch {
	case s.choice.confirming:
		s.keepOn()
	case s.choice.card != noCard:
		s.closeCard()
	case s.choice.aids:
		s.closeAids()
	case s.choice.documents != documentsAway:
		s.documentsBack()
	case s.choice.lesson.screen() == s.drawn.screen:
		s.lessonBackOne()
	case s.snapshot.State == kiosk.Visiting:
		s.call("Back", s.options.Page.Back)
	case s.choice.service != "":
		s.show(choice{theme: s.choice.theme, homePage: s.choice.homePage, themePage: s.choice.themePage})
	default:
		s.show(choice{homePage: s.choice.homePage})
	}
}

func (s *Shell) zoom(step int) {
	s.call("Zoom", func(ctx context.Context) error { return s.options.Page.Zoom(ctx, step) })
}

func (s *Shell) show(c choice) {
	c.failed = s.choice.failed
	s.choice = c
	s.draw()
}

// typed handles keys that no button took: Escape goes back.
func (s *Shell) typed(e *fyne.KeyEvent) {
	if e.Name == fyne.KeyBackspace && takesText(s.drawn.screen) {
		s.write("\b")
	}
	if s.drawn.screen == screenCode {
		s.typedCode(e)
	}
	if s.drawn.screen == screenAttract {
		s.invite(0)
	}
	if e.Name == fyne.KeyEscape && (s.snapshot.State == kiosk.Choosing || s.choice.aids || s.choice.card != noCard || s.choice.lesson != lessonAway) {
		s.back()
	}
}
