package fleet

import (
	"bytes"
	"context"
	"crypto/ed25519"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/klauspost/compress/zstd"

	"borne/kiosk"
	"borne/kiosk/httpsig"
)

// fataler is a test, or a try of rapid.
type fataler interface {
	Helper()
	Fatal(...any)
}

func must(t fataler, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// office is a central office that keeps the contract of kiosk/fleet.go, in
// memory.
type office struct {
	now func() time.Time

	mu       sync.Mutex
	code     string
	keys     map[string]ed25519.PublicKey
	enrolled []ed25519.PublicKey // each key that tried
	cells    map[string]map[uint64]kiosk.Cell
	commands []kiosk.Command
	states   map[string][]kiosk.CommandState
	details  map[string]string
	bundle   []byte
	version  uint64
	checkIns []kiosk.CheckIn
	waits    []string
	fetches  int
	next     int
	bell     chan struct{}
	// takes compressed check-ins, and says so; packed counts them.
	takes  bool
	packed int
}

func newOffice(now func() time.Time) *office {
	return &office{now: now, code: "7KQ2-M9XA-4TRB", keys: map[string]ed25519.PublicKey{}, cells: map[string]map[uint64]kiosk.Cell{},
		states: map[string][]kiosk.CommandState{}, details: map[string]string{}, bell: make(chan struct{})}
}

func (o *office) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Date", o.now().UTC().Format(http.TimeFormat))
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return
	}
	if r.URL.Path == kiosk.PathEnrol {
		o.enrol(w, body)
		return
	}
	id, err := httpsig.Verify(r, body, func(id string) (ed25519.PublicKey, error) {
		o.mu.Lock()
		defer o.mu.Unlock()
		if k := o.keys[id]; k != nil {
			return k, nil
		}
		return nil, errors.New("unknown borne")
	}, o.now())
	if err != nil {
		problem(w, http.StatusUnauthorized, err.Error())
		return
	}
	switch {
	case r.URL.Path == kiosk.PathCheckIn:
		o.checkIn(w, r, body)
	case r.URL.Path == kiosk.PathBundle:
		o.mu.Lock()
		defer o.mu.Unlock()
		o.fetches++
		w.Header().Set("Content-Type", "application/octet-stream")
		w.Write(o.bundle)
	case r.URL.Path == kiosk.PathCells:
		o.keep(w, id, body)
	case strings.HasPrefix(r.URL.Path, kiosk.PathCommands+"/"):
		var report kiosk.CommandReport
		if json.Unmarshal(body, &report) != nil {
			problem(w, http.StatusUnprocessableEntity, "not a report")
			return
		}
		o.mu.Lock()
		defer o.mu.Unlock()
		command := strings.TrimPrefix(r.URL.Path, kiosk.PathCommands+"/")
		o.states[command] = append(o.states[command], report.State)
		o.details[command] = report.Detail
		w.WriteHeader(http.StatusNoContent)
	default:
		problem(w, http.StatusNotFound, "no such call")
	}
}

func problem(w http.ResponseWriter, status int, detail string) {
	w.Header().Set("Content-Type", "application/problem+json")
	w.WriteHeader(status)
	json.NewEncoder(w).Encode(kiosk.Problem{Status: status, Title: http.StatusText(status), Detail: detail})
}

func reply(w http.ResponseWriter, v any) {
	w.Header().Set("Content-Type", "application/json")
	json.NewEncoder(w).Encode(v)
}

func (o *office) enrol(w http.ResponseWriter, body []byte) {
	var in kiosk.EnrolRequest
	if json.Unmarshal(body, &in) != nil || len(in.PublicKey) != ed25519.PublicKeySize {
		problem(w, http.StatusUnprocessableEntity, "not an enrolment")
		return
	}
	o.mu.Lock()
	defer o.mu.Unlock()
	o.enrolled = append(o.enrolled, in.PublicKey)
	id := fmt.Sprintf("borne-%d", len(o.keys)+1)
	for known, k := range o.keys {
		if k.Equal(in.PublicKey) {
			id = known
		}
	}
	if in.Code != o.code {
		problem(w, http.StatusForbidden, "unknown enrolment code")
		return
	}
	o.keys[id] = in.PublicKey
	reply(w, kiosk.EnrolReply{KioskID: id, Name: "Accueil", Organisation: "caf30", Site: "Nîmes", Groups: []string{"gard"},
		BundleKeys: []ed25519.PublicKey{in.PublicKey}})
}

