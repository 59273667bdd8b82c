package supervisor

import (
	"context"
	"errors"
	"fmt"
	"time"

	"borne/kiosk"
	"borne/kiosk/session"
)

const (
	// pageTimeout bounds one request to the browser.
	pageTimeout = 10 * time.Second
	// documentTimeout bounds the copy of a document from a slow USB key.
	documentTimeout = time.Minute
	// permitTimeout bounds the time until a browser obeys new policies, right
	// after its start too.
	permitTimeout = 25 * time.Second
)

// carryOut starts an effect. What can last runs beside the loop and answers
// with an event.
func (s *Supervisor) carryOut(f session.Effect) {
	switch f := f.(type) {
	case session.StartBrowser:
		s.browsing, s.stop = context.WithCancel(context.Background())
		parent := s.browsing
		s.beside(func() session.Event {
			ctx, cancel := startPatience.context(parent, s.o.Browser.Work)
			defer cancel()
			return s.started(ctx, f.Generation, s.o.Browser.Start(ctx, f.Generation, s.Tell))
		})
	case session.Navigate:
		generation := s.state.Generation
		service, _ := s.o.Bundles.Current().Catalogue.Service(f.Service)
		if f.Service == kiosk.Practice {
			service.Start = kiosk.PracticeStart
		}
		s.browse(pageTimeout, func(ctx context.Context) session.Event {
			if err := s.o.Page.Navigate(ctx, service.Start); err != nil {
				return session.PageUnreachable{Generation: generation}
			}
			return nil
		})
	case session.GoBack:
		s.browse(pageTimeout, func(ctx context.Context) session.Event {
			if err := s.o.Page.Back(ctx); err != nil {
				s.o.Log.Warn("go back", "error", err)
			}
			return nil
		})
	case session.Permit:
		generation := s.state.Generation
		s.browse(permitTimeout, func(ctx context.Context) session.Event {
			if err := s.o.Page.Permit(ctx, f.Host); err != nil {
				s.o.Log.Warn("allow one more host", "error", err)
				return session.PageUnreachable{Generation: generation}
			}
			return nil
		})
	case session.Show:
		generation := s.state.Generation
		s.browse(documentTimeout, func(ctx context.Context) session.Event {
			if err := s.o.Viewer.Show(ctx, f.Document); err != nil {
				s.o.Log.Warn("show a document", "error", err)
				return session.PageUnreachable{Generation: generation}
			}
			return nil
		})
	case session.Answer:
		s.browse(documentTimeout, func(ctx context.Context) session.Event {
			if err := s.o.Page.GiveFile(ctx, f.Document); err != nil {
				s.o.Log.Warn("answer the page's wish for a file", "error", err)
			}
			return nil
		})
	case session.Wipe:
		s.stop()
		s.beside(func() session.Event {
			ctx, cancel := wipePatience.context(context.Background(), s.o.Browser.Work)
			defer cancel()
			p := s.o.Browser.Wipe(ctx)
			if !p.Clean {
				s.o.Log.Error("the session could not be proved gone", "leftovers", p.Leftovers)
			}
			return session.Wiped{Proof: p}
		})
	case session.Mark:
		if err := s.o.Marker.Mark(f.InSession); err != nil {
			s.o.Log.Error("keep the session mark", "error", err)
		}
	case session.Count:
		s.counts.add(f.Cells)
	case session.ApplyBundle:
		if err := s.o.Bundles.ApplyWaiting(); err != nil {
			s.o.Log.Error("apply the waiting bundle", "error", err)
		}
		s.step(s.configured())
	case session.Leave:
		s.leaving = true
	default:
		panic(fmt.Sprintf("supervisor: effect %T is not handled", f))
	}
}

// configured tells the bus and the machine what the bundle in use says.
func (s *Supervisor) configured() session.Configured {
	c := s.o.Bundles.Current()
	if err := s.o.Publisher.SetConfiguration(c); err != nil {
		s.o.Log.Error("publish the configuration", "error", err)
	}
	e := session.Configured{Settings: c.Settings}
	for _, service := range c.Catalogue.Services {
		e.Services = append(e.Services, service.ID)
	}
	return e
}

