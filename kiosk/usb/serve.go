package usb

import (
	"context"
	"encoding/binary"
	"errors"
	"io"
	"os"
	"time"

	"borne/kiosk"
	"borne/kiosk/usb/volume"
)

// What a visitor's patience and a borne's memory allow of a stick.
const (
	// MaxDocuments is how many documents are listed: 60 pages of them on the
	// screen. Those that lie highest on the stick come first.
	MaxDocuments = 500
	// maxEntries and maxDepth bound the search: a stick with a million files
	// is looked at as far as that.
	maxEntries = 100_000
	maxDepth   = 12
	// listLimit is how long the search may take; what was found by then is
	// shown.
	listLimit = 8 * time.Second
	// documentLimit is how long the reading of one document may take: 10 MB
	// from a stick of the slowest kind, ten times over.
	documentLimit = 60 * time.Second
)

// device is a stick that must answer in time.
type device struct {
	disk  io.ReaderAt
	until time.Time
}

var errSlow = errors.New("the stick takes too long")

func (d *device) ReadAt(p []byte, off int64) (int, error) {
	if time.Now().After(d.until) {
		return 0, errSlow
	}
	return d.disk.ReadAt(p, off)
}

// server is the reader's end.
type server struct {
	control   io.ReadWriter
	device    *device
	size      int64
	documents []*volume.File
}

// Serve reads a stick of that many bytes for whoever is at the other end of
// control: it is all that the throw-away process does. It returns nil when the
// other end is closed.
func Serve(ctx context.Context, control io.ReadWriter, disk io.ReaderAt, size int64) error {
	s := &server{control: control, device: &device{disk: disk}, size: size}
	for {
		f, err := readFrame(control)
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		switch {
		case f.what == frameList && len(f.body) == 0:
			err = s.list(ctx)
		case f.what == frameGet && len(f.body) == 4:
			err = s.get(binary.BigEndian.Uint32(f.body))
		default:
			err = errFrame
		}
		if err != nil {
			return err
		}
	}
}

// list looks at every file of the stick, and says which are documents.
func (s *server) list(ctx context.Context) error {
	s.device.until, s.documents = time.Now().Add(listLimit), nil
	volumes, err := volume.Open(ctx, s.device, s.size)
	if err != nil {
		return writeFrame(s.control, frameUnreadable, nil)
	}
	others, more := uint32(0), byte(0)
	budget := volume.Budget{Entries: maxEntries, Depth: maxDepth}
	for _, v := range volumes {
		err := v.Walk(&budget, func(f *volume.File) error {
			d, ok := describe(f)
			if !ok {
				others++
				return nil
			}
			if len(s.documents) == MaxDocuments {
				return volume.ErrBudget
			}
			s.documents = append(s.documents, f)
			return writeFrame(s.control, frameDocument, d.frame())
		})
		if errors.Is(err, os.ErrClosed) || errors.Is(err, io.ErrClosedPipe) {
			return err
		}
		if err != nil { // what was found is shown
			more = 1
		}
	}
	return writeFrame(s.control, frameEnd, append(binary.BigEndian.AppendUint32(nil, others), more))
}

// describe tells whether a file is a document, by its content.
func describe(f *volume.File) (Document, bool) {
	if f.Bytes == 0 || f.Bytes > maxSaneBytes {
		return Document{}, false
	}
	d := Document{Name: volume.CleanName(f.Name), Bytes: f.Bytes, Kind: volume.Kind(f)}
	return d, d.Kind != "" && d.Name != ""
}

// get sends one document, if it is not too large.
func (s *server) get(number uint32) error {
	if int64(number) >= int64(len(s.documents)) || s.documents[number].Bytes > kiosk.MaxUploadBytes {
		return writeFrame(s.control, frameFailed, nil)
	}
	s.device.until = time.Now().Add(documentLimit)
	f := s.documents[number]
	var p [maxFrameBytes]byte
	for at := int64(0); at < f.Bytes; {
		n, err := f.ReadAt(p[:min(int64(len(p)), f.Bytes-at)], at)
		if n == 0 && err != nil {
			return writeFrame(s.control, frameFailed, nil)
		}
		if err := writeFrame(s.control, frameContent, p[:n]); err != nil {
			return err
		}
		at += int64(n)
	}
	return writeFrame(s.control, frameDone, nil)
}