func (o *office) checkIn(w http.ResponseWriter, r *http.Request, body []byte) {
	var in kiosk.CheckIn
	o.mu.Lock()
	takes := o.takes
	o.mu.Unlock()
	if takes {
		w.Header().Set("Accept-Encoding", "gzip;q=0, zstd")
		if r.Header.Get("Content-Encoding") == "zstd" {
			o.mu.Lock()
			o.packed++
			o.mu.Unlock()
			body = unpack(body)
		}
	}
	if json.Unmarshal(body, &in) != nil {
		problem(w, http.StatusUnprocessableEntity, "not a check-in")
		return
	}
	wait, _ := strconv.Atoi(r.URL.Query().Get("wait"))
	o.mu.Lock()
	o.checkIns = append(o.checkIns, in)
	o.waits = append(o.waits, r.URL.Query().Get("wait"))
	bell := o.bell
	out := o.news(in)
	o.mu.Unlock()
	if len(out.Commands) == 0 && out.Bundle == nil && wait > 0 {
		select {
		case <-bell:
		case <-time.After(time.Duration(wait) * time.Second):
		case <-r.Context().Done():
			return
		}
		o.mu.Lock()
		out = o.news(in)
		o.mu.Unlock()
	}
	out.Now = o.now()
	reply(w, out)
}

func (o *office) news(in kiosk.CheckIn) kiosk.CheckInReply {
	out := kiosk.CheckInReply{NextSeconds: o.next}
	for _, c := range o.commands {
		if states := o.states[c.ID]; (len(states) == 0 || !states[len(states)-1].Final()) && c.Expires.After(o.now()) {
			out.Commands = append(out.Commands, c)
		}
	}
	if o.version > in.BundleVersion {
		out.Bundle = &kiosk.BundleOffer{Version: o.version, SHA256: sha(o.bundle), Size: int64(len(o.bundle))}
	}
	return out
}

// unpack returns what was compressed, nil for what was not.
func unpack(body []byte) []byte {
	d, err := zstd.NewReader(nil, zstd.WithDecoderConcurrency(1))
	if err != nil {
		panic(err)
	}
	defer d.Close()
	data, err := d.DecodeAll(body, nil)
	if err != nil {
		return nil
	}
	return data
}

// ask queues commands and rings.
func (o *office) ask(commands ...kiosk.Command) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.commands = append(o.commands, commands...)
	close(o.bell)
	o.bell = make(chan struct{})
}

func (o *office) keep(w http.ResponseWriter, id string, body []byte) {
	var batch kiosk.CellBatch
	if json.Unmarshal(unpack(body), &batch) != nil || len(batch.Cells) > kiosk.MaxBatchCells {
		problem(w, http.StatusUnprocessableEntity, "not a batch")
		return
	}
	o.mu.Lock()
	defer o.mu.Unlock()
	held := o.cells[batch.Epoch]
	if held == nil {
		held = map[uint64]kiosk.Cell{}
		o.cells[batch.Epoch] = held
	}
	for _, c := range batch.Cells {
		if _, known := held[c.Seq]; !known {
			held[c.Seq] = c.Cell
		}
	}
	mark := kiosk.Watermark{Epoch: batch.Epoch}
	for held[mark.Seq+1].Count > 0 {
		mark.Seq++
	}
	reply(w, mark)
}

// direct carries requests to a handler without a network, so that the time of
// testing/synctest passes while they are held.
type direct struct{ h http.Handler }

func (d direct) RoundTrip(req *http.Request) (*http.Response, error) {
	var body []byte
	if req.Body != nil {
		var err error
		if body, err = io.ReadAll(req.Body); err != nil {
			return nil, err
		}
	}
	in := httptest.NewRequestWithContext(req.Context(), req.Method, req.URL.String(), bytes.NewReader(body))
	in.Header = req.Header.Clone()
	rec := httptest.NewRecorder()
	done := make(chan struct{})
	go func() {
		defer close(done)
		d.h.ServeHTTP(rec, in)
	}()
	select {
	case <-done:
		return rec.Result(), nil
	case <-req.Context().Done():
		<-done
		return nil, req.Context().Err()
	}
}