// started says how a start went.
func (s *Supervisor) started(ctx context.Context, generation uint64, err error) session.Event {
	failed := session.BrowserFailed{Generation: generation}
	switch cause := context.Cause(ctx); {
	case err == nil:
		return session.BrowserReady{Generation: generation}
	case errors.Is(cause, errSlow):
		failed.Cause, failed.Fault = "it was given up while it started: the machine is too slow or too busy", session.Slow
		s.o.Log.Warn("a browser was given up while it was still starting", "error", err)
	case errors.Is(cause, errHangs):
		failed.Cause = fmt.Sprintf("its start hung for %s: %v", startPatience.quiet, err)
	default:
		failed.Cause = err.Error()
	}
	return failed
}

// browse asks the present browser for something, until it is wiped.
func (s *Supervisor) browse(limit time.Duration, f func(context.Context) session.Event) {
	parent := s.browsing
	s.beside(func() session.Event {
		ctx, cancel := context.WithTimeout(parent, limit)
		defer cancel()
		return f(ctx)
	})
}

// beside runs f beside the loop and hands in the event that it returns.
func (s *Supervisor) beside(f func() session.Event) {
	s.tasks.Go(func() {
		if e := f(); e != nil {
			s.Tell(e)
		}
	})
}

// StartSession, OpenService and the others below are what the bus exports.

// StartSession begins a visit.
func (s *Supervisor) StartSession(ctx context.Context, l kiosk.Language) error {
	return s.Ask(ctx, session.StartSession{Language: l})
}

// OpenService opens a site of the catalogue.
func (s *Supervisor) OpenService(ctx context.Context, id kiosk.ServiceID) error {
	return s.Ask(ctx, session.OpenService{Service: id})
}

// EndSession ends the visit and returns once the wipe is proved.
func (s *Supervisor) EndSession(ctx context.Context, r kiosk.EndReason) error {
	return s.Ask(ctx, session.EndSession{Reason: r})
}

// Extend says that the visitor goes on.
func (s *Supervisor) Extend(ctx context.Context) error { return s.Ask(ctx, session.Extend{}) }

// CallMediator calls for help.
func (s *Supervisor) CallMediator(ctx context.Context) error {
	return s.Ask(ctx, session.CallMediator{})
}

// AnswerHelp says that somebody is coming.
func (s *Supervisor) AnswerHelp(ctx context.Context) error { return s.Ask(ctx, session.AnswerHelp{}) }

// Prolong gives the visitor who is there more time.
func (s *Supervisor) Prolong(ctx context.Context, d time.Duration) error {
	return s.Ask(ctx, session.Prolong{By: d})
}

// Report counts what a visitor answered after the end.
func (s *Supervisor) Report(ctx context.Context, r kiosk.Report) error {
	return s.Ask(ctx, session.Report{Report: r})
}

// AskMaintenance asks for the code of the maintenance screen.
func (s *Supervisor) AskMaintenance(ctx context.Context) error {
	return s.Ask(ctx, session.AskMaintenance{})
}

// LeaveMaintenance goes back to visitors, through a wipe.
func (s *Supervisor) LeaveMaintenance(ctx context.Context) error {
	return s.Ask(ctx, session.LeaveMaintenance{})
}

// Home leaves the site and keeps the session.
func (s *Supervisor) Home(ctx context.Context) error { return s.Ask(ctx, session.Home{}) }

// Back goes one step back.
func (s *Supervisor) Back(ctx context.Context) error { return s.Ask(ctx, session.Back{}) }

// Activity says that the visitor touched something.
func (s *Supervisor) Activity(ctx context.Context) error { return s.Ask(ctx, session.Activity{}) }

// GiveFile answers the page's wish for a file.
func (s *Supervisor) GiveFile(ctx context.Context, document string) error {
	return s.Ask(ctx, session.GiveFile{Document: document})
}

// ShowDocument shows a document of the visit.
func (s *Supervisor) ShowDocument(ctx context.Context, document string) error {
	return s.Ask(ctx, session.ShowDocument{Document: document})
}

// AllowHost lets this visitor go to one more host.
func (s *Supervisor) AllowHost(ctx context.Context, host string) error {
	return s.Ask(ctx, session.AllowHost{Host: host})
}

// Refused counts something that was refused.
func (s *Supervisor) Refused(_ context.Context, r kiosk.Reason) error {
	s.Tell(session.Refused{Reason: r})
	return nil
}

// Renewing counts a shell that leaves to be started anew.
func (s *Supervisor) Renewing(context.Context) error {
	s.Tell(session.Counted{What: kiosk.DeviceShellRenewed})
	return nil
}

// ShellGone says that the shell left the bus.
func (s *Supervisor) ShellGone() { s.Tell(session.ShellGone{}) }
