package api

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"math"
	"strings"
	"unicode/utf8"

	"borne/admin"
	"borne/kiosk"

	"github.com/klauspost/compress/zstd"
)

// decodeStrict reads one JSON value and nothing else: an unknown field is a
// mistake that would otherwise be lost in silence.
func decodeStrict(body []byte, into any) error { return decodeJSON(body, into, true) }

// decodeJSON reads one JSON value. Not strict, it passes over fields that only
// a newer borne knows.
func decodeJSON(body []byte, into any, strict bool) error {
	if !utf8.Valid(body) {
		return fmt.Errorf("%w: the body is not UTF-8", admin.ErrInvalid)
	}
	d := json.NewDecoder(bytes.NewReader(body))
	if strict {
		d.DisallowUnknownFields()
	}
	if err := d.Decode(into); err != nil {
		return fmt.Errorf("%w: %w", admin.ErrInvalid, err)
	}
	if _, err := d.Token(); err != io.EOF {
		return fmt.Errorf("%w: something follows the JSON value", admin.ErrInvalid)
	}
	return nil
}

// batchDecoder unpacks batches and stops at their limit whatever they claim.
type batchDecoder struct{ zstd *zstd.Decoder }

// maxUnpacked bounds what a frame may make of itself. It is more than a batch
// because a stream that does not announce its size asks for the whole window
// of its level, 8 MiB at most.
const maxUnpacked = 8 << 20

func newBatchDecoder() (batchDecoder, error) {
	d, err := zstd.NewReader(nil, zstd.WithDecoderMaxMemory(maxUnpacked), zstd.WithDecoderLowmem(true))
	if err != nil {
		return batchDecoder{}, fmt.Errorf("make zstd decoder: %w", err)
	}
	return batchDecoder{d}, nil
}

// decode reads a compressed batch and checks all of it: a batch is taken as a
// whole or not at all.
func (d batchDecoder) decode(body []byte) (kiosk.CellBatch, error) {
	raw, err := d.zstd.DecodeAll(body, nil)
	if err != nil {
		return kiosk.CellBatch{}, fmt.Errorf("%w: unpack cells: %w", admin.ErrInvalid, err)
	}
	if len(raw) > kiosk.MaxBatchBytes {
		return kiosk.CellBatch{}, fmt.Errorf("%w: a batch has at most %d bytes", admin.ErrTooLarge, kiosk.MaxBatchBytes)
	}
	var batch kiosk.CellBatch
	if err := decodeStrict(raw, &batch); err != nil {
		return kiosk.CellBatch{}, err
	}
	if err := checkBatch(batch); err != nil {
		return kiosk.CellBatch{}, err
	}
	return batch, nil
}

// maxCount is far above what a borne counts in a day.
const maxCount = 1_000_000_000

func checkBatch(b kiosk.CellBatch) error {
	if len(b.Epoch) == 0 || len(b.Epoch) > 64 || strings.Trim(b.Epoch, "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ-_") != "" {
		return fmt.Errorf("%w: an epoch has 1 to 64 letters, digits, hyphens and underscores", admin.ErrInvalid)
	}
	if len(b.Cells) > kiosk.MaxBatchCells {
		return fmt.Errorf("%w: a batch has at most %d cells", admin.ErrTooLarge, kiosk.MaxBatchCells)
	}
	kinds := map[kiosk.CellKind]kiosk.KindDefinition{}
	for _, d := range kiosk.Kinds() {
		kinds[d.Kind] = d
	}
	for _, c := range b.Cells {
		if c.Seq == 0 || c.Seq > math.MaxInt64 {
			return fmt.Errorf("%w: cell %d: sequence numbers begin at 1", admin.ErrInvalid, c.Seq)
		}
		if c.Count > maxCount {
			return fmt.Errorf("%w: cell %d: count %d is not believable", admin.ErrInvalid, c.Seq, c.Count)
		}
		kind, known := kinds[c.Kind]
		if !known {
			return fmt.Errorf("%w: cell %d: cell kind %q is unknown", admin.ErrInvalid, c.Seq, c.Kind)
		}
		if err := kind.Check(c.Key, nil); err != nil {
			return fmt.Errorf("%w: cell %d: %w", admin.ErrInvalid, c.Seq, err)
		}
	}
	return nil
}
