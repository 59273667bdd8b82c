package api_test

import (
	"bytes"
	"encoding/json"
	"net/http"
	"strings"
	"testing"

	"borne/kiosk"
	"borne/kiosk/httpsig"

	"github.com/klauspost/compress/zstd"
)

// TestPackedCheckIn: the office says that it takes compressed check-ins, takes
// plain ones all the same, and unpacks no more than it would read.
func TestPackedCheckIn(t *testing.T) {
	o := newOffice(t)
	b := o.borne(t)
	encoder, err := zstd.NewWriter(nil)
	if err != nil {
		t.Fatal(err)
	}
	defer encoder.Close()
	send := func(coding string, body []byte) (int, http.Header) {
		t.Helper()
		req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, b.URL+kiosk.PathCheckIn, bytes.NewReader(body))
		if err != nil {
			t.Fatal(err)
		}
		if coding != "" {
			req.Header.Set("Content-Encoding", coding)
		}
		if err := httpsig.Sign(req, body, b.ID, b.Key, b.Now()); err != nil {
			t.Fatal(err)
		}
		res, err := http.DefaultClient.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		res.Body.Close()
		return res.StatusCode, res.Header
	}
	plain, err := json.Marshal(kiosk.CheckIn{State: kiosk.Ready, Versions: kiosk.Versions{Chromium: "157"}, Pending: 8})
	if err != nil {
		t.Fatal(err)
	}
	status, header := send("", plain)
	if status != http.StatusOK || header.Get("Accept-Encoding") != "zstd" {
		t.Errorf("plain: %d, %v", status, header)
	}
	if status, _ := send("zstd", encoder.EncodeAll(plain, nil)); status != http.StatusOK {
		t.Errorf("compressed: %d", status)
	}
	if err := o.presence.Flush(t.Context()); err != nil {
		t.Fatal(err)
	}
	if k, err := o.store.Kiosk(t.Context(), b.ID); err != nil || k.Status.Pending != 8 || k.Status.Versions.Chromium != "157" {
		t.Errorf("status %+v, %v", k.Status, err)
	}
	large := []byte(`{"reason":"` + strings.Repeat("a", 64<<10) + `"}`)
	bomb := encoder.EncodeAll(bytes.Repeat([]byte(" "), 1<<30), nil)
	var stream bytes.Buffer // does not say how much it makes
	w, err := zstd.NewWriter(&stream)
	if err != nil {
		t.Fatal(err)
	}
	for range 64 {
		if _, err := w.Write(bytes.Repeat([]byte(" "), 1<<20)); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		coding string
		body   []byte
	}{"too large": {"zstd", encoder.EncodeAll(large, nil)}, "a bomb": {"zstd", bomb}, "a bomb that streams": {"zstd", stream.Bytes()},
		"not compressed": {"zstd", plain}, "cut": {"zstd", encoder.EncodeAll(plain, nil)[:20]}, "another coding": {"gzip", plain}, "twice": {"zstd, zstd", plain}, "compressed, and not said": {"", encoder.EncodeAll(plain, nil)}} {
		if status, header := send(c.coding, c.body); status < 400 || status >= 500 || header.Get("Content-Type") != "application/problem+json" {
			t.Errorf("%s: %d, %v", name, status, header)
		}
	}
}
