package api

import (
	"encoding/json"
	"log/slog"
	"net/http"
	"time"

	"borne/admin"
	"borne/kiosk"
)

// retrySeconds is what 429 and 503 ask for.
const retrySeconds = "30"

// writeProblem answers err as RFC 9457 says. Its Date lets a borne with a
// wrong clock correct itself. The text of our own faults goes to the journal
// and not to the caller.
func writeProblem(w http.ResponseWriter, r *http.Request, log *slog.Logger, now time.Time, err error) {
	status := admin.HTTPStatus(err)
	p := kiosk.Problem{Status: status, Title: http.StatusText(status)}
	if status == http.StatusInternalServerError {
		if r.Context().Err() != nil {
			return // the caller has gone; nobody reads an answer
		}
		log.Error("request failed", "method", r.Method, "path", r.URL.Path, "error", err)
	} else {
		p.Detail = err.Error()
	}
	if status == http.StatusTooManyRequests || status == http.StatusServiceUnavailable {
		w.Header().Set("Retry-After", retrySeconds)
	}
	w.Header().Set("Content-Type", "application/problem+json")
	w.Header().Set("Date", now.UTC().Format(http.TimeFormat))
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(p) // the caller may have gone
}

func writeJSON(w http.ResponseWriter, v any) error {
	raw, err := json.Marshal(v)
	if err != nil {
		return err
	}
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Cache-Control", "no-store")
	_, _ = w.Write(raw) // the caller may have gone
	return nil
}
