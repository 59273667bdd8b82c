package shell

import (
	"context"

	"borne/kiosk"
)

// documentsStep is where the visitor stands among the visit's own documents.
type documentsStep int

const (
	documentsAway  documentsStep = iota
	documentsList                // "Mes documents"
	documentsSeen                // one of them lies in the browser
	documentsPrint               // one is on its way to paper
	documentsSave                // one is on its way to the visitor's USB key
	documentsScan                // a paper becomes one of them
)

// showDocuments lists what the visit received.
func (s *Shell) showDocuments() {
	if s.choice.documents == documentsScan {
		s.documentsBack()
		return
	}
	s.choice.documents, s.choice.paper = documentsList, ""
	s.draw()
}

// see puts a document in the browser.
func (s *Shell) see(id string) {
	if s.choice.pending != "" {
		return
	}
	s.choice.documents, s.choice.viewed, s.choice.pending = documentsSeen, true, screenOpening
	s.draw()
	s.call("ShowDocument", func(ctx context.Context) error { return s.options.Paper.ShowDocument(ctx, id) })
}

// askPrint has a document's pages counted, and says meanwhile that they are.
func (s *Shell) askPrint(id string) {
	s.choice.documents, s.choice.paper = documentsPrint, id
	if p := s.shelf.offer.Printing; p != nil && !p.Job.State.Busy() {
		again := *p
		again.Job = kiosk.PrintJob{Document: id, State: kiosk.PrintPreparing}
		s.shelf.offer.Printing = &again
	}
	s.draw()
	s.call("PreparePrint", func(ctx context.Context) error { return s.options.Paper.PreparePrint(ctx, id) })
}

// print asks for paper, once: what is asked for shows at once, and has no
// button to be touched again.
func (s *Shell) print(id string) {
	p := s.shelf.offer.Printing
	if p == nil || p.Job.State != kiosk.PrintPrepared {
		return
	}
	asked := *p
	asked.Job.State = kiosk.PrintQueued
	s.shelf.offer.Printing = &asked
	s.shelf.revision++
	s.printed = true
	s.draw()
	s.call("Print", func(ctx context.Context) error { return s.options.Paper.Print(ctx, id) })
}

// documentsBack goes one step back among the documents.
func (s *Shell) documentsBack() {
	switch s.choice.documents {
	case documentsSeen:
		s.choice.documents, s.choice.viewed = documentsList, false
		s.draw()
		s.call("Back", s.options.Page.Back)
	case documentsPrint, documentsSave:
		s.showDocuments()
	case documentsScan:
		s.choice.documents = documentsList
		s.forgetScan()
		s.orderScan(kiosk.ScanDrop)
	default:
		s.choice.documents = documentsAway
		s.draw()
	}
}

// onPaper tells whether the page in front is a site's, which can be printed.
func (s *Shell) onPaper() bool {
	return s.snapshot.State == kiosk.Visiting && s.snapshot.Service != "" && !s.choice.viewed
}

// underWay tells whether paper that was asked for is not there yet.
func (s *Shell) underWay() bool {
	p := s.shelf.offer.Printing
	return s.printed && p != nil && p.Job.State.Busy()
}
