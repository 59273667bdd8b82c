package api

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"net/http"
	"strconv"
	"time"
	"unicode/utf8"

	"borne/admin"
	"borne/kiosk"
)

// What a check-in may hold; more is cut off rather than refused, since a borne
// in trouble must still be heard.
const (
	maxFacts = 64
	maxText  = 500 // bytes
)

// nextWithoutWait is when a borne that does not wait is to come again.
const nextWithoutWait = 60 * time.Second

// stopSpread is the time over which bornes come back after the server stopped.
const stopSpread = 10

func (d *Device) checkIn(w http.ResponseWriter, r *http.Request, id string, body []byte) error {
	wait, err := waitOf(r)
	if err != nil {
		return err
	}
	if body, err = d.checkIns.plain(r, body); err != nil {
		return err
	}
	w.Header().Set("Accept-Encoding", acceptedCoding)
	var running uint64
	apart(func() { running, err = d.note(id, body) })
	if err != nil {
		return err
	}
	h := held{id: id, running: running, wait: wait}
	var places int
	h.rung, places, h.leave = d.Bell.wait(id)
	// Once, here: were it asked again later, two for whom there is one place
	// would send each other away, or a ring for all those who have theirs.
	h.noRoom = d.MostWaiting > 0 && places > d.MostWaiting
	out := false
	defer func() {
		if !out {
			h.leave()
		}
	}()
	reply, told, err := d.look(r.Context(), h, wait == 0)
	if err == nil && !told {
		var o outside
		if o, out = take(w, r); out {
			go d.holdOutside(o, h)
			return nil // who waits is not worked at
		}
		reply, err = d.await(r.Context(), h)
	}
	if err != nil {
		return err
	}
	return writeJSON(w, reply)
}

// held is a check-in that may have to wait for news.
type held struct {
	id      string
	running uint64 // bundle
	wait    time.Duration
	noRoom  bool            // as many as may are held already
	rung    <-chan struct{} // the bell's
	leave   func()
}

// note keeps what a borne told, and returns the bundle that it runs.
func (d *Device) note(id string, body []byte) (running uint64, err error) {
	var in kiosk.CheckIn
	// A newer borne may tell more than we know; that must not cut it off.
	if err := decodeJSON(body, &in, false); err != nil {
		return 0, err
	}
	d.Presence.Note(id, admin.StatusOf(trim(in), d.Now()))
	return in.BundleVersion, nil
}

// look reads what there is to tell. told is false when there is nothing new,
// and the wait is not over: who asked is to be held.
func (d *Device) look(ctx context.Context, h held, over bool) (reply kiosk.CheckInReply, told bool, err error) {
	var fresh fresh
	apart(func() { reply, fresh, err = d.answer(ctx, h.id, h.running) })
	if err != nil {
		return reply, false, err
	}
	if !fresh.news && !over && !h.noRoom {
		return reply, false, nil
	}
	switch {
	case h.wait == 0:
		reply.NextSeconds = int(nextWithoutWait.Seconds())
	case d.Bell.stopping():
		reply.NextSeconds = 1 + rand.IntN(stopSpread)
	case h.noRoom && !fresh.news:
		reply.NextSeconds = later()
	}
	return reply, true, d.told(ctx, h.id, reply, fresh.queued)
}

// lookAgain is look after a pause: the borne's standing may be what has changed.
func (d *Device) lookAgain(ctx context.Context, h held, over bool) (reply kiosk.CheckInReply, told bool, err error) {
	if _, err := d.Store.DeviceKey(ctx, h.id); err != nil {
		return reply, false, err
	}
	return d.look(ctx, h, over)
}

// await waits for news, or for the end of the wait, and answers. It has a turn,
// which others have meanwhile.
func (d *Device) await(ctx context.Context, h held) (reply kiosk.CheckInReply, err error) {
	timer := time.NewTimer(h.wait)
	defer timer.Stop()
	for {
		d.work.end() // who waits is not worked at
		over, err := d.pause(ctx, h, timer.C)
		if err != nil {
			return reply, err
		}
		reply, told, err := d.lookAgain(ctx, h, over)
		if err != nil || told {
			return reply, err
		}
	}
}

