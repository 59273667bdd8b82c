package kiosk

import "errors"

// What a caller of the borne can do wrong, or find. The bus carries them by
// name (see ErrorName).
var (
	ErrNoSession      = errors.New("no session: call StartSession first")
	ErrSessionActive  = errors.New("a session is already active: end it first")
	ErrUnknownService = errors.New("unknown service: see the Catalogue property for the ids")
	ErrUnknownLang    = errors.New("unknown language: see the Settings property for the tags")
	ErrBadArgument    = errors.New("bad argument")
	ErrOutOfService   = errors.New("the borne is out of service")
	ErrClosed         = errors.New("the borne is closed")
	ErrNotReady       = errors.New("the borne is not ready yet: the last session is being wiped")
	ErrNotAllowed     = errors.New("this caller may not do that")
	ErrWrongCode      = errors.New("this code does not open: each is good for some minutes, and once")
	ErrCodeWait       = errors.New("too many wrong codes: wait")
	ErrNotEnrolled    = errors.New("the borne is not enrolled: run bornectl local enrol")
)

// busErrors maps errors to the last part of their D-Bus error name.
var busErrors = map[string]error{
	"NoSession":       ErrNoSession,
	"SessionActive":   ErrSessionActive,
	"UnknownService":  ErrUnknownService,
	"UnknownLanguage": ErrUnknownLang,
	"BadArgument":     ErrBadArgument,
	"OutOfService":    ErrOutOfService,
	"Closed":          ErrClosed,
	"NotReady":        ErrNotReady,
	"NotAllowed":      ErrNotAllowed,
	"NotEnrolled":     ErrNotEnrolled,
	"WrongCode":       ErrWrongCode,
	"CodeWait":        ErrCodeWait,
}

// ErrorName returns the D-Bus error name of err, "…Error.Failed" when err is
// none of the errors above.
func ErrorName(err error) string {
	for name, e := range busErrors {
		if errors.Is(err, e) {
			return BusErrorPrefix + name
		}
	}
	return BusErrorPrefix + "Failed"
}

// ErrorNamed returns the error of a D-Bus error name, nil when there is none.
func ErrorNamed(name string) error {
	if len(name) <= len(BusErrorPrefix) {
		return nil
	}
	return busErrors[name[len(BusErrorPrefix):]]
}
