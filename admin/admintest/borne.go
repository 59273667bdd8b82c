package admintest

import (
	"bytes"
	"context"
	"crypto/ed25519"
	"crypto/rand"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"time"

	"borne/kiosk"
	"borne/kiosk/httpsig"

	"github.com/klauspost/compress/zstd"
)

// Borne speaks the device API. It is no agent: it keeps nothing and tries
// nothing twice.
type Borne struct {
	URL    string
	Client *http.Client
	Key    ed25519.PrivateKey
	ID     string
	Now    func() time.Time
}

// NewBorne returns a borne with a new key and no identity yet.
func NewBorne(url string, now func() time.Time) *Borne {
	_, key, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		panic(err) // crypto/rand never fails
	}
	return &Borne{URL: url, Client: http.DefaultClient, Key: key, Now: now}
}

// Answer is what came back.
type Answer struct {
	Status int
	Header http.Header
	Body   []byte
}

// Problem returns the problem that an answer tells.
func (a Answer) Problem() (p kiosk.Problem, err error) {
	return p, json.Unmarshal(a.Body, &p)
}

// Do sends a request, signed when the borne has an identity.
func (b *Borne) Do(ctx context.Context, method, path string, body []byte) (Answer, error) {
	req, err := http.NewRequestWithContext(ctx, method, b.URL+path, bytes.NewReader(body))
	if err != nil {
		return Answer{}, err
	}
	if b.ID != "" {
		if err := httpsig.Sign(req, body, b.ID, b.Key, b.Now()); err != nil {
			return Answer{}, err
		}
	}
	return b.send(req)
}

func (b *Borne) send(req *http.Request) (Answer, error) {
	resp, err := b.Client.Do(req)
	if err != nil {
		return Answer{}, err
	}
	defer resp.Body.Close()
	raw, err := io.ReadAll(resp.Body)
	return Answer{resp.StatusCode, resp.Header, raw}, err
}

// call sends in as JSON and reads an answer of status 2xx into out.
func (b *Borne) call(ctx context.Context, path string, in, out any) error {
	raw, err := json.Marshal(in)
	if err != nil {
		return err
	}
	a, err := b.Do(ctx, http.MethodPost, path, raw)
	if err != nil {
		return err
	}
	return a.into(out)
}

func (a Answer) into(out any) error {
	if a.Status/100 != 2 {
		return fmt.Errorf("status %d: %s", a.Status, a.Body)
	}
	if out == nil {
		return nil
	}
	return json.Unmarshal(a.Body, out)
}

// Enrol gets an identity.
func (b *Borne) Enrol(ctx context.Context, code string) (reply kiosk.EnrolReply, err error) {
	err = b.call(ctx, kiosk.PathEnrol, kiosk.EnrolRequest{Code: code, PublicKey: b.Key.Public().(ed25519.PublicKey),
		Versions: kiosk.Versions{Borne: "test"}}, &reply)
	b.ID = reply.KioskID
	return reply, err
}

// CheckIn tells in, and waits for news up to wait.
func (b *Borne) CheckIn(ctx context.Context, in kiosk.CheckIn, wait time.Duration) (reply kiosk.CheckInReply, err error) {
	in.Clock = b.Now()
	return reply, b.call(ctx, fmt.Sprintf("%s?wait=%d", kiosk.PathCheckIn, int(wait.Seconds())), in, &reply)
}

// Report tells what became of a command.
func (b *Borne) Report(ctx context.Context, id string, r kiosk.CommandReport) error {
	return b.call(ctx, kiosk.PathCommands+"/"+id, r, nil)
}

// Bundle fetches the archive meant for the borne.
func (b *Borne) Bundle(ctx context.Context) (Answer, error) {
	return b.Do(ctx, http.MethodGet, kiosk.PathBundle, nil)
}

// Cells sends a batch.
func (b *Borne) Cells(ctx context.Context, batch kiosk.CellBatch) (mark kiosk.Watermark, err error) {
	packed, err := Pack(batch)
	if err != nil {
		return mark, err
	}
	a, err := b.Do(ctx, http.MethodPost, kiosk.PathCells, packed)
	if err != nil {
		return mark, err
	}
	return mark, a.into(&mark)
}

// Pack compresses a value as a batch is.
func Pack(v any) ([]byte, error) {
	raw, err := json.Marshal(v)
	if err != nil {
		return nil, err
	}
	w, err := zstd.NewWriter(nil)
	if err != nil {
		return nil, err
	}
	return w.EncodeAll(raw, nil), w.Close()
}
