package admin

import (
	"errors"
	"net/http"
)

// What can go wrong at the central office, apart from its own faults. Callers
// wrap them with what they know; the text of each carries what to do.
var (
	ErrInvalid         = errors.New("not valid")
	ErrTooLarge        = errors.New("too large")
	ErrNotFound        = errors.New("not found")
	ErrConflict        = errors.New("conflicts with what is there")
	ErrUnauthenticated = errors.New("sign in first")
	ErrForbidden       = errors.New("your role does not allow this")
	ErrTooMany         = errors.New("too many attempts: wait a little")
	ErrUnavailable     = errors.New("not available now: try again later")

	ErrCodeUnknown = errors.New("unknown enrolment code: check it, or make a new one")
	ErrCodeUsed    = errors.New("enrolment code already used: make a new one")
	ErrCodeExpired = errors.New("enrolment code expired: make a new one")

	ErrSignature   = errors.New("signature refused")
	ErrUnknownKey  = errors.New("unknown borne: enrol it again")
	ErrQuarantined = errors.New("this borne is quarantined: see the console")
	ErrRevoked     = errors.New("this borne is revoked: enrol it again")
	// ErrForeignEpoch: a usage log that belongs to another borne.
	ErrForeignEpoch = errors.New("this usage log belongs to another borne")
	// ErrForkedLog: a usage log that two machines write.
	ErrForkedLog = errors.New("two machines bring the same usage log")

	ErrLinkInvalid  = errors.New("this link is unknown, used or expired: ask for a new one")
	ErrBadLogin     = errors.New("unknown address or wrong password")
	ErrWeakPassword = errors.New("choose a password of 12 characters at least")
	// ErrLastAdministrator: nobody would be left who may say who comes in.
	ErrLastAdministrator = errors.New("this is the only administrator: make somebody else administrator first")
	ErrCommandClosed     = errors.New("the command is already finished")
)

// statuses maps errors to HTTP statuses, the first that matches.
var statuses = []struct {
	err    error
	status int
}{
	{ErrInvalid, http.StatusUnprocessableEntity},
	{ErrWeakPassword, http.StatusUnprocessableEntity},
	{ErrTooLarge, http.StatusRequestEntityTooLarge},
	{ErrUnauthenticated, http.StatusUnauthorized},
	{ErrSignature, http.StatusUnauthorized},
	{ErrUnknownKey, http.StatusUnauthorized},
	{ErrBadLogin, http.StatusUnauthorized},
	{ErrLinkInvalid, http.StatusUnauthorized},
	{ErrForbidden, http.StatusForbidden},
	{ErrQuarantined, http.StatusForbidden},
	{ErrRevoked, http.StatusForbidden},
	{ErrCodeUnknown, http.StatusForbidden},
	{ErrCodeUsed, http.StatusConflict},
	{ErrCodeExpired, http.StatusGone},
	{ErrForeignEpoch, http.StatusForbidden},
	{ErrForkedLog, http.StatusForbidden},
	{ErrNotFound, http.StatusNotFound},
	{ErrConflict, http.StatusConflict},
	{ErrLastAdministrator, http.StatusConflict},
	{ErrCommandClosed, http.StatusConflict},
	{ErrTooMany, http.StatusTooManyRequests},
	{ErrUnavailable, http.StatusServiceUnavailable},
}

// HTTPStatus returns the status that tells err, 500 when it is none of ours:
// then its text is for the journal, not for the caller.
func HTTPStatus(err error) int {
	for _, s := range statuses {
		if errors.Is(err, s.err) {
			return s.status
		}
	}
	return http.StatusInternalServerError
}
