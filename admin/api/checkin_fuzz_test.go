package api

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"borne/admin"
	"borne/kiosk"

	"github.com/klauspost/compress/zstd"
)

// FuzzCheckIn: whatever a borne sends, plain or compressed, what is kept of it
// is short text that can be written down and read again.
func FuzzCheckIn(f *testing.F) {
	w, err := zstd.NewWriter(nil)
	if err != nil {
		f.Fatal(err)
	}
	for _, s := range []string{
		`{"state":"ready","versions":{"borne":"1"},"health":[{"name":"disk","level":"ok","detail":"41 % free"}],"bundle_version":3,"clock":"2026-09-01T09:00:00Z","pending":8}`,
		`{"state":"` + strings.Repeat("é", maxText) + `","clock":"9999-12-31T23:59:59Z","every_seconds":-9223372036854775808,"new":{}}`,
		`{"bundle_version":18446744073709551615,"pending":18446744073709551615,"clock":"0000-01-01T00:00:00Z","every_seconds":9223372036854775807}`,
		`{"reason":"\u0000\ud800"}`, `{"health":[` + strings.Repeat(`{},`, maxFacts) + `{}]}`, `{}{`, `null`, ``,
	} {
		f.Add(false, []byte(s))
		f.Add(true, w.EncodeAll([]byte(s), nil))
	}
	d, err := newCheckInDecoder()
	if err != nil {
		f.Fatal(err)
	}
	now := time.Date(2026, 9, 1, 9, 0, 0, 0, time.UTC)
	f.Fuzz(func(t *testing.T, packed bool, body []byte) {
		r := &http.Request{Header: http.Header{}}
		if packed {
			r.Header.Set("Content-Encoding", acceptedCoding)
		}
		plain, err := d.plain(r, body)
		if err != nil {
			return
		}
		if packed && len(plain) > maxCheckInBytes {
			t.Fatalf("unpacked to %d bytes", len(plain))
		}
		var in kiosk.CheckIn
		if decodeJSON(plain, &in, false) != nil {
			return
		}
		status := admin.StatusOf(trim(in), now)
		texts := []string{string(status.State), status.Reason, string(status.Help), status.BundleFault, status.Versions.Borne, status.Versions.Chromium, status.Versions.Debian, status.Versions.Kernel}
		for _, fact := range status.Health {
			texts = append(texts, fact.Name, string(fact.Level), fact.Detail)
		}
		for _, s := range texts {
			if len(s) > maxText || !utf8.ValidString(s) {
				t.Fatalf("kept: %q", s)
			}
		}
		if len(status.Health) > maxFacts || status.Every < 0 {
			t.Fatalf("kept: %d facts, every %s", len(status.Health), status.Every)
		}
		raw, err := json.Marshal(status)
		if err != nil {
			t.Fatalf("cannot be written down: %v", err)
		}
		var again admin.Status
		if err := json.Unmarshal(raw, &again); err != nil {
			t.Fatalf("cannot be read again: %v", err)
		}
	})
}
