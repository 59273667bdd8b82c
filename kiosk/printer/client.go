package printer

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"sync/atomic"
	"time"

	"github.com/OpenPrinting/goipp"
)

// Socket is where CUPS listens (cups.socket).
const Socket = "/run/cups/cups.sock"

// ErrNone is returned where there is no print service, or no such queue.
var ErrNone = errors.New("no printer is set up: make a queue with lpadmin(8)")

const (
	// answerLimit bounds a request without a document: the service may start
	// for it.
	answerLimit = 5 * time.Second
	// maxAnswerBytes bounds an answer; the attributes of a queue are some KB.
	maxAnswerBytes = 1 << 20
	// user and jobName are what the service learns of everybody.
	user    = "borne"
	jobName = "borne"
)

// Printer is the print service. Its methods may be called from any goroutine.
type Printer struct {
	socket string
	client http.Client
	number atomic.Uint32
}

// New returns the print service behind a socket, which need not be there.
func New(socket string) *Printer {
	p := &Printer{socket: socket}
	p.client.Transport = &http.Transport{
		// One connection a request: the service leaves when nobody needs it.
		DisableKeepAlives: true,
		DialContext: func(ctx context.Context, _, _ string) (net.Conn, error) {
			var d net.Dialer
			return d.DialContext(ctx, "unix", socket)
		},
	}
	return p
}

// request begins a message on a queue; an empty one asks for the default.
func (p *Printer) request(op goipp.Op, queue string) *goipp.Message {
	m := goipp.NewRequest(goipp.DefaultVersion, op, p.number.Add(1))
	m.Operation.Add(goipp.MakeAttribute("attributes-charset", goipp.TagCharset, goipp.String("utf-8")))
	m.Operation.Add(goipp.MakeAttribute("attributes-natural-language", goipp.TagLanguage, goipp.String("en")))
	if queue != "" {
		m.Operation.Add(goipp.MakeAttribute("printer-uri", goipp.TagURI, goipp.String(queueURI(queue))))
	}
	m.Operation.Add(goipp.MakeAttribute("requesting-user-name", goipp.TagName, goipp.String(user)))
	return m
}

func queueURI(queue string) string { return "ipp://localhost/printers/" + queue }

// do sends a message, with a document or without, and returns the answer.
func (p *Printer) do(ctx context.Context, path string, m *goipp.Message, document io.Reader) (*goipp.Message, error) {
	b, err := m.EncodeBytes()
	if err != nil {
		return nil, fmt.Errorf("write the request: %w", err)
	}
	var body io.Reader = bytes.NewReader(b)
	if document != nil {
		body = io.MultiReader(body, document)
	}
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, "http://localhost"+path, body)
	if err != nil {
		return nil, err
	}
	r.Header.Set("Content-Type", goipp.ContentType)
	// The service asks the socket who is there: CUPS, cupsdAuthorize.
	r.Header.Set("Authorization", "PeerCred root")
	answer, err := p.client.Do(r)
	if err != nil {
		var op *net.OpError
		if errors.As(err, &op) && op.Op == "dial" {
			return nil, fmt.Errorf("%w (%w)", ErrNone, op.Err)
		}
		return nil, err
	}
	defer answer.Body.Close()
	if answer.StatusCode != http.StatusOK {
		return nil, fmt.Errorf("the print service answers %s", answer.Status)
	}
	b, err = io.ReadAll(io.LimitReader(answer.Body, maxAnswerBytes))
	if err != nil {
		return nil, fmt.Errorf("read the answer: %w", err)
	}
	return decode(b)
}

// decode reads an answer; one that refuses is an error.
func decode(b []byte) (*goipp.Message, error) {
	var m goipp.Message
	if err := m.DecodeBytes(b); err != nil {
		return nil, fmt.Errorf("read the answer: %w", err)
	}
	switch s := goipp.Status(m.Code); {
	case s == goipp.StatusErrorNotFound:
		return nil, ErrNone
	case s >= 0x0400: // RFC 8011, appendix B: what is below succeeded
		return nil, fmt.Errorf("the print service refuses: %s", s)
	}
	return &m, nil
}

// texts are the values of an attribute as words, none when it is not there.
func texts(as goipp.Attributes, name string) (all []string) {
	for _, a := range as {
		if a.Name != name {
			continue
		}
		for _, v := range a.Values {
			if s, ok := v.V.(goipp.String); ok {
				all = append(all, string(s))
			}
		}
	}
	return all
}

// number is the value of an attribute, 0 when it is not there.
func number(as goipp.Attributes, name string) int {
	for _, a := range as {
		if a.Name == name && len(a.Values) > 0 {
			if n, ok := a.Values[0].V.(goipp.Integer); ok {
				return int(n)
			}
		}
	}
	return 0
}
