package api

import (
	"encoding/json"
	"testing"

	"borne/kiosk"

	"github.com/klauspost/compress/zstd"
)

// FuzzDecodeBatch holds that whatever comes, what is taken is within the
// limits, and is what it says when written again.
func FuzzDecodeBatch(f *testing.F) {
	w, err := zstd.NewWriter(nil)
	if err != nil {
		f.Fatal(err)
	}
	for _, s := range []string{
		`{"epoch":"e","cells":[{"seq":1,"kind":"visit","day":"2026-09-01","hour":-1,"first":"caf","second":"0-5","count":1}]}`,
		`{"epoch":"e","cells":[{"seq":0,"kind":"visit","day":"2026-09-01","hour":-1,"first":"caf","second":"0-5","count":1}]}`,
		`{"epoch":"e","cells":[{"seq":18446744073709551615,"kind":"session","day":"2026-09-01","hour":9,"first":"button","second":"0-5","count":1}]}`,
		`{"epoch":"","cells":null}`, `{"epoch":"e","cells":[],"cells":[{}]}`, `[]`, ``, `{"epoch":"é"}`,
	} {
		f.Add(w.EncodeAll([]byte(s), nil))
	}
	f.Add([]byte{0x28, 0xb5, 0x2f, 0xfd})
	d, err := newBatchDecoder()
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		batch, err := d.decode(body)
		if err != nil {
			if batch.Epoch != "" || batch.Cells != nil {
				t.Fatalf("a part of a refused batch came back: %+v", batch)
			}
			return
		}
		if len(batch.Cells) > kiosk.MaxBatchCells || batch.Epoch == "" {
			t.Fatalf("taken: epoch %q, %d cells", batch.Epoch, len(batch.Cells))
		}
		for _, c := range batch.Cells {
			if err := c.Validate(nil); err != nil || c.Seq == 0 || int64(c.Seq) < 0 {
				t.Fatalf("taken: %+v: %v", c, err)
			}
		}
		raw, err := json.Marshal(batch)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := d.decode(w.EncodeAll(raw, nil)); err != nil && len(raw) <= kiosk.MaxBatchBytes {
			t.Fatalf("not taken again: %v", err)
		}
	})
}

func TestClipKeepsCharactersWhole(t *testing.T) {
	for n := maxText - 4; n < maxText+4; n++ {
		s := ""
		for len(s) < n {
			s += "é"
		}
		for _, in := range []string{s, "a" + s, s + "€"} {
			got := clip(in)
			if len(got) > maxText || len(got) < min(len(in), maxText)-3 || string([]rune(got)) != got {
				t.Errorf("clip of %d bytes: %d bytes, %q", len(in), len(got), got[max(0, len(got)-6):])
			}
		}
	}
}
