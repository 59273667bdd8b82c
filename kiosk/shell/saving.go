package shell

import (
	"context"

	"borne/kiosk"
)

// askSave goes to the screen of the visitor's USB key, and begins when one is
// there.
func (s *Shell) askSave(id string) {
	s.choice.documents, s.choice.kept, s.choice.keeping = documentsSave, id, false
	s.keepIfPlugged()
	s.draw()
}

// keepIfPlugged has the document kept once a key is there: who was asked for
// the key has said already what it is for. It asks once, until the visitor does
// again.
func (s *Shell) keepIfPlugged() {
	o := s.shelf.offer
	if s.choice.documents != documentsSave || o.Saving == nil || s.shelf.shown == screenConfirm {
		return
	}
	job := o.Saving.Job
	if job.Document == s.choice.kept && job.State == kiosk.SaveNoKey && o.Key == kiosk.NoKey {
		s.choice.keeping = false // it was pulled out before anything was written
	}
	if s.choice.keeping || o.Key == kiosk.NoKey {
		return
	}
	id := s.choice.kept
	s.choice.keeping = true
	if job.State != kiosk.Saving {
		o.Saving = &kiosk.SaveOffer{Job: kiosk.SaveJob{Document: id, State: kiosk.Saving}}
		s.shelf.offer = o
		s.shelf.revision++
	}
	s.call("SaveDocument", func(ctx context.Context) error { return s.options.Paper.SaveDocument(ctx, id) })
}

// saveJob is what the screen tells of: what is under way, whatever was asked
// for since, or the document that was asked for.
func (s *Shell) saveJob() kiosk.SaveJob {
	if s.shelf.offer.Saving == nil { // not known yet, or not wanted any more
		if s.shelf.known {
			return kiosk.SaveJob{State: kiosk.SaveFailed}
		}
		return kiosk.SaveJob{State: kiosk.Saving}
	}
	job := s.shelf.offer.Saving.Job
	switch {
	case job.State == kiosk.Saving:
		return job
	case !s.choice.keeping:
		return kiosk.SaveJob{State: kiosk.SaveNoKey}
	case job.Document != s.choice.kept: // the answer is on its way
		return kiosk.SaveJob{State: kiosk.Saving}
	}
	return job
}

// stillKeeping tells whether a document is not yet on the key.
func (s *Shell) stillKeeping() bool {
	o := s.shelf.offer.Saving
	return o != nil && o.Job.State == kiosk.Saving
}
