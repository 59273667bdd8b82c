package fleet

import (
	"errors"
	"net/http"
	"strings"

	"github.com/klauspost/compress/zstd"
)

// coding is the compression of what is sent (RFC 8878). Batches always have it;
// check-ins do once the central office says that it takes it.
const coding = "zstd"

// pack compresses a message that is in memory whole. Its encoder is made
// for it: one that is kept would be memory for something done once a minute.
func pack(data []byte, level zstd.EncoderLevel) ([]byte, error) {
	window := zstd.MinWindowSize
	for window < len(data) {
		window *= 2
	}
	encoder, err := zstd.NewWriter(nil, zstd.WithEncoderConcurrency(1), zstd.WithWindowSize(window), zstd.WithEncoderLevel(level))
	if err != nil {
		return nil, err
	}
	defer encoder.Close()
	return encoder.EncodeAll(data, nil), nil
}

// takesPacked reads from an answer whether the central office takes compressed
// check-ins: Accept-Encoding in an answer (RFC 9110 section 12.5.3).
func takesPacked(h http.Header) bool {
	for _, line := range h.Values("Accept-Encoding") {
		for entry := range strings.SplitSeq(line, ",") {
			name, weight, _ := strings.Cut(entry, ";")
			if strings.EqualFold(strings.TrimSpace(name), coding) && strings.ReplaceAll(weight, " ", "") != "q=0" {
				return true
			}
		}
	}
	return false
}

// isMisread reports that a message was not understood. Of a compressed one that
// may mean that an older server answers now, one of several, or one that was
// put back.
func isMisread(err error) bool {
	var s *StatusError
	return errors.As(err, &s) && (s.Status == http.StatusBadRequest || s.Status == http.StatusUnsupportedMediaType ||
		s.Status == http.StatusUnprocessableEntity || s.Status == http.StatusRequestEntityTooLarge)
}
