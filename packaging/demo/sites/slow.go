package sites

import (
	"net/http"
	"time"
)

// Slow has every document that begins from now on take that long to arrive, as over the line of a small town hall; 0 ends it.
func (s *Sites) Slow(document time.Duration) { s.slow.Store(int64(document)) }

// slowly holds documents back, and nothing else.
type slowly struct {
	http.ResponseWriter
	r    *http.Request
	last time.Duration
}

// pieces is how many parts a slow document comes in, so that it is seen to come.
const pieces = 20

// Write is called once with a whole document (download).
func (w slowly) Write(b []byte) (n int, err error) {
	if w.Header().Get("Content-Disposition") == "" {
		return w.ResponseWriter.Write(b)
	}
	size := (len(b) + pieces - 1) / pieces
	for n < len(b) && err == nil {
		var wrote int
		wrote, err = w.ResponseWriter.Write(b[n:min(n+size, len(b))])
		n += wrote
		_ = http.NewResponseController(w.ResponseWriter).Flush() // it is sent at the end all the same
		if n == len(b) {
			break
		}
		select {
		case <-time.After(w.last / pieces):
		case <-w.r.Context().Done():
			return n, w.r.Context().Err()
		}
	}
	return n, err
}
