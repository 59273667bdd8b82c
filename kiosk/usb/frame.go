package usb

import (
	"encoding/binary"
	"errors"
	"io"
	"unicode/utf8"

	"borne/kiosk"
	"borne/kiosk/usb/volume"
)

// Between borned and the reader runs one stream of frames: a byte that says
// what, two bytes of length, big-endian, then that many bytes. borned asks for
// the list once, then for documents by their number; it believes nothing that
// the reader says but within these bounds.
const (
	frameHeadBytes = 3
	// maxFrameBytes bounds what a frame carries, and a piece of content.
	maxFrameBytes = 32 << 10
)

// What a frame is. The first two are borned's.
const (
	frameList       = 'L' // nothing
	frameGet        = 'G' // u32 number
	frameDocument   = 'D' // u64 bytes, u8 kind, the name
	frameEnd        = 'E' // u32 others, u8 whether there is more
	frameUnreadable = 'U' // nothing: no file system that is read
	frameContent    = 'C' // the next bytes of the document
	frameDone       = 'Z' // nothing: all of it was sent
	frameFailed     = 'X' // nothing: the stick does not give it
)

// errFrame: what came is not a frame of this protocol.
var errFrame = errors.New("malformed frame from the reader of the stick")

type frame struct {
	what byte
	body []byte
}

// readFrame reads one frame. It returns io.EOF between two frames only.
func readFrame(r io.Reader) (frame, error) {
	var head [frameHeadBytes]byte
	if _, err := io.ReadFull(r, head[:]); err != nil {
		if errors.Is(err, io.ErrUnexpectedEOF) {
			return frame{}, errFrame
		}
		return frame{}, err
	}
	f := frame{what: head[0], body: make([]byte, binary.BigEndian.Uint16(head[1:]))}
	if len(f.body) > maxFrameBytes {
		return frame{}, errFrame
	}
	if _, err := io.ReadFull(r, f.body); err != nil {
		if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
			return frame{}, errFrame
		}
		return frame{}, err
	}
	return f, nil
}

// writeFrame sends a frame in one write.
func writeFrame(w io.Writer, what byte, body []byte) error {
	if len(body) > maxFrameBytes {
		return errFrame
	}
	b := append([]byte{what}, binary.BigEndian.AppendUint16(nil, uint16(len(body)))...)
	_, err := w.Write(append(b, body...))
	return err
}

// kinds are the documents' kinds as a frame says them.
var kinds = map[byte]kiosk.DocumentKind{1: kiosk.DocumentPDF, 2: kiosk.DocumentJPEG, 3: kiosk.DocumentPNG}

// Document is one that the stick holds.
type Document struct {
	Name  string
	Bytes int64
	Kind  kiosk.DocumentKind
}

func (d Document) frame() []byte {
	b := binary.BigEndian.AppendUint64(nil, uint64(d.Bytes))
	for number, kind := range kinds {
		if kind == d.Kind {
			b = append(b, number)
		}
	}
	return append(b, d.Name...)
}

// parseDocument takes only a name that is clean, and a size that is one.
func parseDocument(b []byte) (Document, error) {
	if len(b) < 10 || len(b) > 9+volume.MaxNameBytes {
		return Document{}, errFrame
	}
	d := Document{Name: string(b[9:]), Kind: kinds[b[8]]}
	size := binary.BigEndian.Uint64(b)
	if d.Kind == "" || size == 0 || size > maxSaneBytes || !utf8.ValidString(d.Name) || d.Name != volume.CleanName(d.Name) {
		return Document{}, errFrame
	}
	d.Bytes = int64(size)
	return d, nil
}

// maxSaneBytes is the largest size that is believed at all: 2 TiB.
const maxSaneBytes = 1 << 41
