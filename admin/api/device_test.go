package api_test

import (
	"bytes"
	"context"
	"crypto/ed25519"
	"encoding/json"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"testing/fstest"
	"time"

	"borne/admin"
	"borne/admin/admintest"
	"borne/admin/api"
	"borne/admin/auth"
	"borne/admin/publish"
	"borne/admin/store"
	"borne/assets"
	"borne/kiosk"
	"borne/kiosk/bundle"
	"borne/kiosk/httpsig"

	"github.com/klauspost/compress/zstd"
)

// office is a whole central office without its console, over real HTTP.
type office struct {
	url      string
	clock    *admintest.Clock
	store    *store.Store
	bell     *api.Bell
	presence *api.Presence
	device   *api.Device
	auth     *auth.Service
	key      ed25519.PrivateKey
	log      *bytes.Buffer
}

type lockedWriter struct {
	mu sync.Mutex
	b  *bytes.Buffer
}

func (w *lockedWriter) Write(p []byte) (int, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.b.Write(p)
}

func newOffice(t testing.TB) *office {
	t.Helper()
	o := &office{clock: admintest.NewClock(), bell: api.NewBell(), log: &bytes.Buffer{},
		key: ed25519.NewKeyFromSeed(bytes.Repeat([]byte{7}, ed25519.SeedSize))}
	log := slog.New(slog.NewTextHandler(&lockedWriter{b: o.log}, nil))
	o.store = admintest.OpenStore(t, o.clock.Now, o.bell.Ring)
	o.presence = api.NewPresence(o.store, log)
	var err error
	if o.auth, err = auth.New(o.store, false, o.clock.Now); err != nil {
		t.Fatal(err)
	}
	mux := http.NewServeMux()
	device := &api.Device{Store: o.store, Presence: o.presence, Bell: o.bell, Enrolments: auth.NewLimiter(20, time.Hour, o.clock.Now),
		BundleKeys: []ed25519.PublicKey{o.key.Public().(ed25519.PublicKey)}, Now: o.clock.Now, Log: log}
	o.device = device
	if err := device.Register(mux); err != nil {
		t.Fatal(err)
	}
	operators := &api.Operators{Store: o.store, Auth: o.auth, Now: o.clock.Now, Log: log, Version: "test",
		Publisher: publish.Publisher{Releases: o.store, Key: o.key, Now: o.clock.Now}}
	operators.Register(mux)
	server := httptest.NewServer(mux)
	t.Cleanup(func() {
		o.bell.Close()
		server.Close()
	})
	o.url = server.URL
	return o
}

func (o *office) code(t testing.TB) string {
	t.Helper()
	c, err := o.store.CreateCode(t.Context(), admin.EnrolmentCode{KioskName: "Accueil", Author: "test", Expires: o.clock.Now().Add(time.Hour)})
	if err != nil {
		t.Fatal(err)
	}
	return c.Code
}

func (o *office) borne(t testing.TB) *admintest.Borne {
	t.Helper()
	b := admintest.NewBorne(o.url, o.clock.Now)
	if _, err := b.Enrol(t.Context(), o.code(t)); err != nil {
		t.Fatal(err)
	}
	return b
}

