package store

import (
	"context"
	"crypto/ed25519"
	"fmt"

	"borne/admin"
)

// Register makes bornes of keys that an operator vouches for, in one
// transaction: all of them, or none. It returns their ids, in that order.
// Errors: admin.ErrInvalid, and ErrConflict for a key that a borne holds.
func (s *Store) Register(ctx context.Context, site string, bornes []admin.NewKiosk, actor string) (ids []string, err error) {
	at, err := s.FindSite(ctx, site)
	if err != nil {
		return nil, err
	}
	for i, b := range bornes {
		if len(b.PublicKey) != ed25519.PublicKeySize {
			return nil, fmt.Errorf("%w: borne %d: a public key has %d bytes", admin.ErrInvalid, i+1, ed25519.PublicKeySize)
		}
		if b.Name != "" {
			if bornes[i].Name, err = cleanName(b.Name); err != nil {
				return nil, fmt.Errorf("borne %d: %w", i+1, err)
			}
		}
		if bornes[i].Groups, err = cleanGroups(b.Groups); err != nil {
			return nil, fmt.Errorf("borne %d: %w", i+1, err)
		}
	}
	err = s.update(ctx, func(c conn) error {
		ids = make([]string, len(bornes))
		for i, b := range bornes {
			ids[i] = admin.NewID()
			if b.Name == "" {
				b.Name = "borne-" + ids[i][:6]
			}
			if _, err := c.exec(ctx, `INSERT INTO kiosks (id, name, site, public_key, standing, enrolled) VALUES (?, ?, ?, ?, ?, ?)`,
				ids[i], b.Name, at.ID, []byte(b.PublicKey), string(admin.Active), millis(c.now)); err != nil {
				return c.conflict(err, fmt.Sprintf("key of borne %d", i+1))
			}
			if err := setGroups(ctx, c, ids[i], b.Groups); err != nil {
				return err
			}
			if err := c.audit(ctx, actor, admin.AuditRegister, ids[i], b.Name); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	return ids, nil
}
