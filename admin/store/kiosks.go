package store

import (
	"context"
	"crypto/ed25519"
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"borne/admin"
)

// wanted is the newest release meant for borne k.
const wanted = `COALESCE((SELECT MAX(r.version) FROM releases r WHERE
	NOT EXISTS (SELECT 1 FROM release_groups g WHERE g.version = r.version)
	OR EXISTS (SELECT 1 FROM release_groups g JOIN kiosk_groups kg ON kg.name = g.name WHERE g.version = r.version AND kg.kiosk = k.id)), 0)`

const kioskColumns = `SELECT k.id, k.name, k.site, s.name, k.public_key, k.standing, k.standing_reason, k.enrolled,
	COALESCE(t.status, ''), ` + wanted + `
	FROM kiosks k JOIN sites s ON s.id = k.site LEFT JOIN kiosk_status t ON t.kiosk = k.id`

func scanKiosk(scan func(...any) error) (k admin.Kiosk, err error) {
	var enrolled int64
	var status string
	var key []byte
	if err = scan(&k.ID, &k.Name, &k.Site, &k.SiteName, &key, &k.Standing, &k.StandingReason, &enrolled,
		&status, &k.BundleWanted); err != nil {
		return k, err
	}
	k.PublicKey, k.Enrolled = key, fromMillis(enrolled)
	if status != "" {
		err = json.Unmarshal([]byte(status), &k.Status)
	}
	return k, err
}

// Kiosk returns one borne; admin.ErrNotFound when there is none.
func (s *Store) Kiosk(ctx context.Context, id string) (k admin.Kiosk, err error) {
	c := s.view()
	k, err = scanKiosk(func(into ...any) error {
		return c.row(ctx, kioskColumns+` WHERE k.id = ?`, []any{id}, into...)
	})
	if err != nil {
		return k, fmt.Errorf("borne %q: %w", id, err)
	}
	k.Groups, err = groupsOf(ctx, c, id)
	return k, err
}

// FindKiosk returns the borne of that id, or the only one of that name.
func (s *Store) FindKiosk(ctx context.Context, idOrName string) (admin.Kiosk, error) {
	k, err := s.Kiosk(ctx, idOrName)
	if !errors.Is(err, admin.ErrNotFound) {
		return k, err
	}
	var ids []string
	if err := s.view().rows(ctx, `SELECT id FROM kiosks WHERE name = ? LIMIT 2`, []any{idOrName}, func(scan func(...any) error) error {
		ids = append(ids, "")
		return scan(&ids[len(ids)-1])
	}); err != nil {
		return admin.Kiosk{}, fmt.Errorf("borne %q: %w", idOrName, err)
	}
	switch len(ids) {
	case 0:
		return admin.Kiosk{}, fmt.Errorf("borne %q: %w", idOrName, admin.ErrNotFound)
	case 1:
		return s.Kiosk(ctx, ids[0])
	}
	return admin.Kiosk{}, fmt.Errorf("%w: several bornes are named %q: give the id", admin.ErrConflict, idOrName)
}

