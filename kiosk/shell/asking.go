package shell

import (
	"context"
	"time"

	"borne/kiosk"
)

// afterStep is where the visitor who has just finished stands.
type afterStep int

// The steps after an end. Nothing waits for them: the wipe runs meanwhile.
const (
	afterNothing  afterStep = iota
	afterFace               // "how did it go?"
	afterOutcome            // "did you finish?"
	afterAutonomy           // "did somebody help you?"
	afterErased             // what was erased, and what to take along
)

// Nobody is waited for: questions that nobody touches for askedFor go, and so
// does what follows them after erasedFor.
const (
	askedFor  = 25 * time.Second
	erasedFor = 12 * time.Second
)

// asking is what the shell alone knows of a visit that has ended, until its
// report is sent.
type asking struct {
	report kiosk.Report
	// due is true while a report is to be sent.
	due bool
}

// asks reports whether a question is on the screen.
func (c choice) asks() bool { return c.after >= afterFace && c.after <= afterAutonomy }

// ended begins what follows a visit.
func (s *Shell) ended(from kiosk.State, n kiosk.Snapshot) {
	stop(&s.stopErased)
	s.choice.proved, s.choice.over = false, !n.Questions
	s.choice.after, s.asking = afterErased, asking{}
	if n.Questions && from.InSession() && s.lastService != kiosk.Practice { // practice is no procedure
		s.choice.after = afterFace
		s.asking = asking{report: kiosk.Report{Service: s.lastService}, due: true}
		s.stopErased = s.after(askedFor, s.askNoMore)
	}
	s.lastService = ""
}

// answer keeps one answer and goes on to the next step.
func (s *Shell) answer(give func(*kiosk.Report)) {
	give(&s.asking.report)
	if s.choice.after == afterAutonomy {
		s.askNoMore()
		return
	}
	s.choice.after++
	stop(&s.stopErased)
	s.stopErased = s.after(askedFor, s.askNoMore)
	s.draw()
}

// askNoMore sends what was answered, if only that nothing was, and forgets it.
func (s *Shell) askNoMore() {
	s.tell()
	s.choice.after = afterErased
	s.leaveSoon()
	s.draw()
}

// tell sends the report once. A borned that refuses it, for the next visit has
// begun, is no business of whoever stands there now.
func (s *Shell) tell() {
	if !s.asking.due {
		return
	}
	report := s.asking.report
	s.asking = asking{}
	s.aside(func() {
		ctx, cancel := context.WithTimeout(context.Background(), callTimeout)
		defer cancel()
		if err := s.options.Kiosk.Report(ctx, report); err != nil {
			s.options.Log.Debug("a report was not taken", "error", err)
		}
	})
}

// leaveSoon leaves the last screen after a while, once the wipe is proved.
func (s *Shell) leaveSoon() {
	stop(&s.stopErased)
	if s.choice.proved && s.choice.after == afterErased {
		s.stopErased = s.after(erasedFor, s.leaveErased)
	}
}

// leaveErased goes to the first screen: nobody who comes next waits for
// questions that were another's.
func (s *Shell) leaveErased() {
	stop(&s.stopErased)
	s.tell()
	s.choice.after, s.printed, s.keyed = afterNothing, false, false
	if !s.snapshot.State.InSession() {
		s.language = s.firstLanguage()
		s.forgetAids()
	}
	s.draw()
}

// follow keeps what follows a visit in step with the borne.
func (s *Shell) follow(from kiosk.State, n kiosk.Snapshot) {
	switch {
	case n.State == kiosk.Ending:
		if from != kiosk.Ending {
			s.ended(from, n)
		}
	case n.State == kiosk.Ready, n.State == kiosk.Closed:
		if s.choice.after != afterNothing && !s.choice.proved {
			s.choice.proved = true
			s.leaveSoonUnlessAsked()
		}
	case n.State != kiosk.Starting: // the next visit, or out of service
		s.tell()
		stop(&s.stopErased)
		if s.choice.after != afterNothing {
			s.forgetAids() // the questions were another's, and so were these
		}
		s.choice.after = afterNothing
	}
	if s.choice.asks() && !n.Questions {
		s.asking = asking{}
		s.askNoMore()
	}
}

func (s *Shell) leaveSoonUnlessAsked() {
	if !s.choice.asks() {
		s.leaveSoon()
	}
}
