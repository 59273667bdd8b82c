package api

import (
	"fmt"
	"net/http"

	"borne/admin"

	"github.com/klauspost/compress/zstd"
)

// acceptedCoding is the header by which a borne learns that it may compress its
// check-ins, which are most of what it says (RFC 9110 section 12.5.3, in an
// answer). A borne that has not heard it sends them plain.
const acceptedCoding = "zstd"

// checkInDecoder unpacks check-ins.
type checkInDecoder struct{ zstd *zstd.Decoder }

func newCheckInDecoder() (checkInDecoder, error) {
	d, err := zstd.NewReader(nil, zstd.WithDecoderMaxMemory(maxCheckInBytes), zstd.WithDecoderLowmem(true))
	if err != nil {
		return checkInDecoder{}, fmt.Errorf("make zstd decoder: %w", err)
	}
	return checkInDecoder{d}, nil
}

// plain returns the body as it was before a borne compressed it: maxCheckInBytes
// at most, whatever it claims.
func (d checkInDecoder) plain(r *http.Request, body []byte) ([]byte, error) {
	switch coding := r.Header.Get("Content-Encoding"); coding {
	case "", "identity":
		return body, nil
	case acceptedCoding:
		raw, err := d.zstd.DecodeAll(body, nil)
		if err != nil {
			return nil, fmt.Errorf("%w: unpack check-in: %w", admin.ErrInvalid, err)
		}
		if len(raw) > maxCheckInBytes {
			return nil, fmt.Errorf("%w: at most %d bytes here", admin.ErrTooLarge, maxCheckInBytes)
		}
		return raw, nil
	default:
		return nil, fmt.Errorf("%w: content coding %q is unknown: send %s or none", admin.ErrInvalid, clip(coding), acceptedCoding)
	}
}
