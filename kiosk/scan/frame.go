package scan

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"
)

// What goes over the socket. To the process: an order in one byte and a number
// in four. From it: the kind of an answer in one byte, its length in four, and
// so many bytes.
const (
	orderPage = 'p'
	orderTurn = 't'
	orderCrop = 'c'
	orderMore = 'm'
	orderKeep = 'k' // with the most bytes that the document may have
	orderDrop = 'd'
	// orderStop has no answer of its own: the page that is given up has one.
	orderStop = 's'

	// answerPercent comes before another answer, any number of times.
	answerPercent = '%'
	// answerView is width and height in two bytes each, whether the page is cut in
	// one, and three bytes for each pixel.
	answerView = 'v'
	// answerPart is a part of the document; answerDone follows the last, and
	// every order that has nothing to tell.
	answerPart   = 'b'
	answerDone   = 'e'
	answerFailed = 'f' // with a failure
)

// The picture that the visitor looks at is at most so large, in pixels.
const viewWidth, viewHeight = 480, 680

const (
	viewHead = 5
	maxPart  = 64 << 10
	maxView  = viewHead + 3*viewWidth*viewHeight
)

// The failures, as one byte says them.
const (
	failedOther = iota
	failedAway
	failedCover
	failedStopped
	failedSize
	failedPages
)

// What can go wrong.
var (
	// ErrAway: the scanner does not answer, or somebody else has it.
	ErrAway = errors.New("the scanner does not answer")
	// ErrCover: its cover is open.
	ErrCover = errors.New("the scanner's cover is open")
	// ErrStopped: the visitor gave the page up.
	ErrStopped = errors.New("the page was given up")
	// ErrTooLarge: the pages do not become small enough.
	ErrTooLarge = errors.New("the document is too large in any quality")
	// ErrPages: there are as many as one document takes, or none.
	ErrPages = errors.New("no page, or too many for one document")
	// ErrFailed is whatever else a scanner says.
	ErrFailed = errors.New("the scanner failed")
	// ErrCut: the process ended, or says what it cannot mean.
	ErrCut = errors.New("what scans is gone")
)

var failures = map[byte]error{failedOther: ErrFailed, failedAway: ErrAway, failedCover: ErrCover, failedStopped: ErrStopped,
	failedSize: ErrTooLarge, failedPages: ErrPages}

type order struct {
	kind byte
	most uint32
}

func readOrder(r io.Reader) (o order, err error) {
	var b [5]byte
	if _, err := io.ReadFull(r, b[:]); err != nil {
		return o, err
	}
	return order{b[0], binary.BigEndian.Uint32(b[1:])}, nil
}

func (o order) write(w io.Writer) error {
	_, err := w.Write(binary.BigEndian.AppendUint32([]byte{o.kind}, o.most))
	return err
}

// answer writes one of the process's.
func answer(w io.Writer, kind byte, parts ...[]byte) error {
	length := 0
	for _, p := range parts {
		length += len(p)
	}
	if _, err := w.Write(binary.BigEndian.AppendUint32([]byte{kind}, uint32(length))); err != nil {
		return err
	}
	for _, p := range parts {
		if _, err := w.Write(p); err != nil {
			return err
		}
	}
	return nil
}

// View is a picture of a page, of three bytes for each pixel, row by row.
type View struct {
	Width, Height int
	// Cropped is true when it was cut to what lies on it.
	Cropped bool
}

// Bytes is how many the pixels have.
func (v View) Bytes() int64 { return 3 * int64(v.Width) * int64(v.Height) }

// readAnswers follows an order to its last answer: percents go to progress,
// pixels and the document's bytes, limit of them at most, to w.
func readAnswers(r io.Reader, progress func(percent int), w io.Writer, limit int64) (v View, written int64, err error) {
	cut := func(format string, a ...any) (View, int64, error) {
		return View{}, 0, fmt.Errorf("%w: %s", ErrCut, fmt.Sprintf(format, a...))
	}
	for {
		var head [5]byte
		if _, err := io.ReadFull(r, head[:]); err != nil {
			return cut("%v", err)
		}
		length := int64(binary.BigEndian.Uint32(head[1:]))
		switch kind := head[0]; {
		case kind == answerDone && length == 0:
			return View{}, written, nil
		case kind == answerPercent && length == 1, kind == answerFailed && length == 1:
			var b [1]byte
			if _, err := io.ReadFull(r, b[:]); err != nil {
				return cut("%v", err)
			}
			if kind == answerPercent {
				progress(min(int(b[0]), 100))
				continue
			}
			failure, known := failures[b[0]]
			if !known {
				return cut("a failure %d", b[0])
			}
			return View{}, 0, failure
		case kind == answerView && written == 0 && length > viewHead && length <= maxView:
			var b [viewHead]byte
			if _, err := io.ReadFull(r, b[:]); err != nil {
				return cut("%v", err)
			}
			v := View{int(binary.BigEndian.Uint16(b[:])), int(binary.BigEndian.Uint16(b[2:])), b[4] == 1}
			if v.Width > viewWidth || v.Height > viewHeight || v.Bytes() != length-viewHead || v.Bytes() > limit {
				return cut("a picture of %d by %d in %d bytes", v.Width, v.Height, length)
			}
			if n, err := io.CopyN(w, r, v.Bytes()); err != nil {
				return cut("%d bytes of a picture: %v", n, err)
			}
			return v, v.Bytes(), nil
		case kind == answerPart && length > 0 && length <= maxPart && written+length <= limit:
			n, err := io.CopyN(w, r, length)
			if written += n; err != nil {
				return cut("%v", err)
			}
		default:
			return cut("an answer %q of %d bytes", kind, length)
		}
	}
}
