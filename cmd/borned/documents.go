package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"strings"
	"sync"
	"syscall"

	"borne/kiosk"
	"borne/kiosk/browser"
	"borne/kiosk/sandbox"
	"borne/kiosk/usb"
	"borne/kiosk/usb/volume"
)

// maxGiven is how many documents of a stick a visit may give: each is a copy
// in the visit's memory until its end, since a page reads a file when it
// pleases.
const maxGiven = 12

// Documents lists what the visitor may give to the page that asks for a file.
// When none asks, it says what the visit received, and whether a stick is
// plugged in.
func (p shellPort) Documents(ctx context.Context) (kiosk.Offer, error) {
	if !p.picking() {
		return p.engine.documents(ctx), nil
	}
	return p.engine.offer()
}

// picking reports whether the visitor is choosing a file.
func (p shellPort) picking() bool { return p.Snapshot().Notice == kiosk.PickFile }

// visit is what documents come from and go to.
type visit struct {
	browser *browser.Browser
	unit    *sandbox.Unit
	// over ends with the visit; leave tells that a use of it is over.
	over  context.Context
	leave func()
	// scans are the papers that were scanned.
	scans []scanned
}

// errNoVisit is the answer between two visits.
var errNoVisit = errors.New("no visit is on")

// enter keeps the visit's end waiting until leave is called.
func (e *engine) enter() (visit, error) {
	e.state.Lock()
	defer e.state.Unlock()
	if e.browser == nil || e.visiting == nil {
		return visit{}, errNoVisit
	}
	e.giving.Add(1)
	return visit{e.browser, e.visited, e.visiting, e.giving.Done, e.scanning.documents()}, nil
}

// done waits for the uses of a visit that were entered.
func done(ctx context.Context, uses *sync.WaitGroup) bool {
	over := make(chan struct{})
	go func() {
		uses.Wait()
		close(over)
	}()
	select {
	case <-over:
		return true
	case <-ctx.Done():
		return false
	}
}

// offer lists the visit's downloads and the stick's documents.
func (e *engine) offer() (kiosk.Offer, error) {
	v, err := e.enter()
	if err != nil {
		return kiosk.Offer{}, err
	}
	defer v.leave()
	offer := e.keys.offer(v.over, v.unit)
	offer.Documents = append(v.received(), offer.Documents...)
	return offer, nil
}

// The prefixes of documents' ids, by their source.
const (
	ownPrefix = "visit-"
	keyPrefix = "usb-"
)

// downloads is the folder of downloads within the session's storage.
var downloads = path.Base(sandbox.DownloadsDir)

// inspect tells what a download is, by its content. The folder is the
// browser's, which a page may have taken over: no link is followed, nothing
// but a file is read, and nothing is waited for.
func inspect(storage *os.Root, name string) (kiosk.DocumentKind, int64) {
	return inspectAt(storage, path.Join(downloads, name))
}

// inspectAt is the same for any file of the session's storage.
func inspectAt(storage *os.Root, where string) (kiosk.DocumentKind, int64) {
	if info, err := storage.Lstat(where); err != nil || !info.Mode().IsRegular() {
		return "", 0
	}
	f, err := storage.OpenFile(where, os.O_RDONLY|syscall.O_NONBLOCK|syscall.O_NOFOLLOW, 0)
	if err != nil {
		return "", 0
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil || !info.Mode().IsRegular() {
		return "", 0
	}
	return volume.Kind(f), info.Size()
}

// GiveFile answers the page's wish for a file.
func (e *engine) GiveFile(ctx context.Context, id string) error {
	v, err := e.enter()
	if err != nil {
		return err
	}
	defer v.leave()
	if id == "" {
		return v.browser.GiveFile(ctx, nil)
	}
	name, err := e.fetch(ctx, v, id)
	if err != nil {
		// The field is left as it was: it asks again when it is touched again.
		return errors.Join(err, v.browser.GiveFile(ctx, nil))
	}
	return v.browser.GiveFile(ctx, []string{path.Join(sandbox.StorageDir, name)})
}

// errTooLarge and errUnknown say why a document is not given.
var (
	errTooLarge = errors.New("the document is too large")
	errUnknown  = errors.New("no such document")
)

// fetch returns where in the session's storage the document is.
func (e *engine) fetch(ctx context.Context, v visit, id string) (string, error) {
	if own, ok := strings.CutPrefix(id, ownPrefix); ok {
		for _, d := range v.browser.Downloads() {
			if d.ID != own {
				continue
			}
			kind, size := inspect(v.unit.Storage(), d.Name)
			switch {
			case kind == "":
				return "", errUnknown
			case size > kiosk.MaxUploadBytes:
				return "", errTooLarge
			}
			return path.Join(downloads, d.Name), nil
		}
		return "", errUnknown
	}
	if d, ok := v.scannedAs(id); ok {
		return d.where, nil
	}
	return e.keys.fetch(ctx, v.unit, id)
}

// receive writes one document into a folder of its own in the session's
// storage. The folder is root's until the document is whole; then both are the
// session's.
func receive(u *sandbox.Unit, folder, name string, write func(io.Writer) error) (string, error) {
	storage, owner := u.Storage(), int(u.UID())
	if err := storage.Mkdir(folder, 0o700); err != nil {
		return "", fmt.Errorf("make a folder for the document: %w", nameless(err))
	}
	where := path.Join(folder, name)
	f, err := storage.OpenFile(where, os.O_WRONLY|os.O_CREATE|os.O_EXCL|syscall.O_NOFOLLOW, 0o400)
	if err == nil {
		err = cmp.Or(write(f), f.Chown(owner, owner))
		err = cmp.Or(err, f.Close())
	}
	if err == nil {
		err = storage.Lchown(folder, owner, owner)
	}
	if err != nil {
		return "", fmt.Errorf("copy the document: %w", errors.Join(nameless(err), nameless(storage.RemoveAll(folder))))
	}
	return where, nil
}

// nameless leaves out of an error the name of a file, which is a visitor's.
func nameless(err error) error {
	var path *fs.PathError
	if errors.As(err, &path) {
		return path.Err
	}
	return err
}

// extensions are what sites judge a file by.
var extensions = map[kiosk.DocumentKind][]string{
	kiosk.DocumentPDF: {".pdf"}, kiosk.DocumentJPEG: {".jpg", ".jpeg"}, kiosk.DocumentPNG: {".png"},
}

// fileName gives a document the extension that its content has.
func fileName(d usb.Document) string {
	own := extensions[d.Kind]
	for _, e := range own {
		if strings.HasSuffix(strings.ToLower(d.Name), e) {
			return d.Name
		}
	}
	return d.Name + own[0]
}
