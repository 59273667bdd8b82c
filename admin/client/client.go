package client

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"

	"borne/admin"
	"borne/kiosk"
)

// maxAnswer bounds what is read of an answer, in bytes.
const maxAnswer = 64 << 20

// Client calls one central office as one operator.
type Client struct {
	base  string
	token string
	http  *http.Client
}

// New returns a client of the central office at base ("https://host"), which
// shows token; "" before Login. A nil hc stands for http.DefaultClient.
func New(base, token string, hc *http.Client) (*Client, error) {
	u, err := url.Parse(base)
	if err != nil || (u.Scheme != "https" && u.Scheme != "http") || u.Host == "" {
		return nil, fmt.Errorf("central office's address %q: write it like https://bornes.example.fr", base)
	}
	if hc == nil {
		hc = http.DefaultClient
	}
	return &Client{base: strings.TrimRight(base, "/"), token: token, http: hc}, nil
}

// Error is an answer that tells a problem.
type Error struct {
	kiosk.Problem
	// Faults are those of a bundle that was refused.
	Faults []Fault `json:"faults"`
	// Errors are what is wrong in a request's shape.
	Errors []struct {
		Message  string `json:"message"`
		Location string `json:"location"`
	} `json:"errors"`
}

// Fault is one thing to mend in a bundle.
type Fault struct {
	File    string `json:"file"`
	Line    int    `json:"line"`
	Column  int    `json:"column"`
	Message string `json:"message"`
	Warning bool   `json:"warning"`
}

// Error says what the central office said.
func (e *Error) Error() string {
	text := e.Detail
	if text == "" {
		text = e.Title
	}
	for _, d := range e.Errors {
		text += fmt.Sprintf("; %s: %s", d.Location, d.Message)
	}
	return fmt.Sprintf("central office: %s (%d)", text, e.Status)
}

// Unwrap returns the sentinel of admin that the status stands for.
func (e *Error) Unwrap() error {
	switch e.Status {
	case http.StatusUnauthorized:
		return admin.ErrUnauthenticated
	case http.StatusForbidden:
		return admin.ErrForbidden
	case http.StatusNotFound:
		return admin.ErrNotFound
	case http.StatusConflict:
		return admin.ErrConflict
	case http.StatusUnprocessableEntity:
		return admin.ErrInvalid
	case http.StatusTooManyRequests:
		return admin.ErrTooMany
	case http.StatusServiceUnavailable:
		return admin.ErrUnavailable
	}
	return nil
}

// call sends in as JSON, when there is one, and reads the answer into out.
func (c *Client) call(ctx context.Context, method, path string, query url.Values, in, out any) error {
	var body io.Reader
	if in != nil {
		raw, err := json.Marshal(in)
		if err != nil {
			return fmt.Errorf("encode request: %w", err)
		}
		body = bytes.NewReader(raw)
	}
	return c.send(ctx, method, path, query, "application/json", body, out)
}

func (c *Client) send(ctx context.Context, method, path string, query url.Values, contentType string, body io.Reader, out any) error {
	address := c.base + "/api/v1" + path
	if len(query) > 0 {
		address += "?" + query.Encode()
	}
	req, err := http.NewRequestWithContext(ctx, method, address, body)
	if err != nil {
		return err
	}
	if body != nil {
		req.Header.Set("Content-Type", contentType)
	}
	if c.token != "" {
		req.Header.Set("Authorization", "Bearer "+c.token)
	}
	resp, err := c.http.Do(req)
	if err != nil {
		return fmt.Errorf("reach central office: %w", err)
	}
	defer resp.Body.Close()
	raw, err := io.ReadAll(io.LimitReader(resp.Body, maxAnswer))
	if err != nil {
		return fmt.Errorf("read answer of central office: %w", err)
	}
	if resp.StatusCode/100 != 2 {
		return problemOf(resp, raw)
	}
	if err := json.Unmarshal(raw, out); err != nil {
		return fmt.Errorf("central office at %s answers what is not its API: %w", c.base, err)
	}
	return nil
}

// problemOf reads a problem; whatever stands between us and the central
// office may answer something else.
func problemOf(resp *http.Response, raw []byte) error {
	e := &Error{}
	if err := json.Unmarshal(raw, e); err != nil || e.Status == 0 {
		e = &Error{Problem: kiosk.Problem{Title: http.StatusText(resp.StatusCode)}}
	}
	e.Status = resp.StatusCode
	return e
}

// IsFaults returns the faults of a refused bundle.
func IsFaults(err error) ([]Fault, bool) {
	var e *Error
	if errors.As(err, &e) && len(e.Faults) > 0 {
		return e.Faults, true
	}
	return nil, false
}
