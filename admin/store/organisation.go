package store

import (
	"context"
	"fmt"
	"strings"

	"borne/admin"
)

// MaxName is the longest name of a site, borne or person, in bytes.
const MaxName = 120

func cleanName(name string) (string, error) {
	name = strings.Join(strings.Fields(name), " ")
	if name == "" || len(name) > MaxName {
		return "", fmt.Errorf("%w: a name has 1 to %d bytes", admin.ErrInvalid, MaxName)
	}
	return name, nil
}

// Organisation returns the one organisation of this installation.
func (s *Store) Organisation(ctx context.Context) (admin.Organisation, error) {
	return organisation(ctx, s.view())
}

func organisation(ctx context.Context, c conn) (o admin.Organisation, err error) {
	if err = c.row(ctx, `SELECT id, name FROM organisation`, nil, &o.ID, &o.Name); err != nil {
		return o, fmt.Errorf("read organisation: %w", err)
	}
	return o, nil
}

// RenameOrganisation changes the organisation's name, not its id.
func (s *Store) RenameOrganisation(ctx context.Context, name, actor string) error {
	name, err := cleanName(name)
	if err != nil {
		return err
	}
	return s.update(ctx, func(c conn) error {
		if _, err := c.exec(ctx, `UPDATE organisation SET name = ?`, name); err != nil {
			return fmt.Errorf("rename organisation: %w", err)
		}
		return c.audit(ctx, actor, admin.AuditOrganisation, "", name)
	})
}

// Sites returns every site, by name.
func (s *Store) Sites(ctx context.Context) ([]admin.Site, error) {
	sites := []admin.Site{}
	err := s.view().rows(ctx, `SELECT id, name FROM sites ORDER BY name`, nil, func(scan func(...any) error) error {
		var v admin.Site
		defer func() { sites = append(sites, v) }()
		return scan(&v.ID, &v.Name)
	})
	if err != nil {
		return nil, fmt.Errorf("list sites: %w", err)
	}
	return sites, nil
}

// CreateSite makes a site; admin.ErrConflict when the name is taken.
func (s *Store) CreateSite(ctx context.Context, name, actor string) (admin.Site, error) {
	name, err := cleanName(name)
	if err != nil {
		return admin.Site{}, err
	}
	site := admin.Site{ID: admin.NewID(), Name: name}
	return site, s.update(ctx, func(c conn) error {
		if _, err := c.exec(ctx, `INSERT INTO sites (id, name, created) VALUES (?, ?, ?)`, site.ID, name, millis(c.now)); err != nil {
			return c.conflict(err, "site "+name)
		}
		return c.audit(ctx, actor, admin.AuditSiteCreate, site.ID, name)
	})
}

// RenameSite changes a site's name; admin.ErrConflict when it is taken.
func (s *Store) RenameSite(ctx context.Context, id, name, actor string) error {
	name, err := cleanName(name)
	if err != nil {
		return err
	}
	return s.update(ctx, func(c conn) error {
		n, err := c.exec(ctx, `UPDATE sites SET name = ? WHERE id = ?`, name, id)
		if err != nil {
			return c.conflict(err, "site "+name)
		}
		if n == 0 {
			return fmt.Errorf("site %q: %w", id, admin.ErrNotFound)
		}
		return c.audit(ctx, actor, admin.AuditSiteChange, id, name)
	})
}

// FindSite returns the site of that id or name; an empty one stands for
// the one made at first start.
func (s *Store) FindSite(ctx context.Context, idOrName string) (site admin.Site, err error) {
	query, args := `SELECT id, name FROM sites WHERE id = ? OR name = ?`, []any{idOrName, idOrName}
	if idOrName == "" {
		query, args = `SELECT id, name FROM sites ORDER BY is_default DESC, created, id LIMIT 1`, nil
	}
	if err = s.view().row(ctx, query, args, &site.ID, &site.Name); err != nil {
		return site, fmt.Errorf("site %q: %w", idOrName, err)
	}
	return site, nil
}

// conflict turns a broken unique constraint into admin.ErrConflict.
func (c conn) conflict(err error, what string) error {
	if c.isUnique(err) {
		return fmt.Errorf("%s: %w", what, admin.ErrConflict)
	}
	return fmt.Errorf("%s: %w", what, err)
}
