package store

import (
	"bytes"
	"context"
	"crypto/ed25519"
	"encoding/json"
	"errors"
	"fmt"
	"slices"

	"borne/admin"
)

// CreateCode makes an enrolment code from its Site, KioskName, Groups, Author
// and Expires, and returns it with the code to type: nothing but its hash is
// kept.
func (s *Store) CreateCode(ctx context.Context, e admin.EnrolmentCode) (admin.EnrolmentCode, error) {
	site, err := s.FindSite(ctx, e.Site)
	if err != nil {
		return e, err
	}
	e.Site = site.ID
	if e.KioskName != "" {
		if e.KioskName, err = cleanName(e.KioskName); err != nil {
			return e, err
		}
	}
	if e.Groups, err = cleanGroups(e.Groups); err != nil {
		return e, err
	}
	groups, err := json.Marshal(e.Groups)
	if err != nil {
		return e, fmt.Errorf("encode groups: %w", err)
	}
	e.ID, e.Code = admin.NewID(), admin.NewCode()
	normal, err := admin.NormalizeCode(e.Code)
	if err != nil {
		return e, err
	}
	return e, s.update(ctx, func(c conn) error {
		e.Created = c.now
		if !e.Expires.After(c.now) {
			return fmt.Errorf("%w: the code would already have expired", admin.ErrInvalid)
		}
		if _, err := c.exec(ctx, `INSERT INTO enrolment_codes (id, hash, site, kiosk_name, groups, author, created, expires)
			VALUES (?, ?, ?, ?, ?, ?, ?, ?)`, e.ID, admin.HashToken(normal), e.Site, e.KioskName, string(groups),
			e.Author, millis(c.now), millis(e.Expires)); err != nil {
			return fmt.Errorf("keep enrolment code: %w", err)
		}
		return c.audit(ctx, e.Author, admin.AuditCodeCreate, e.ID, e.KioskName)
	})
}

// Codes returns the codes made lately, newest first, without what to type.
func (s *Store) Codes(ctx context.Context) ([]admin.EnrolmentCode, error) {
	codes := []admin.EnrolmentCode{}
	err := s.view().rows(ctx, `SELECT id, site, kiosk_name, groups, author, created, expires, used FROM enrolment_codes
		ORDER BY created DESC LIMIT 200`, nil, func(scan func(...any) error) error {
		var e admin.EnrolmentCode
		var groups string
		var created, expires, used int64
		if err := scan(&e.ID, &e.Site, &e.KioskName, &groups, &e.Author, &created, &expires, &used); err != nil {
			return err
		}
		e.Created, e.Expires, e.Used = fromMillis(created), fromMillis(expires), fromMillis(used)
		codes = append(codes, e)
		return json.Unmarshal([]byte(groups), &codes[len(codes)-1].Groups)
	})
	if err != nil {
		return nil, fmt.Errorf("list enrolment codes: %w", err)
	}
	return codes, nil
}

// Enrol gives an identity to the borne that shows a code, and uses the code
// up. A borne that lost the answer may ask again with the same key and gets
// the same identity. Errors: admin.ErrCodeUnknown, ErrCodeUsed, ErrCodeExpired,
// and ErrConflict for a key that another borne holds.
func (s *Store) Enrol(ctx context.Context, typed string, key ed25519.PublicKey) (admin.Kiosk, error) {
	code, err := admin.NormalizeCode(typed)
	if err != nil {
		return admin.Kiosk{}, err
	}
	if len(key) != ed25519.PublicKeySize {
		return admin.Kiosk{}, fmt.Errorf("%w: a public key has %d bytes", admin.ErrInvalid, ed25519.PublicKeySize)
	}
	id := ""
	err = s.update(ctx, func(c conn) error {
		id, err = enrol(ctx, c, code, key)
		return err
	})
	if err != nil {
		return admin.Kiosk{}, err
	}
	return s.Kiosk(ctx, id)
}

func enrol(ctx context.Context, c conn, code string, key ed25519.PublicKey) (id string, err error) {
	var codeID, site, name, rawGroups, usedBy string
	var expires, used int64
	err = c.row(ctx, `SELECT id, site, kiosk_name, groups, expires, used, COALESCE(kiosk, '') FROM enrolment_codes WHERE hash = ?`,
		[]any{admin.HashToken(code)}, &codeID, &site, &name, &rawGroups, &expires, &used, &usedBy)
	switch {
	case errors.Is(err, admin.ErrNotFound):
		return "", admin.ErrCodeUnknown
	case err != nil:
		return "", fmt.Errorf("read enrolment code: %w", err)
	case used != 0:
		return usedBy, sameKey(ctx, c, usedBy, key)
	case !c.now.Before(fromMillis(expires)):
		return "", admin.ErrCodeExpired
	}
	var groups []string
	if err := json.Unmarshal([]byte(rawGroups), &groups); err != nil {
		return "", fmt.Errorf("read groups of enrolment code: %w", err)
	}
	id = admin.NewID()
	if name == "" {
		name = "borne-" + id[:6]
	}
	if _, err := c.exec(ctx, `INSERT INTO kiosks (id, name, site, public_key, standing, enrolled) VALUES (?, ?, ?, ?, ?, ?)`,
		id, name, site, []byte(key), string(admin.Active), millis(c.now)); err != nil {
		return "", c.conflict(err, "borne's key")
	}
	if err := setGroups(ctx, c, id, groups); err != nil {
		return "", err
	}
	if _, err := c.exec(ctx, `UPDATE enrolment_codes SET used = ?, kiosk = ? WHERE id = ?`, millis(c.now), id, codeID); err != nil {
		return "", fmt.Errorf("use enrolment code: %w", err)
	}
	return id, c.audit(ctx, admin.ActorKiosk(id), admin.AuditEnrol, id, "code "+codeID)
}

// sameKey is nil when the borne that used a code is the one that asks again.
func sameKey(ctx context.Context, c conn, id string, key ed25519.PublicKey) error {
	var held []byte
	var standing admin.Standing
	if err := c.row(ctx, `SELECT public_key, standing FROM kiosks WHERE id = ?`, []any{id}, &held, &standing); err != nil {
		return fmt.Errorf("read borne: %w", err)
	}
	if standing != admin.Active || !bytes.Equal(held, key) {
		return admin.ErrCodeUsed
	}
	return nil
}

func cleanGroups(groups []string) ([]string, error) {
	clean := []string{}
	for _, g := range groups {
		g, err := cleanName(g)
		if err != nil {
			return nil, fmt.Errorf("group: %w", err)
		}
		clean = append(clean, g)
	}
	slices.Sort(clean)
	return slices.Compact(clean), nil
}

func setGroups(ctx context.Context, c conn, id string, groups []string) error {
	if _, err := c.exec(ctx, `DELETE FROM kiosk_groups WHERE kiosk = ?`, id); err != nil {
		return fmt.Errorf("set groups: %w", err)
	}
	for _, g := range groups {
		if _, err := c.exec(ctx, `INSERT INTO kiosk_groups (kiosk, name) VALUES (?, ?)`, id, g); err != nil {
			return fmt.Errorf("set groups: %w", err)
		}
	}
	return nil
}
