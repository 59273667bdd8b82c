package supervisor

import (
	"context"
	"fmt"
	"time"

	"borne/kiosk"
	"borne/kiosk/session"
)

const (
	// startTimeout bounds the start of a browser, on a slow disk too.
	startTimeout = 30 * time.Second
	// pageTimeout bounds one request to the browser.
	pageTimeout = 10 * time.Second
	// documentTimeout bounds the copy of a document from a slow USB key.
	documentTimeout = time.Minute
	// permitTimeout bounds the time until a browser obeys new policies, right
	// after its start too.
	permitTimeout = 25 * time.Second
	// wipeTimeout bounds a wipe; one that lasts longer is not proved.
	wipeTimeout = 20 * time.Second
)

// carryOut starts an effect. What can last runs beside the loop and answers
// with an event.
func (s *Supervisor) carryOut(f session.Effect) {
	switch f := f.(type) {
	case session.StartBrowser:
		s.browsing, s.stop = context.WithCancel(context.Background())
		s.browse(startTimeout, func(ctx context.Context) session.Event {
			if err := s.o.Browser.Start(ctx, f.Generation, s.Tell); err != nil {
				return session.BrowserFailed{Generation: f.Generation, Cause: err.Error()}
			}
			return session.BrowserReady(f)
		})
	case session.Navigate:
		generation := s.state.Generation
		service, _ := s.o.Bundles.Current().Catalogue.Service(f.Service)
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
			ctx, cancel := context.WithTimeout(context.Background(), wipeTimeout)
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
		select {
		case s.count <- f.Cells:
		default:
			// The log writes far faster than visits end; a full queue is a
			// stuck disk, and the loop must not stop with it.
			s.o.Log.Error("counters dropped: the usage log does not keep up", "cells", len(f.Cells))
		}
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

// writeCounts writes counters in the order they came.
func (s *Supervisor) writeCounts(done chan<- struct{}) {
	defer close(done)
	for cells := range s.count {
		if err := s.o.Counters.Record(context.Background(), cells); err != nil {
			s.o.Log.Error("write counters", "error", err)
		}
	}
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

// AllowHost lets this visitor go to one more host.
func (s *Supervisor) AllowHost(ctx context.Context, host string) error {
	return s.Ask(ctx, session.AllowHost{Host: host})
}

// Refused counts something that was refused.
func (s *Supervisor) Refused(_ context.Context, r kiosk.Reason) error {
	s.Tell(session.Refused{Reason: r})
	return nil
}

// ShellGone says that the shell left the bus.
func (s *Supervisor) ShellGone() { s.Tell(session.ShellGone{}) }
