package fleet

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"strconv"
	"strings"
	"time"

	"borne/kiosk"
	"borne/kiosk/httpsig"
)

// Bounds of what is read from the network, in bytes.
const (
	maxReplyBytes   = 1 << 20
	maxProblemBytes = 16 << 10
	// MaxBundleBytes is the largest bundle that a borne fetches.
	MaxBundleBytes = 32 << 20
)

// Bounds of how long things take.
const (
	requestTimeout = time.Minute
	bundleTimeout  = 10 * time.Minute
	maxRetryAfter  = time.Hour
)

// request is one call of the device API.
type request struct {
	method, path, query string
	body                []byte
	contentType         string
	contentEncoding     string
	// accepts hears whether the answer says that compressed messages are taken;
	// nil when that does not matter.
	accepts *bool
	// limit is the most bytes of an answer.
	limit int64
	// anyType accepts an answer that is not JSON, noContent one that is empty.
	anyType, noContent bool
	timeout            time.Duration
}

// call sends a request, signed unless id has no key, and returns the body of
// a 2xx answer. It repeats once when the machine's clock was the obstacle.
func (a *Agent) call(ctx context.Context, id *credentials, r request) ([]byte, error) {
	if r.timeout == 0 {
		r.timeout = requestTimeout
	}
	before := a.ClockOffset()
	body, err := a.once(ctx, id, r)
	var refused *StatusError
	switch {
	case isExpired(err) && a.o.Transport == nil:
		if askErr := a.askTime(ctx, id.Server); askErr != nil {
			return nil, fmt.Errorf("%w; the clock was suspected, but %w", err, askErr)
		}
		return a.once(ctx, id, r)
	case errors.As(err, &refused) && refused.Status == http.StatusUnauthorized && (a.ClockOffset()-before).Abs() > kiosk.MaxSignatureAge/5:
		return a.once(ctx, id, r)
	}
	return body, err
}

func (a *Agent) once(ctx context.Context, id *credentials, r request) ([]byte, error) {
	ctx, cancel := context.WithTimeout(ctx, r.timeout)
	defer cancel()
	target := id.Server + r.path
	if r.query != "" {
		target += "?" + r.query
	}
	req, err := http.NewRequestWithContext(ctx, r.method, target, bytes.NewReader(r.body))
	if err != nil {
		return nil, err
	}
	req.Header.Set("User-Agent", "borned")
	if r.contentType != "" {
		req.Header.Set("Content-Type", r.contentType)
	}
	if r.contentEncoding != "" {
		req.Header.Set("Content-Encoding", r.contentEncoding)
	}
	if id.key != nil {
		if err := httpsig.Sign(req, r.body, id.KioskID, id.key, a.officeTime()); err != nil {
			return nil, err
		}
	}
	// RoundTrip itself never follows a redirection: a central office does not
	// send any, a captive portal does.
	res, err := a.transport.RoundTrip(req)
	if err != nil {
		return nil, explain(err)
	}
	defer res.Body.Close()
	if res.StatusCode < 200 || res.StatusCode > 299 {
		return nil, a.refusal(res)
	}
	if r.accepts != nil {
		*r.accepts = takesPacked(res.Header)
	}
	if r.noContent && res.StatusCode == http.StatusNoContent {
		return nil, nil
	}
	if !r.anyType && !isJSON(res.Header) {
		return nil, fmt.Errorf("%w (%s, not JSON)", ErrGarbage, clean(res.Header.Get("Content-Type")))
	}
	body, err := io.ReadAll(io.LimitReader(res.Body, r.limit+1))
	if err != nil {
		return nil, explain(err)
	}
	if int64(len(body)) > r.limit {
		return nil, fmt.Errorf("%w (more than %d bytes)", ErrGarbage, r.limit)
	}
	return body, nil
}

// refusal reads an answer other than 2xx. On 401 the header Date corrects our
// idea of the central office's clock.
func (a *Agent) refusal(res *http.Response) error {
	e := &StatusError{Status: res.StatusCode}
	now, dateErr := http.ParseTime(res.Header.Get("Date"))
	if res.StatusCode == http.StatusUnauthorized && dateErr == nil {
		a.setOfficeTime(now)
	}
	if dateErr != nil {
		now = a.officeTime()
	}
	e.RetryAfter = retryAfter(res.Header.Get("Retry-After"), now)
	if isJSON(res.Header) {
		var p kiosk.Problem
		if data, err := io.ReadAll(io.LimitReader(res.Body, maxProblemBytes)); err == nil && json.Unmarshal(data, &p) == nil {
			e.Detail = problemDetail(p)
		}
	}
	return e
}

// retryAfter reads the header: seconds, or a date (RFC 9110 section 10.2.3).
func retryAfter(value string, now time.Time) time.Duration {
	var d time.Duration
	if seconds, err := strconv.Atoi(strings.TrimSpace(value)); err == nil {
		d = time.Duration(min(seconds, int(maxRetryAfter/time.Second))) * time.Second
	} else if t, err := http.ParseTime(value); err == nil {
		d = t.Sub(now)
	}
	return min(max(d, 0), maxRetryAfter)
}

func isJSON(h http.Header) bool {
	t, _, err := mime.ParseMediaType(h.Get("Content-Type"))
	return err == nil && (t == "application/json" || strings.HasSuffix(t, "+json"))
}