// borne is the rest of borned.
type borne struct {
	mu       sync.Mutex
	report   kiosk.CheckIn
	executed []kiosk.Command
	execute  func(context.Context, kiosk.Command) error
	archives [][]byte
	offer    func([]byte) error
}

func (b *borne) Report() kiosk.CheckIn {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.report
}

func (b *borne) Execute(ctx context.Context, c kiosk.Command) error {
	b.mu.Lock()
	b.executed = append(b.executed, c)
	f := b.execute
	b.mu.Unlock()
	if f != nil {
		return f(ctx, c)
	}
	return nil
}

func (b *borne) OfferBundle(_ context.Context, archive []byte) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.archives = append(b.archives, archive)
	if b.offer != nil {
		return b.offer(archive)
	}
	return nil
}

func (b *borne) runs() int {
	b.mu.Lock()
	defer b.mu.Unlock()
	return len(b.executed)
}

// cells is a usage log in memory.
type cells struct {
	mu    sync.Mutex
	epoch string
	rows  []kiosk.SequencedCell
	seq   uint64
	added uint64
}

func (c *cells) add(n int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for range n {
		c.seq++
		c.added += c.seq
		c.rows = append(c.rows, kiosk.SequencedCell{Seq: c.seq, Cell: kiosk.Cell{Count: c.seq,
			Key: kiosk.Key{Kind: kiosk.CellVisit, Day: "2026-11-20", Hour: kiosk.NoHour, First: "caf", Second: "5-15"}}})
	}
}

func (c *cells) Batch(_ context.Context, limit int) (kiosk.CellBatch, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	return kiosk.CellBatch{Epoch: c.epoch, Cells: append([]kiosk.SequencedCell{}, c.rows[:min(limit, len(c.rows))]...)}, nil
}

func (c *cells) Acknowledge(_ context.Context, w kiosk.Watermark) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	if w.Epoch != c.epoch || w.Seq > c.seq {
		return errors.New("watermark refused")
	}
	for len(c.rows) > 0 && c.rows[0].Seq <= w.Seq {
		c.rows = c.rows[1:]
	}
	return nil
}

func (c *cells) Pending(context.Context) (uint64, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	return uint64(len(c.rows)), nil
}

// era brings the clock of testing/synctest, which begins in 2000, to our days.
func era() time.Time { return time.Now().AddDate(26, 10, 0) }

// field is a borne and its central office without a network between them.
type field struct {
	office *office
	borne  *borne
	cells  *cells
	dir    string
	agent  *Agent
}

func newField(t *testing.T, between func(http.RoundTripper) http.RoundTripper) *field {
	t.Helper()
	f := &field{office: newOffice(era), borne: &borne{}, cells: &cells{epoch: "e1"}, dir: t.TempDir()}
	f.start(t, between)
	_, err := f.agent.Enrol(t.Context(), "https://office.example", f.office.code)
	must(t, err)
	return f
}

// start makes an agent on the same state, as after a restart.
func (f *field) start(t *testing.T, between func(http.RoundTripper) http.RoundTripper) {
	t.Helper()
	var transport http.RoundTripper = direct{f.office}
	if between != nil {
		transport = between(transport)
	}
	var err error
	f.agent, err = New(Options{StateDir: f.dir, Borne: f.borne, Cells: f.cells, Clock: era, Transport: transport})
	must(t, err)
}

// run runs the agent for that long.
func (f *field) run(t *testing.T, d time.Duration) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), d)
	defer cancel()
	if err := f.agent.Run(ctx); !errors.Is(err, context.DeadlineExceeded) {
		t.Fatalf("Run = %v", err)
	}
}

func (o *office) history(id string) []kiosk.CommandState {
	o.mu.Lock()
	defer o.mu.Unlock()
	return append([]kiosk.CommandState{}, o.states[id]...)
}

func (o *office) checks() int {
	o.mu.Lock()
	defer o.mu.Unlock()
	return len(o.checkIns)
}