// publish publishes the bundle that ships, with a new name of the site.
func (o *office) publish(t testing.TB) admin.Release {
	t.Helper()
	r, err := publish.Publisher{Releases: o.store, Key: o.key, Now: o.clock.Now}.Publish(t.Context(), assets.Bundle(), admin.Release{Comment: "test"}, "test")
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func TestEnrolment(t *testing.T) {
	o := newOffice(t)
	b := admintest.NewBorne(o.url, o.clock.Now)
	code := o.code(t)
	reply, err := b.Enrol(t.Context(), code)
	if err != nil {
		t.Fatal(err)
	}
	organisation, err := o.store.Organisation(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if reply.KioskID == "" || reply.Name != "Accueil" || reply.Organisation != organisation.ID || reply.Site != store.FirstSite || len(reply.BundleKeys) != 1 {
		t.Errorf("reply %+v", reply)
	}
	expired := o.code(t)
	o.clock.Advance(time.Hour)
	for what, c := range map[string]struct {
		body   string
		status int
	}{
		"used code":     {enrolBody(code), http.StatusConflict},
		"wrong code":    {enrolBody("0000-0000-0000"), http.StatusForbidden},
		"expired code":  {enrolBody(expired), http.StatusGone},
		"no code":       {enrolBody(""), http.StatusForbidden},
		"short key":     {`{"code":"` + o.code(t) + `","public_key":"AAAA","versions":{"borne":"x"}}`, http.StatusUnprocessableEntity},
		"unknown field": {`{"kode":"x"}`, http.StatusUnprocessableEntity},
		"two values":    {enrolBody("x") + `{}`, http.StatusUnprocessableEntity},
		"not JSON":      {`<html>`, http.StatusUnprocessableEntity},
		"not UTF-8":     {"\xff", http.StatusUnprocessableEntity},
		"too long":      {strings.Repeat(" ", 17<<10), http.StatusRequestEntityTooLarge},
	} {
		a, err := admintest.NewBorne(o.url, o.clock.Now).Do(t.Context(), http.MethodPost, kiosk.PathEnrol, []byte(c.body))
		if err != nil {
			t.Fatal(err)
		}
		p, err := a.Problem()
		if a.Status != c.status || err != nil || p.Status != c.status || p.Detail == "" || a.Header.Get("Content-Type") != "application/problem+json" ||
			a.Header.Get("Date") != o.clock.Now().Format(http.TimeFormat) {
			t.Errorf("%s: status %d, %+v, %v, header %v; want %d", what, a.Status, p, err, a.Header, c.status)
		}
	}
}

func enrolBody(code string) string {
	key := ed25519.NewKeyFromSeed(bytes.Repeat([]byte{9}, 32)).Public().(ed25519.PublicKey)
	raw, err := json.Marshal(kiosk.EnrolRequest{Code: code, PublicKey: key})
	if err != nil {
		panic(err)
	}
	return string(raw)
}

func TestGuessingCodesIsSlowed(t *testing.T) {
	o := newOffice(t)
	status := 0
	for range 21 {
		a, err := admintest.NewBorne(o.url, o.clock.Now).Do(t.Context(), http.MethodPost, kiosk.PathEnrol, []byte(enrolBody("0000-0000-0000")))
		if err != nil {
			t.Fatal(err)
		}
		status = a.Status
	}
	if status != http.StatusTooManyRequests {
		t.Errorf("status %d after 21 guesses, want 429", status)
	}
}

func TestSignatures(t *testing.T) {
	o := newOffice(t)
	b := o.borne(t)
	other := o.borne(t)
	body, err := json.Marshal(kiosk.CheckIn{State: kiosk.Ready})
	if err != nil {
		t.Fatal(err)
	}
	try := func(change func(*admintest.Borne)) int {
		c := *b
		change(&c)
		a, err := c.Do(t.Context(), http.MethodPost, kiosk.PathCheckIn, body)
		if err != nil {
			t.Fatal(err)
		}
		return a.Status
	}
	for what, c := range map[string]struct {
		change func(*admintest.Borne)
		status int
	}{
		"right":            {func(*admintest.Borne) {}, 200},
		"not signed":       {func(b *admintest.Borne) { b.ID = "" }, 401},
		"key of another":   {func(b *admintest.Borne) { b.Key = other.Key }, 401},
		"unknown id":       {func(b *admintest.Borne) { b.ID = "nobody" }, 401},
		"clock behind":     {func(b *admintest.Borne) { b.Now = later(o, -kiosk.MaxSignatureAge-time.Second) }, 401},
		"clock ahead":      {func(b *admintest.Borne) { b.Now = later(o, kiosk.MaxSignatureAge+time.Second) }, 401},
		"clock a bit off":  {func(b *admintest.Borne) { b.Now = later(o, kiosk.MaxSignatureAge-time.Second) }, 200},
		"clock off a year": {func(b *admintest.Borne) { b.Now = later(o, -365*24*time.Hour) }, 401},
	} {
		if got := try(c.change); got != c.status {
			t.Errorf("%s: status %d, want %d", what, got, c.status)
		}
	}
	req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, o.url+kiosk.PathCheckIn, strings.NewReader(`{"state":"closed"}`))
	if err != nil {
		t.Fatal(err)
	}
	if err := httpsig.Sign(req, body, b.ID, b.Key, o.clock.Now()); err != nil {
		t.Fatal(err)
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	resp.Body.Close()
	if resp.StatusCode != 401 {
		t.Errorf("changed body: status %d, want 401", resp.StatusCode)
	}
	for _, standing := range []admin.Standing{admin.Quarantined, admin.Revoked} { // revoked is for good
		if err := o.store.SetStanding(t.Context(), b.ID, standing, "test", "test"); err != nil {
			t.Fatal(err)
		}
		if got := try(func(*admintest.Borne) {}); got != 403 {
			t.Errorf("%s: status %d, want 403", standing, got)
		}
	}
}

func later(o *office, d time.Duration) func() time.Time {
	return func() time.Time { return o.clock.Now().Add(d) }
}

func TestCheckInIsKept(t *testing.T) {
	o := newOffice(t)
	b := o.borne(t)
	b.Now = later(o, 2*time.Minute)
	reply, err := b.CheckIn(t.Context(), kiosk.CheckIn{State: kiosk.Visiting, Versions: kiosk.Versions{Chromium: "156"}, Pending: 3,
		Reason: strings.Repeat("é", 400), Health: make([]kiosk.Fact, 100)}, 0)
	if err != nil {
		t.Fatal(err)
	}
	if !reply.Now.Equal(o.clock.Now()) || reply.NextSeconds == 0 || reply.Bundle != nil || len(reply.Commands) != 0 {
		t.Errorf("reply %+v", reply)
	}
	if err := o.presence.Flush(t.Context()); err != nil {
		t.Fatal(err)
	}
	k, err := o.store.Kiosk(t.Context(), b.ID)
	if err != nil {
		t.Fatal(err)
	}
	st := k.Status
	if st.State != kiosk.Visiting || st.Versions.Chromium != "156" || st.Pending != 3 || st.ClockOffset != 2*time.Minute ||
		!st.Seen.Equal(o.clock.Now()) || len(st.Reason) > 500 || len(st.Health) != 64 {
		t.Errorf("status %+v", st)
	}
	if a, err := b.Do(t.Context(), http.MethodPost, kiosk.PathCheckIn+"?wait=soon", []byte(`{}`)); err != nil || a.Status != 422 {
		t.Errorf("wait=soon: status %d, %v", a.Status, err)
	}
	if a, err := b.Do(t.Context(), http.MethodPost, kiosk.PathCheckIn, []byte(`{"from_the_future":1}`)); err != nil || a.Status != 200 {
		t.Errorf("a field of a newer borne: status %d, %v", a.Status, err)
	}
}

// waiting starts a check-in and returns once the office holds it.
func waiting(t *testing.T, o *office, b *admintest.Borne, in kiosk.CheckIn) <-chan kiosk.CheckInReply {
	t.Helper()
	replies := make(chan kiosk.CheckInReply, 1)
	before := o.bell.Waiting()
	go func() {
		reply, err := b.CheckIn(context.WithoutCancel(t.Context()), in, kiosk.MaxWait)
		if err != nil {
			t.Error(err)
		}
		replies <- reply
	}()
	for deadline := time.Now().Add(5 * time.Second); o.bell.Waiting() == before; {
		if time.Now().After(deadline) {
			t.Fatal("the check-in does not wait")
		}
		time.Sleep(time.Millisecond)
	}
	return replies
}

func receive(t *testing.T, replies <-chan kiosk.CheckInReply) kiosk.CheckInReply {
	t.Helper()
	select {
	case r := <-replies:
		return r
	case <-time.After(5 * time.Second):
		t.Fatal("nobody woke the check-in")
		return kiosk.CheckInReply{}
	}
}

func TestCommandWakesItsBorne(t *testing.T) {
	o := newOffice(t)
	b := o.borne(t)
	replies := waiting(t, o, b, kiosk.CheckIn{State: kiosk.Ready})
	c, err := o.store.CreateCommand(t.Context(), admin.Command{Kiosk: b.ID, Author: "a@b.fr",
		Command: kiosk.Command{Kind: kiosk.CommandMessage, Argument: "Fermé à 17 h"}})
	if err != nil {
		t.Fatal(err)
	}
	reply := receive(t, replies)
	if len(reply.Commands) != 1 || reply.Commands[0].ID != c.ID || reply.Commands[0].Argument != "Fermé à 17 h" || reply.NextSeconds != 0 {
		t.Fatalf("reply %+v", reply)
	}
	// Sent and not accepted: told again, yet no reason to answer at once.
	replies = waiting(t, o, b, kiosk.CheckIn{State: kiosk.Ready})
	if again, err := b.CheckIn(t.Context(), kiosk.CheckIn{}, 0); err != nil || len(again.Commands) != 1 {
		t.Errorf("asked again: %+v, %v", again, err)
	}
	receive(t, replies)
	for _, state := range []kiosk.CommandState{kiosk.CommandAccepted, kiosk.CommandDone} {
		if err := b.Report(t.Context(), c.ID, kiosk.CommandReport{State: state}); err != nil {
			t.Fatal(err)
		}
	}
	got, err := o.store.Command(t.Context(), c.ID)
	if err != nil || got.State != kiosk.CommandDone || got.Sent.IsZero() || got.Accepted.IsZero() || got.Finished.IsZero() {
		t.Errorf("command %+v, %v", got, err)
	}
	if reply, err := b.CheckIn(t.Context(), kiosk.CheckIn{}, 0); err != nil || len(reply.Commands) != 0 {
		t.Errorf("a finished command is sent again: %+v, %v", reply, err)
	}
}

func TestBundleWakesBornes(t *testing.T) {
	o := newOffice(t)
	b := o.borne(t)
	replies := waiting(t, o, b, kiosk.CheckIn{State: kiosk.Ready})
	r := o.publish(t)
	reply := receive(t, replies)
	if reply.Bundle == nil || reply.Bundle.Version != r.Version || reply.Bundle.SHA256 != r.SHA256 {
		t.Fatalf("reply %+v, want release %+v", reply, r)
	}
	a, err := b.Bundle(t.Context())
	if err != nil || a.Status != 200 || int64(len(a.Body)) != reply.Bundle.Size {
		t.Fatalf("bundle: status %d, %d bytes, %v", a.Status, len(a.Body), err)
	}
	organisation, err := o.store.Organisation(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	opened, err := bundle.Open(a.Body, []ed25519.PublicKey{o.key.Public().(ed25519.PublicKey)},
		bundle.Options{Organisation: organisation.ID, Now: o.clock.Now()})
	if err != nil || opened.Manifest.Version != 1 {
		t.Fatalf("open: %+v, %v", opened, err)
	}
	// It knows of the bundle and waits for the end of a visit to use it.
	replies = waiting(t, o, b, kiosk.CheckIn{State: kiosk.Visiting})
	second := o.publish(t)
	if reply := receive(t, replies); reply.Bundle == nil || reply.Bundle.Version != second.Version {
		t.Errorf("second release: %+v", reply)
	}
	if reply, err := b.CheckIn(t.Context(), kiosk.CheckIn{BundleVersion: second.Version}, 0); err != nil || reply.Bundle != nil {
		t.Errorf("up to date and still offered: %+v, %v", reply, err)
	}
}

func TestOneWaitForEachBorne(t *testing.T) {
	o := newOffice(t)
	b := o.borne(t)
	first := waiting(t, o, b, kiosk.CheckIn{State: kiosk.Ready})
	second := make(chan struct{})
	go func() {
		defer close(second)
		if _, err := b.CheckIn(context.WithoutCancel(t.Context()), kiosk.CheckIn{State: kiosk.Ready}, kiosk.MaxWait); err != nil {
			t.Error(err)
		}
	}()
	receive(t, first)
	if n := o.bell.Waiting(); n != 1 {
		t.Errorf("%d check-ins wait, want 1", n)
	}
	o.bell.Close() // what stopping does
	<-second
}

func TestRevokedWhileWaiting(t *testing.T) {
	o := newOffice(t)
	b := o.borne(t)
	status := make(chan int, 1)
	go func() {
		a, err := b.Do(context.WithoutCancel(t.Context()), http.MethodPost, kiosk.PathCheckIn+"?wait=50", []byte(`{}`))
		if err != nil {
			t.Error(err)
		}
		status <- a.Status
	}()
	for o.bell.Waiting() == 0 {
		time.Sleep(time.Millisecond)
	}
	if err := o.store.SetStanding(t.Context(), b.ID, admin.Revoked, "stolen", "test"); err != nil {
		t.Fatal(err)
	}
	if got := <-status; got != 403 {
		t.Errorf("status %d, want 403", got)
	}
}

func TestCellsOverHTTP(t *testing.T) {
	o := newOffice(t)
	b := o.borne(t)
	cell := func(seq uint64) kiosk.SequencedCell {
		return kiosk.SequencedCell{Seq: seq, Cell: kiosk.Cell{Count: 1, Key: kiosk.Key{Kind: kiosk.CellVisit, Day: "2026-09-01", Hour: kiosk.NoHour, First: "caf", Second: "0-5"}}}
	}
	batch := kiosk.CellBatch{Epoch: "e"}
	for i := range uint64(kiosk.MaxBatchCells) {
		batch.Cells = append(batch.Cells, cell(i+1))
	}
	for range 2 {
		if mark, err := b.Cells(t.Context(), batch); err != nil || mark.Seq != 500 || mark.Epoch != "e" {
			t.Fatalf("watermark %+v, %v", mark, err)
		}
	}
	if mark, err := b.Cells(t.Context(), kiosk.CellBatch{Epoch: "e", Cells: []kiosk.SequencedCell{cell(502)}}); err != nil || mark.Seq != 500 {
		t.Errorf("after a gap: watermark %+v, %v; want 500", mark, err)
	}
	rows, err := o.store.Usage(t.Context(), admin.UsageQuery{Kind: kiosk.CellVisit, From: "2026-09-01", To: "2026-09-01"})
	if err != nil || len(rows) != 1 || rows[0].Count != 500 {
		t.Errorf("usage %+v, %v", rows, err)
	}
	bomb, err := admintest.Pack(strings.Repeat("a", 16<<20))
	if err != nil {
		t.Fatal(err)
	}
	bad := cell(501)
	bad.First = "Jean Dupont"
	text, err := admintest.Pack(kiosk.CellBatch{Epoch: "e", Cells: []kiosk.SequencedCell{bad}})
	if err != nil {
		t.Fatal(err)
	}
	many, err := admintest.Pack(kiosk.CellBatch{Epoch: "e", Cells: append(batch.Cells, cell(501))})
	if err != nil {
		t.Fatal(err)
	}
	for what, c := range map[string]struct {
		body   []byte
		status int
	}{
		"bomb":           {bomb, 422},
		"not compressed": {[]byte(`{"epoch":"e","cells":[]}`), 422},
		"cut":            {many[:len(many)/2], 422},
		"free text":      {text, 422},
		"too many":       {many, 413},
		"too long":       {make([]byte, 300<<10), 413},
	} {
		a, err := b.Do(t.Context(), http.MethodPost, kiosk.PathCells, c.body)
		if err != nil || a.Status != c.status {
			t.Errorf("%s: status %d, %v, want %d: %s", what, a.Status, err, c.status, a.Body)
		}
	}
	thief := o.borne(t)
	if _, err := thief.Cells(t.Context(), batch); err == nil || !strings.Contains(err.Error(), "403") {
		t.Errorf("replay by another borne's key: %v, want 403", err)
	}
	if _, err := thief.CheckIn(t.Context(), kiosk.CheckIn{}, 0); err == nil || !strings.Contains(err.Error(), "quarantined") {
		t.Errorf("and then: %v, want quarantined", err)
	}
}

// A stream that does not announce its size asks for a larger window than the
// batch: the agent may compress either way.
func TestStreamedBatch(t *testing.T) {
	o := newOffice(t)
	b := o.borne(t)
	for _, level := range []zstd.EncoderLevel{zstd.SpeedFastest, zstd.SpeedDefault, zstd.SpeedBetterCompression, zstd.SpeedBestCompression} {
		var buf bytes.Buffer
		w, err := zstd.NewWriter(&buf, zstd.WithEncoderLevel(level))
		if err != nil {
			t.Fatal(err)
		}
		fmt.Fprintf(w, `{"epoch":"e%d",`, level)
		if err := w.Flush(); err != nil {
			t.Fatal(err)
		}
		fmt.Fprint(w, `"cells":[]}`)
		if err := w.Close(); err != nil {
			t.Fatal(err)
		}
		if a, err := b.Do(t.Context(), http.MethodPost, kiosk.PathCells, buf.Bytes()); err != nil || a.Status != 200 {
			t.Errorf("level %s: status %d, %v: %s", level, a.Status, err, a.Body)
		}
	}
}

func TestPublishingRefusesFaults(t *testing.T) {
	o := newOffice(t)
	_, err := publish.Publisher{Releases: o.store, Key: o.key, Now: o.clock.Now}.Publish(t.Context(),
		fstest.MapFS{"settings.yaml": {Data: []byte("nonsense: 1\n")}}, admin.Release{}, "test")
	if admin.HTTPStatus(err) != 422 || !strings.Contains(err.Error(), ".yaml:") {
		t.Errorf("error %v, want the first fault and its place", err)
	}
	if list, err := o.store.Releases(t.Context()); err != nil || len(list) != 0 {
		t.Errorf("releases %v, %v", list, err)
	}
}
