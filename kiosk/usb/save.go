package usb

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"time"
	"unicode/utf8"

	"borne/kiosk/usb/volume"

	"golang.org/x/sys/unix"
)

// What Save says of a stick, beside ErrUnreadable and ErrGone.
var (
	// ErrFull: there is no room on it.
	ErrFull = errors.New("the stick is full")
	// ErrReadOnly: a switch on it, or the stick itself, forbids to write.
	ErrReadOnly = errors.New("the stick cannot be written")
	// ErrDocument: the document could not be read.
	ErrDocument = errors.New("the document cannot be read")
)

// Between borned and the writer the frames are the reader's, of other kinds:
// borned asks once, the writer tells how far it is, and then how it ended.
const (
	frameSave     = 'S' // u64 bytes, u64 seconds by the clock on the wall, the name
	frameProgress = 'P' // u64 bytes that the stick holds
	frameSaved    = 'K' // the name that it got
	frameNotSaved = 'N' // u8 why
)

// whyNot are the reasons as a frame says them.
var whyNot = map[byte]error{1: ErrUnreadable, 2: ErrFull, 3: ErrReadOnly, 4: ErrDocument, 5: ErrGone}

// SaveLimit is how long one document may take: 50 MB on a stick that takes
// 250 kB a second, which is the slowest kind there is.
const SaveLimit = 4 * time.Minute

// OpenToSave opens a stick that a document is to be kept on, as Open does: who
// writes to it opens the same bytes again (kiosk/sandbox, WriterSpec), and this
// descriptor keeps others off meanwhile. It returns ErrReadOnly where the stick
// says that it cannot be written.
func OpenToSave(p Places, s Stick) (*os.File, error) {
	if s.ReadOnly {
		return nil, ErrReadOnly
	}
	return Open(p, s)
}

// Save has the process at the other end of control (ServeSave) keep a document
// of that many bytes on the stick, under that name or one beside it, and
// returns the name it got. When it returns without an error the stick holds the
// document and may be pulled out. wrote hears how much it holds meanwhile.
func Save(ctx context.Context, control net.Conn, name string, bytes int64, wall time.Time, wrote func(bytes int64)) (kept string, err error) {
	defer control.Close()
	if err := control.SetDeadline(time.Now().Add(SaveLimit)); err != nil {
		return "", ErrGone
	}
	stop := context.AfterFunc(ctx, func() { control.Close() })
	defer stop()
	_, offset := wall.Zone()
	body := binary.BigEndian.AppendUint64(nil, uint64(bytes))
	body = binary.BigEndian.AppendUint64(body, uint64(wall.Unix()+int64(offset)))
	if err := writeFrame(control, frameSave, append(body, volume.StickName(name)...)); err != nil {
		return "", fmt.Errorf("%w: %w", ErrGone, err)
	}
	for held := uint64(0); ; {
		f, err := readFrame(control)
		if err != nil {
			return "", fmt.Errorf("%w: %w", ErrGone, err)
		}
		switch {
		case f.what == frameProgress && len(f.body) == 8:
			now := binary.BigEndian.Uint64(f.body)
			if now <= held || now > uint64(bytes) {
				return "", errFrame
			}
			held = now
			wrote(int64(held))
		case f.what == frameSaved && held == uint64(bytes) && len(f.body) <= volume.MaxNameBytes+1 &&
			utf8.Valid(f.body) && string(f.body) == volume.StickName(string(f.body)):
			return string(f.body), nil
		case f.what == frameNotSaved && len(f.body) == 1 && whyNot[f.body[0]] != nil:
			return "", whyNot[f.body[0]]
		default:
			return "", errFrame
		}
	}
}

// ServeSave writes one document to a stick of that many bytes, as the other end
// of control asks: it is all that the throw-away process does.
func ServeSave(ctx context.Context, control io.ReadWriter, disk volume.Disk, size int64, content io.ReaderAt) error {
	f, err := readFrame(control)
	if err != nil {
		return err
	}
	if f.what != frameSave || len(f.body) <= 16 || len(f.body) > 17+volume.MaxNameBytes {
		return errFrame
	}
	doc := volume.Document{Name: string(f.body[16:]), Bytes: int64(binary.BigEndian.Uint64(f.body)), Content: content,
		At: time.Unix(int64(binary.BigEndian.Uint64(f.body[8:])), 0).UTC()}
	name, err := volume.Save(ctx, disk, size, doc, func(bytes int64) error {
		return writeFrame(control, frameProgress, binary.BigEndian.AppendUint64(nil, uint64(bytes)))
	})
	if err != nil {
		return writeFrame(control, frameNotSaved, []byte{reason(err)})
	}
	return writeFrame(control, frameSaved, []byte(name))
}

// reason says an error in a byte, of those that whyNot has.
func reason(err error) byte {
	switch {
	case errors.Is(err, volume.ErrUnreadable):
		return 1
	case errors.Is(err, volume.ErrFull):
		return 2
	case errors.Is(err, unix.EROFS), errors.Is(err, unix.EPERM), errors.Is(err, unix.EACCES):
		return 3
	case errors.Is(err, volume.ErrContent):
		return 4
	}
	return 5
}