// pause ends when the bell rings, the wait is over, or ctx ends, which is its
// only error. It comes back with a turn, also for who has gone.
func (d *Device) pause(ctx context.Context, h held, end <-chan time.Time) (over bool, err error) {
	select {
	case _, ok := <-h.rung:
		over = !ok
	case <-end:
		over = true
	case <-ctx.Done():
	}
	d.work <- struct{}{}
	return over, ctx.Err()
}

// fresh is what in an answer a borne has not been told before. The rest is
// repeated, in case an answer was lost, but not at once, or a borne that waits
// for the end of a visit before it obeys would be asking all the time.
type fresh struct {
	news   bool
	queued []string // commands
}

// answer reads what a borne should be told.
func (d *Device) answer(ctx context.Context, id string, running uint64) (reply kiosk.CheckInReply, f fresh, err error) {
	reply.Now = d.Now().UTC()
	orders, err := d.Store.Outstanding(ctx, id)
	if err != nil {
		return reply, f, err
	}
	for _, o := range orders {
		reply.Commands = append(reply.Commands, o.Command)
		if o.State == kiosk.CommandQueued {
			f.news, f.queued = true, append(f.queued, o.ID)
		}
	}
	r, err := d.Store.WantedRelease(ctx, id)
	if errors.Is(err, admin.ErrNotFound) {
		return reply, f, nil
	}
	if err != nil {
		return reply, f, err
	}
	if r.Version > running {
		reply.Bundle = &kiosk.BundleOffer{Version: r.Version, SHA256: r.SHA256, Size: r.Size}
		d.mu.Lock()
		f.news = f.news || d.offered[id] != r.Version
		d.mu.Unlock()
	}
	return reply, f, nil
}

// told remembers what is about to be answered.
func (d *Device) told(ctx context.Context, id string, reply kiosk.CheckInReply, queued []string) error {
	if reply.Bundle != nil {
		d.mu.Lock()
		d.offered[id] = reply.Bundle.Version
		d.mu.Unlock()
	}
	if len(queued) == 0 {
		return nil
	}
	return d.Store.MarkSent(ctx, queued)
}

func waitOf(r *http.Request) (time.Duration, error) {
	raw := r.URL.Query().Get("wait")
	if raw == "" {
		return 0, nil
	}
	n, err := strconv.Atoi(raw)
	if err != nil || n < 0 {
		return 0, fmt.Errorf("%w: wait=%q is not a number of seconds", admin.ErrInvalid, raw)
	}
	return min(time.Duration(min(n, 3600))*time.Second, kiosk.MaxWait), nil
}

func (d *Device) bundle(w http.ResponseWriter, r *http.Request, id string, _ []byte) error {
	release, err := d.Store.WantedRelease(r.Context(), id)
	if err != nil {
		return fmt.Errorf("bundle: %w", err)
	}
	archive, err := d.Store.Archive(r.Context(), release.Version)
	if err != nil {
		return err
	}
	w.Header().Set("Content-Type", "application/octet-stream")
	w.Header().Set("ETag", `"`+release.SHA256+`"`)
	w.Header().Set("Cache-Control", "no-store")
	// ServeContent lets a borne on a bad line go on where it broke off.
	http.ServeContent(w, r, "", time.Time{}, bytes.NewReader(archive))
	return nil
}

// trim cuts a check-in down to what is kept.
func trim(in kiosk.CheckIn) kiosk.CheckIn {
	in.State, in.Help = kiosk.State(clip(string(in.State))), kiosk.Help(clip(string(in.Help)))
	in.Reason, in.BundleFault = clip(in.Reason), clip(in.BundleFault)
	v := &in.Versions
	v.Borne, v.Chromium, v.Debian, v.Kernel = clip(v.Borne), clip(v.Chromium), clip(v.Debian), clip(v.Kernel)
	in.Health = in.Health[:min(len(in.Health), maxFacts)]
	for i, f := range in.Health {
		in.Health[i] = kiosk.Fact{Name: clip(f.Name), Level: kiosk.Level(clip(string(f.Level))), Detail: clip(f.Detail)}
	}
	return in
}

// clip cuts s to maxText bytes, between two characters.
func clip(s string) string {
	if len(s) <= maxText {
		return s
	}
	s = s[:maxText]
	for len(s) > 0 && !utf8.RuneStart(s[len(s)-1]) {
		s = s[:len(s)-1]
	}
	if r, size := utf8.DecodeLastRuneInString(s); r == utf8.RuneError && size == 1 {
		s = s[:len(s)-1]
	}
	return s
}
