package main

import (
	"context"
	"io"
	"os"
	"path"
	"strings"
	"syscall"

	"borne/kiosk"
	"borne/kiosk/sandbox"
	"borne/kiosk/session"
	"borne/kiosk/usb/volume"
)

// The folder of the document that is shown, within the session's storage. It
// has one name for each kind, whatever the site called it, and the browser's
// policies allow these alone (shownFiles).
const (
	shownFolder = "shown"
	shownName   = "document"
)

// shownFiles are the only files that the browser may show.
func shownFiles() (paths []string) {
	for _, kind := range []kiosk.DocumentKind{kiosk.DocumentPDF, kiosk.DocumentJPEG, kiosk.DocumentPNG} {
		paths = append(paths, path.Join(sandbox.StorageDir, shownFolder, shownName+extensions[kind][0]))
	}
	return paths
}

// ShowDocument puts a document of the visit in front.
func (p shellPort) ShowDocument(ctx context.Context, id string) error {
	return p.Ask(ctx, session.ShowDocument{Document: strings.Clone(id)})
}

// PreparePrint counts a document's pages.
func (p shellPort) PreparePrint(ctx context.Context, id string) error {
	if err := p.Ask(ctx, session.Activity{}); err != nil {
		return err
	}
	return p.engine.preparePrint(strings.Clone(id))
}

// Print prints what was prepared.
func (p shellPort) Print(ctx context.Context, id string) error {
	if err := p.Ask(ctx, session.Activity{}); err != nil {
		return err
	}
	return p.engine.print(id)
}

// received lists what the visit was given by its sites, and what it scanned.
func (v visit) received() (own []kiosk.Document) {
	for _, d := range v.browser.Downloads() {
		if kind, size := inspect(v.unit.Storage(), d.Name); kind != "" {
			own = append(own, kiosk.Document{ID: ownPrefix + d.ID, Name: volume.CleanName(d.Name), Bytes: size, Kind: kind, Source: kiosk.FromVisit})
		}
	}
	for _, d := range v.scans {
		if kind, size := inspectAt(v.unit.Storage(), d.where); kind != "" {
			own = append(own, kiosk.Document{ID: d.id, Name: d.name, Bytes: size, Kind: kind, Source: kiosk.FromVisit})
		}
	}
	return own
}

// open opens one of them, and says what it is.
func (v visit) open(id string) (*os.File, kiosk.DocumentKind, error) {
	where := ""
	if d, ok := v.scannedAs(id); ok {
		where = d.where
	}
	for _, d := range v.browser.Downloads() {
		if ownPrefix+d.ID == id {
			where = path.Join(downloads, d.Name)
		}
	}
	if where == "" {
		return nil, "", errUnknown
	}
	kind, size := inspectAt(v.unit.Storage(), where)
	switch {
	case kind == "":
		return nil, "", errUnknown
	case size > kiosk.MaxDownloadBytes:
		return nil, "", errTooLarge
	}
	f, err := v.unit.Storage().OpenFile(where, os.O_RDONLY|syscall.O_NONBLOCK|syscall.O_NOFOLLOW, 0)
	if err != nil {
		return nil, "", nameless(err)
	}
	return f, kind, nil
}

// documents is what the visit has, for a visitor whom no page asks for a file.
func (e *engine) documents(ctx context.Context) kiosk.Offer {
	offer := e.keys.plugged()
	v, err := e.enter()
	if err != nil {
		return offer // between two visits
	}
	defer v.leave()
	offer.Documents = v.received()
	offer.Printing = e.printing.offer(ctx)
	offer.Saving = e.saving.offer()
	offer.Scanning = e.scanning.offer()
	return offer
}

// Show copies a document to where the browser may see it, under a name that is
// nobody's, and has it shown.
func (e *engine) Show(ctx context.Context, id string) error {
	v, err := e.enter()
	if err != nil {
		return err
	}
	defer v.leave()
	f, kind, err := v.open(id)
	if err != nil {
		return err
	}
	defer f.Close()
	if err := v.unit.Storage().RemoveAll(shownFolder); err != nil {
		return nameless(err)
	}
	where, err := receive(v.unit, shownFolder, shownName+extensions[kind][0], func(w io.Writer) error {
		n, err := io.Copy(w, io.LimitReader(f, kiosk.MaxDownloadBytes+1))
		if err == nil && n > kiosk.MaxDownloadBytes {
			err = errTooLarge
		}
		return err
	})
	if err != nil {
		return err
	}
	return v.browser.ShowDocument(ctx, path.Join(sandbox.StorageDir, where))
}

// preparePrint has pages made of a document, or of the page in front, and
// returns at once: Documents tells how it went.
func (e *engine) preparePrint(id string) error {
	if !e.printing.settings().Enabled {
		return kiosk.ErrNotAllowed
	}
	v, err := e.enter()
	if err != nil {
		return err
	}
	turn, ok := e.printing.prepare(id)
	if !ok {
		v.leave()
		return nil // the screen says what is on its way
	}
	go func() {
		defer v.leave()
		count, pages, err := e.pagesOf(v, id)
		e.printing.prepared(turn, count, pages, err)
	}()
	return nil
}

// pagesOf makes pages of a document.
func (e *engine) pagesOf(v visit, id string) (count int, pages *os.File, err error) {
	var document *os.File
	if id == kiosk.PresentPage {
		if document, err = inMemory("page"); err != nil {
			return 0, nil, err
		}
		err = v.browser.PrintPage(v.over, document, kiosk.MaxDownloadBytes)
	} else {
		document, _, err = v.open(id)
	}
	if document != nil {
		defer document.Close()
	}
	if err != nil {
		return 0, nil, err
	}
	return convert(v.over, v.unit, document, e.printing.settings().MaxPages)
}

// print has what was prepared come out.
func (e *engine) print(id string) error {
	v, err := e.enter()
	if err != nil {
		return err
	}
	pages, turn, err := e.printing.take(id)
	if err != nil || pages == nil {
		v.leave()
		return err
	}
	go func() {
		defer v.leave()
		e.printing.print(v.over, turn, pages)
	}()
	return nil
}
