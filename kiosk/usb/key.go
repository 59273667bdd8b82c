package usb

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"net"
	"sync"
	"time"

	"borne/kiosk"
)

// What Key's methods say of a stick.
var (
	// ErrUnreadable: there is no file system on it that is read here.
	ErrUnreadable = errors.New("the stick is not readable here")
	// ErrGone: the stick, or the process that reads it, is gone.
	ErrGone = errors.New("the stick is gone")
	// ErrTooLarge: the document is larger than a visitor may give.
	ErrTooLarge = errors.New("the document is too large")
)

// Listing is what a stick holds.
type Listing struct {
	// Documents, at most MaxDocuments, are numbered by their place.
	Documents []Document
	// Others is how many files are no documents.
	Others int
	// More is true when not all of the stick was looked at.
	More bool
}

// Key is borned's end of the process that reads a stick (Serve). Its methods
// may be called from any goroutine. An answer that is none ends it.
type Key struct {
	mu      sync.Mutex
	control net.Conn
	listing Listing
	failed  bool
}

// NewKey takes the stream over.
func NewKey(control net.Conn) *Key { return &Key{control: control} }

// Close ends the stream, at which the process ends too.
func (k *Key) Close() error { return k.control.Close() }

// List has the stick searched.
func (k *Key) List(ctx context.Context) (Listing, error) {
	var l Listing
	err := k.exchange(ctx, listLimit+4*time.Second, frameList, nil, func(f frame) (done bool, err error) {
		switch {
		case f.what == frameUnreadable && len(f.body) == 0 && len(l.Documents) == 0:
			return true, ErrUnreadable
		case f.what == frameDocument && len(l.Documents) < MaxDocuments:
			d, err := parseDocument(f.body)
			l.Documents = append(l.Documents, d)
			return false, err
		case f.what == frameEnd && len(f.body) == 5 && f.body[4] <= 1:
			l.Others, l.More = int(binary.BigEndian.Uint32(f.body)), f.body[4] == 1
			return true, nil
		}
		return false, errFrame
	})
	if err != nil {
		return Listing{}, err
	}
	k.mu.Lock()
	k.listing = l
	k.mu.Unlock()
	return l, nil
}

// Copy writes the document of that number, as List numbered them: all of its
// bytes, and no more, or an error.
func (k *Key) Copy(ctx context.Context, number int, w io.Writer) error {
	k.mu.Lock()
	documents := k.listing.Documents
	k.mu.Unlock()
	if number < 0 || number >= len(documents) {
		return fmt.Errorf("%w: document %d of %d", ErrGone, number, len(documents))
	}
	left := documents[number].Bytes
	if left > kiosk.MaxUploadBytes {
		return ErrTooLarge
	}
	return k.exchange(ctx, documentLimit, frameGet, binary.BigEndian.AppendUint32(nil, uint32(number)), func(f frame) (done bool, err error) {
		switch {
		case f.what == frameContent && len(f.body) > 0 && int64(len(f.body)) <= left:
			left -= int64(len(f.body))
			_, err := w.Write(f.body)
			return false, err
		case f.what == frameDone && left == 0:
			return true, nil
		case f.what == frameFailed && len(f.body) == 0:
			return true, ErrGone
		}
		return false, errFrame
	})
}

// exchange asks, and takes frames until one is the last. What is cut in the
// middle ends the stream: the rest would be read as the next answer.
func (k *Key) exchange(ctx context.Context, limit time.Duration, what byte, body []byte, take func(frame) (done bool, err error)) error {
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.failed {
		return ErrGone
	}
	if err := k.control.SetDeadline(time.Now().Add(limit)); err != nil {
		return ErrGone
	}
	stop := context.AfterFunc(ctx, func() { k.control.Close() })
	defer stop()
	err := writeFrame(k.control, what, body)
	for err == nil {
		var f frame
		if f, err = readFrame(k.control); err != nil {
			break
		}
		var done bool
		if done, err = take(f); done {
			return err
		}
	}
	k.failed = true
	k.control.Close()
	if errors.Is(err, errFrame) {
		return err
	}
	return fmt.Errorf("%w: %w", ErrGone, err)
}
