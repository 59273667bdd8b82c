package fleet

import (
	"context"
	"crypto/ed25519"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"

	"borne/kiosk"
)

// Enrol gets the borne an identity at the central office of that address with
// a single-use code. The key that it makes stays on disk until an identity is
// had, so a try whose answer was lost can be repeated with the same code. It
// returns ErrAddress, ErrWrongCode, ErrUsedCode, ErrTooMany, ErrUnreachable,
// ErrUntrusted or ErrGarbage, wrapped, when that is what is wrong. A borne
// that is enrolled may enrol again; its former identity is kept until the new
// one is stored.
func (a *Agent) Enrol(ctx context.Context, server, code string) (Identity, error) {
	id, err := a.enrol(ctx, server, code)
	if err != nil {
		return Identity{}, fmt.Errorf("enrol: %w", err)
	}
	a.log.Info("fleet: enrolled", "kiosk", id.KioskID, "name", id.Name, "server", id.Server)
	return id.Identity, nil
}

func (a *Agent) enrol(ctx context.Context, server, code string) (*credentials, error) {
	address, err := serverAddress(server)
	if err != nil {
		return nil, err
	}
	inUse := ""
	if present, ok := a.Identity(); ok {
		inUse = present.KeyFile
	}
	name, key, err := enrolmentKey(a.o.StateDir, inUse)
	if err != nil {
		return nil, err
	}
	body, err := json.Marshal(kiosk.EnrolRequest{Code: code, PublicKey: key.Public().(ed25519.PublicKey),
		Versions: a.o.Borne.Report().Versions})
	if err != nil {
		return nil, err
	}
	data, err := a.call(ctx, &credentials{Identity: Identity{Server: address}}, request{method: http.MethodPost, path: kiosk.PathEnrol,
		body: body, contentType: "application/json", limit: maxReplyBytes})
	if err != nil {
		return nil, enrolmentError(err)
	}
	reply, err := parseEnrolment(data)
	if err != nil {
		return nil, err
	}
	id := &credentials{key: key, maintenance: reply.Maintenance, Identity: Identity{Server: address, KioskID: reply.KioskID, Name: reply.Name, Organisation: reply.Organisation, Site: reply.Site,
		Groups: reply.Groups, BundleKeys: reply.BundleKeys, Enrolled: a.officeTime().UTC(), KeyFile: name}}
	if err := id.save(a.o.StateDir); err != nil {
		return nil, err
	}
	a.mu.Lock()
	first := a.identity == nil
	a.identity = id
	if first {
		close(a.enrolled)
	}
	a.mu.Unlock()
	select {
	case a.again <- struct{}{}:
	default:
	}
	return id, nil
}

// enrolmentError gives a refusal its meaning.
func enrolmentError(err error) error {
	var s *StatusError
	if !errors.As(err, &s) {
		return err
	}
	switch s.Status {
	case http.StatusBadRequest, http.StatusUnauthorized, http.StatusForbidden, http.StatusUnprocessableEntity:
		return fmt.Errorf("%w (%w)", ErrWrongCode, err)
	case http.StatusConflict, http.StatusGone:
		return fmt.Errorf("%w (%w)", ErrUsedCode, err)
	case http.StatusTooManyRequests:
		return fmt.Errorf("%w (%w)", ErrTooMany, err)
	case http.StatusMovedPermanently, http.StatusFound, http.StatusSeeOther, http.StatusTemporaryRedirect,
		http.StatusPermanentRedirect, http.StatusNotFound, http.StatusMethodNotAllowed:
		return fmt.Errorf("%w (%w)", ErrGarbage, err)
	}
	return err
}
