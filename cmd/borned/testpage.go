package main

import (
	"bytes"
	"context"
	"fmt"
	"time"

	"borne/kiosk"
	"borne/kiosk/pdfpage"
	"borne/kiosk/printer"
)

// testPage prints a page that says which borne made it, and nothing else. The
// wipe after the maintenance screen purges it like a visit's.
func (p *printing) testPage(ctx context.Context, words pdfpage.Text) error {
	s := p.settings()
	if !s.Enabled {
		return fmt.Errorf("%w: printing is off in this borne's configuration", kiosk.ErrBadArgument)
	}
	status, err := p.look(ctx, 0)
	if err != nil {
		return fmt.Errorf("look at the printer: %w", err)
	}
	p.mu.Lock()
	p.sent = true
	p.mu.Unlock()
	ctx, cancel := context.WithTimeout(ctx, handOver)
	defer cancel()
	_, err = p.service.Print(ctx, status.Queue, printer.Options{Colour: s.Colour, TwoSided: false}, bytes.NewReader(pdfpage.Words("fr", words)))
	return err
}

// testWords are what the page says, in French, with letters that a printer may
// lack and a frame that it may cut off.
func testWords(name, versions string, at time.Time) pdfpage.Text {
	return pdfpage.Text{Title: "Page de test de la borne", Frame: true, Lines: []string{name, versions, at.Format("02/01/2006 15:04"), "",
		"àâäçéèêëîïôöùûü ÀÂÇÉÈÊËÎÏÔÙÛ œ Œ € « »", "Cette page ne vient d’aucune visite."}}
}