// Kiosks returns a page of bornes, by id.
func (s *Store) Kiosks(ctx context.Context, f admin.KioskFilter) ([]admin.Kiosk, error) {
	query, args := kioskColumns+` WHERE k.id > ?`, []any{f.After}
	if f.Site != "" {
		query, args = query+` AND k.site = ?`, append(args, f.Site)
	}
	if f.Group != "" {
		query, args = query+` AND EXISTS (SELECT 1 FROM kiosk_groups g WHERE g.kiosk = k.id AND g.name = ?)`, append(args, f.Group)
	}
	if f.Text != "" {
		query, args = query+` AND LOWER(k.name) LIKE ? ESCAPE '\'`, append(args, "%"+escapeLike(strings.ToLower(f.Text))+"%")
	}
	query, args = query+` ORDER BY k.id LIMIT ?`, append(args, limitOr(f.Limit, 1000, 10000))
	c := s.view()
	kiosks := []admin.Kiosk{}
	at := map[string]int{}
	err := c.rows(ctx, query, args, func(scan func(...any) error) error {
		k, err := scanKiosk(scan)
		at[k.ID] = len(kiosks)
		kiosks = append(kiosks, k)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("list bornes: %w", err)
	}
	if len(kiosks) == 0 {
		return kiosks, nil
	}
	err = c.rows(ctx, `SELECT kiosk, name FROM kiosk_groups WHERE kiosk BETWEEN ? AND ? ORDER BY kiosk, name`,
		[]any{kiosks[0].ID, kiosks[len(kiosks)-1].ID}, func(scan func(...any) error) error {
			var id, name string
			if err := scan(&id, &name); err != nil {
				return err
			}
			if i, ok := at[id]; ok {
				kiosks[i].Groups = append(kiosks[i].Groups, name)
			}
			return nil
		})
	if err != nil {
		return nil, fmt.Errorf("list groups: %w", err)
	}
	return kiosks, nil
}

func groupsOf(ctx context.Context, c conn, id string) (groups []string, err error) {
	err = c.rows(ctx, `SELECT name FROM kiosk_groups WHERE kiosk = ? ORDER BY name`, []any{id}, func(scan func(...any) error) error {
		groups = append(groups, "")
		return scan(&groups[len(groups)-1])
	})
	if err != nil {
		return nil, fmt.Errorf("list groups of borne %q: %w", id, err)
	}
	return groups, nil
}

func escapeLike(s string) string {
	return strings.NewReplacer(`\`, `\\`, `%`, `\%`, `_`, `\_`).Replace(s)
}

// DeviceKey returns the key of a borne that may speak. Errors:
// admin.ErrUnknownKey, ErrQuarantined, ErrRevoked.
func (s *Store) DeviceKey(ctx context.Context, id string) (ed25519.PublicKey, error) {
	var key []byte
	var standing admin.Standing
	err := s.often().row(ctx, `SELECT public_key, standing FROM kiosks WHERE id = ?`, []any{id}, &key, &standing)
	switch {
	case errors.Is(err, admin.ErrNotFound):
		return nil, admin.ErrUnknownKey
	case err != nil:
		return nil, fmt.Errorf("read borne's key: %w", err)
	case standing == admin.Active:
		return key, nil
	case standing == admin.Quarantined:
		return nil, admin.ErrQuarantined
	}
	return nil, admin.ErrRevoked
}

// KnownKey returns the key of a borne, whatever its standing: for what is kept
// apart. admin.ErrUnknownKey when there is none.
func (s *Store) KnownKey(ctx context.Context, id string) (ed25519.PublicKey, error) {
	var key []byte
	err := s.view().row(ctx, `SELECT public_key FROM kiosks WHERE id = ?`, []any{id}, &key)
	if errors.Is(err, admin.ErrNotFound) {
		return nil, admin.ErrUnknownKey
	}
	if err != nil {
		return nil, fmt.Errorf("read borne's key: %w", err)
	}
	return key, nil
}

// SaveStatuses keeps what bornes told, all in one transaction, so that a
// thousand check-ins cost one flush to disk.
func (s *Store) SaveStatuses(ctx context.Context, statuses map[string]admin.Status) error {
	if len(statuses) == 0 {
		return nil
	}
	return s.update(ctx, func(c conn) error {
		put, err := c.PrepareContext(ctx, c.rebind(`INSERT INTO kiosk_status (kiosk, seen, bundle_version, status) VALUES (?, ?, ?, ?)
			ON CONFLICT (kiosk) DO UPDATE SET seen = excluded.seen, bundle_version = excluded.bundle_version, status = excluded.status
			WHERE excluded.seen >= kiosk_status.seen`))
		if err != nil {
			return fmt.Errorf("save statuses: %w", err)
		}
		defer put.Close()
		for id, st := range statuses {
			raw, err := json.Marshal(st)
			if err != nil {
				return fmt.Errorf("encode status: %w", err)
			}
			if _, err := put.ExecContext(ctx, id, millis(st.Seen), int64(st.BundleVersion), string(raw)); err != nil {
				return fmt.Errorf("save status of %s: %w", id, err)
			}
		}
		return nil
	})
}

// SetStanding says whether the office listens to a borne, and why.
func (s *Store) SetStanding(ctx context.Context, id string, standing admin.Standing, reason, actor string) error {
	return s.announce(ctx, id, func(c conn) error { return setStanding(ctx, c, id, standing, reason, actor) })
}

func setStanding(ctx context.Context, c conn, id string, standing admin.Standing, reason, actor string) error {
	action := admin.AuditKioskChange
	switch standing {
	case admin.Active:
		// Its logs go on after what it brought meanwhile, decided or not.
		marks, err := apartMarks(ctx, c, id)
		if err != nil {
			return err
		}
		if err := goOn(ctx, c, id, marks); err != nil {
			return err
		}
	case admin.Quarantined:
		action = admin.AuditKioskQuarantine
	case admin.Revoked:
		action = admin.AuditKioskRevoke
	default:
		return fmt.Errorf("%w: standing %q is unknown", admin.ErrInvalid, standing)
	}
	if standing == admin.Revoked {
		var site string
		if err := c.row(ctx, `SELECT site FROM kiosks WHERE id = ? AND standing <> 'revoked'`, []any{id}, &site); err != nil {
			return fmt.Errorf("borne %q: %w", id, err)
		}
		if err := forgetHeard(ctx, c, id, site); err != nil {
			return err
		}
	}
	// A revoked borne never comes back under the same key: it enrols anew.
	n, err := c.exec(ctx, `UPDATE kiosks SET standing = ?, standing_reason = ? WHERE id = ? AND standing <> 'revoked'`,
		string(standing), reason, id)
	if err != nil {
		return fmt.Errorf("set standing: %w", err)
	}
	if n == 0 {
		return fmt.Errorf("borne %q: %w", id, admin.ErrNotFound)
	}
	return c.audit(ctx, actor, action, id, reason)
}

// UpdateKiosk changes a borne's name, site and groups.
func (s *Store) UpdateKiosk(ctx context.Context, id, name, site string, groups []string, actor string) error {
	name, err := cleanName(name)
	if err != nil {
		return err
	}
	if groups, err = cleanGroups(groups); err != nil {
		return err
	}
	at, err := s.FindSite(ctx, site)
	if err != nil {
		return err
	}
	return s.announce(ctx, id, func(c conn) error {
		var from string
		if err := c.row(ctx, `SELECT site FROM kiosks WHERE id = ?`, []any{id}, &from); err != nil {
			return fmt.Errorf("borne %q: %w", id, err)
		}
		if _, err := c.exec(ctx, `UPDATE kiosks SET name = ?, site = ? WHERE id = ?`, name, at.ID, id); err != nil {
			return fmt.Errorf("change borne: %w", err)
		}
		if err := moveHeard(ctx, c, id, from, at.ID); err != nil {
			return err
		}
		if err := setGroups(ctx, c, id, groups); err != nil {
			return err
		}
		return c.audit(ctx, actor, admin.AuditKioskChange, id, name)
	})
}
