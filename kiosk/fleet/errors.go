package fleet

import (
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	"net/http"
	"strings"
	"time"
	"unicode"

	"borne/kiosk"
)

// What can go wrong between a borne and its central office.
var (
	ErrWrongCode = errors.New("the central office does not know this enrolment code: check it, or make a new one in the console")
	ErrUsedCode  = errors.New("this enrolment code is used or expired: make a new one in the console")
	ErrTooMany   = errors.New("too many attempts: wait a few minutes")
	// ErrUnreachable: no connection, or it broke.
	ErrUnreachable = errors.New("the central office cannot be reached: check the address, the network and the proxy")
	// ErrUntrusted: its certificate is signed by an authority that this
	// machine does not trust, or is for another name.
	ErrUntrusted = errors.New("the certificate of the central office is not trusted: if it comes from a private authority or an inspecting proxy, give its certificate to borned with BORNE_CA_FILE (--ca-file); otherwise check the address")
	// ErrGarbage: something else than a central office answered.
	ErrGarbage = errors.New("the answer is not a central office's: a portal or proxy stands between, or the address is wrong")
	ErrAddress = errors.New("not the address of a central office, which looks like https://bornes.example.fr")
)

// StatusError is an answer other than 2xx.
type StatusError struct {
	Status int
	// Detail is the central office's word, cut and cleaned; may be empty.
	Detail string
	// RetryAfter is how long it asks to wait, 0 when it does not.
	RetryAfter time.Duration
}

func (e *StatusError) Error() string {
	text := fmt.Sprintf("the central office answered %d %s", e.Status, http.StatusText(e.Status))
	if e.Detail != "" {
		text += ": " + e.Detail
	}
	return text
}

// asked returns how long the central office asked to wait, 0 if it did not.
func asked(err error) time.Duration {
	var s *StatusError
	if errors.As(err, &s) {
		return s.RetryAfter
	}
	return 0
}

// explain names an error of the transport.
func explain(err error) error {
	var unknown x509.UnknownAuthorityError
	var host x509.HostnameError
	var invalid x509.CertificateInvalidError
	switch {
	case errors.As(err, &unknown), errors.As(err, &host), errors.As(err, &invalid):
		return fmt.Errorf("%w (%w)", ErrUntrusted, err)
	}
	return fmt.Errorf("%w (%w)", ErrUnreachable, err)
}

// isExpired reports a certificate that is out of date by our clock, which may
// be the one that is wrong.
func isExpired(err error) bool {
	var invalid x509.CertificateInvalidError
	return errors.As(err, &invalid) && invalid.Reason == x509.Expired
}

// isTimeout reports a request that was cut off, as proxies do to long polls.
func isTimeout(err error) bool {
	var n net.Error
	return errors.As(err, &n) && n.Timeout()
}

// clean makes a stranger's text fit for a log line.
func clean(s string) string {
	s = strings.Map(func(r rune) rune {
		if unicode.IsControl(r) || r == unicode.ReplacementChar {
			return ' '
		}
		return r
	}, strings.ToValidUTF8(s, " "))
	if r := []rune(s); len(r) > 200 {
		s = string(r[:200]) + "…"
	}
	return strings.TrimSpace(s)
}

// problemDetail is the text of a problem answer.
func problemDetail(p kiosk.Problem) string {
	if p.Detail != "" {
		return clean(p.Detail)
	}
	return clean(p.Title)
}
