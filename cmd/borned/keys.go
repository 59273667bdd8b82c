package main

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"strings"
	"sync"
	"time"

	"borne/kiosk"
	"borne/kiosk/sandbox"
	"borne/kiosk/usb"
)

// keys looks after the visitor's USB key: it is looked for when the shell
// asks, read by a process of its own, and forgotten with the visit.
type keys struct {
	places usb.Places
	log    *slog.Logger

	mu      sync.Mutex
	current *key
	// writing is true while a document is being kept on the key.
	writing bool
	// given is where documents of keys lie in this visit, by their id.
	given map[string]string
}

// key is one stick, from when it was seen to when it is gone.
type key struct {
	stick   usb.Stick
	state   kiosk.KeyState
	read    *usb.Key
	reader  *sandbox.Reader
	listing usb.Listing
}

// plugged tells whether a stick is there.
func (k *keys) plugged() kiosk.Offer {
	if _, ok, _ := usb.Find(k.places); ok {
		return kiosk.Offer{Key: kiosk.KeyPlugged}
	}
	return kiosk.Offer{}
}

// offer says what is on the stick, and has a new one read meanwhile.
func (k *keys) offer(over context.Context, u *sandbox.Unit) kiosk.Offer {
	stick, ok, err := usb.Find(k.places)
	if err != nil {
		k.log.Warn("look for a USB key", "error", err)
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.current != nil && (!ok || k.current.stick != stick || k.current.ended()) {
		k.drop()
	}
	if !ok {
		return kiosk.Offer{}
	}
	if k.writing {
		return kiosk.Offer{Key: kiosk.KeyReading}
	}
	if k.current == nil {
		k.current = &key{stick: stick, state: kiosk.KeyReading}
		go k.look(over, u, k.current)
	}
	c := k.current
	offer := kiosk.Offer{Key: c.state, Others: c.listing.Others, More: c.listing.More}
	for i, d := range c.listing.Documents {
		offer.Documents = append(offer.Documents, kiosk.Document{
			ID: keyID(c.stick, i), Name: d.Name, Bytes: d.Bytes, Kind: d.Kind, Source: kiosk.FromKey})
	}
	return offer
}

// ended reports whether a stick's reader, which had read it, is gone: another
// one is started. One that failed stays failed until the stick is another.
func (c *key) ended() bool {
	if c.state != kiosk.KeyRead {
		return false
	}
	select {
	case <-c.reader.Gone():
		return true
	default:
		return false
	}
}

// keyID names a document of a stick within the visit.
func keyID(s usb.Stick, number int) string {
	return fmt.Sprintf("%s%d-%d", keyPrefix, s.Sequence, number)
}

// drop forgets the present stick.
func (k *keys) drop() {
	if k.current != nil && k.current.read != nil {
		k.current.read.Close()
	}
	k.current = nil
}

// forget is for the end of a visit.
func (k *keys) forget() {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.drop()
	k.given = nil
}

// lookLimit bounds the look at a stick, its process's start included.
const lookLimit = 30 * time.Second

// look has the stick read, and notes what is on it.
func (k *keys) look(over context.Context, u *sandbox.Unit, c *key) {
	ctx, cancel := context.WithTimeout(over, lookLimit)
	defer cancel()
	reader, read, err := k.attach(ctx, u, c.stick)
	var listing usb.Listing
	if err == nil {
		listing, err = read.List(ctx)
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.current != c {
		if read != nil {
			read.Close()
		}
		return
	}
	c.reader, c.read, c.listing, c.state = reader, read, listing, kiosk.KeyRead
	if err != nil {
		c.state = kiosk.KeyUnreadable
		if !errors.Is(err, usb.ErrUnreadable) && over.Err() == nil {
			k.log.Warn("read a USB key", "error", err)
		}
	}
}

// attach starts the process that reads the stick.
func (k *keys) attach(ctx context.Context, u *sandbox.Unit, s usb.Stick) (*sandbox.Reader, *usb.Key, error) {
	device, err := usb.Open(k.places, s)
	if err != nil {
		return nil, nil, err
	}
	defer device.Close()
	command, err := stickCommand("read-stick", device)
	if err != nil {
		return nil, nil, err
	}
	reader, err := u.StartReader(ctx, sandbox.ReaderSpec{Arguments: command, Device: device})
	if err != nil {
		return nil, nil, err
	}
	return reader, usb.NewKey(reader.Control), nil
}

// fetch copies a document of the stick into the session's storage, once.
func (k *keys) fetch(ctx context.Context, u *sandbox.Unit, id string) (string, error) {
	k.mu.Lock()
	where, n := k.given[id], len(k.given)
	var c key
	if k.current != nil {
		c = *k.current
	}
	k.mu.Unlock()
	switch {
	case where != "":
		return where, nil
	case c.read == nil || !strings.HasPrefix(id, keyPrefix):
		return "", errUnknown
	case n >= maxGiven:
		return "", errors.New("too many documents were given in this visit")
	}
	for number, d := range c.listing.Documents {
		if keyID(c.stick, number) != id {
			continue
		}
		if d.Bytes > kiosk.MaxUploadBytes {
			return "", errTooLarge
		}
		where, err := receive(u, "given-"+rand.Text(), fileName(d), func(w io.Writer) error { return c.read.Copy(ctx, number, w) })
		if err != nil {
			return "", err
		}
		k.mu.Lock()
		defer k.mu.Unlock()
		if k.given == nil {
			k.given = map[string]string{}
		}
		k.given[id] = where
		return where, nil
	}
	return "", errUnknown
}
