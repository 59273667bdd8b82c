package store

import (
	"context"
	"errors"
	"fmt"

	"borne/admin"
)

// Publish keeps a new release. build is called with the version to give and
// the hash of the manifest to follow, and returns the release (its Version,
// Author and Created are set here) with its signed archive. Versions only
// grow, one at a time, whoever else publishes meanwhile.
func (s *Store) Publish(ctx context.Context, author string,
	build func(version uint64, previous string) (admin.Release, []byte, error)) (r admin.Release, err error) {
	err = s.announce(ctx, "", func(c conn) error {
		var last int64
		var previous string
		err := c.row(ctx, `SELECT version, manifest_sha256 FROM releases ORDER BY version DESC LIMIT 1`, nil, &last, &previous)
		if err != nil && !errors.Is(err, admin.ErrNotFound) {
			return fmt.Errorf("read last release: %w", err)
		}
		var archive []byte
		if r, archive, err = build(uint64(last)+1, previous); err != nil {
			return err
		}
		r.Version, r.Author, r.Created = uint64(last)+1, author, c.now
		if _, err := c.exec(ctx, `INSERT INTO releases (version, sha256, size, manifest_sha256, not_before, expires, author, comment, created)
			VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`, int64(r.Version), r.SHA256, r.Size, r.ManifestSHA256, millis(r.NotBefore), millis(r.Expires),
			author, r.Comment, millis(c.now)); err != nil {
			return fmt.Errorf("keep release: %w", err)
		}
		for _, g := range r.Groups {
			if _, err := c.exec(ctx, `INSERT INTO release_groups (version, name) VALUES (?, ?)`, int64(r.Version), g); err != nil {
				return fmt.Errorf("keep release's groups: %w", err)
			}
		}
		if _, err := c.exec(ctx, `INSERT INTO release_archives (version, archive) VALUES (?, ?)`, int64(r.Version), archive); err != nil {
			return fmt.Errorf("keep archive: %w", err)
		}
		return c.audit(ctx, author, admin.AuditReleasePublish, fmt.Sprint(r.Version), r.Comment)
	})
	return r, err
}

const releaseColumns = `SELECT version, sha256, size, manifest_sha256, not_before, expires, author, comment, created FROM releases r`

func scanRelease(scan func(...any) error) (r admin.Release, err error) {
	var notBefore, expires, created int64
	err = scan(&r.Version, &r.SHA256, &r.Size, &r.ManifestSHA256, &notBefore, &expires, &r.Author, &r.Comment, &created)
	r.NotBefore, r.Expires, r.Created = fromMillis(notBefore), fromMillis(expires), fromMillis(created)
	return r, err
}

// WantedRelease returns the newest release meant for a borne;
// admin.ErrNotFound when there is none.
func (s *Store) WantedRelease(ctx context.Context, id string) (admin.Release, error) {
	c := s.often()
	return scanRelease(func(into ...any) error {
		return c.row(ctx, releaseColumns+` WHERE r.version = (SELECT `+wanted+` FROM kiosks k WHERE k.id = ?)`, []any{id}, into...)
	})
}

// Archive returns the signed archive of a release; admin.ErrNotFound when
// there is none.
func (s *Store) Archive(ctx context.Context, version uint64) (archive []byte, err error) {
	if err = s.view().row(ctx, `SELECT archive FROM release_archives WHERE version = ?`, []any{int64(version)}, &archive); err != nil {
		return nil, fmt.Errorf("archive of release %d: %w", version, err)
	}
	return archive, nil
}

// Releases returns the last releases, newest first, with how many bornes they
// are for and run on.
func (s *Store) Releases(ctx context.Context) ([]admin.Release, error) {
	c := s.view()
	releases := []admin.Release{}
	at := map[uint64]int{}
	err := c.rows(ctx, releaseColumns+` ORDER BY version DESC LIMIT 100`, nil, func(scan func(...any) error) error {
		r, err := scanRelease(scan)
		at[r.Version] = len(releases)
		releases = append(releases, r)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("list releases: %w", err)
	}
	err = c.rows(ctx, `SELECT version, name FROM release_groups ORDER BY version, name`, nil, func(scan func(...any) error) error {
		var version uint64
		var name string
		if err := scan(&version, &name); err != nil {
			return err
		}
		if i, ok := at[version]; ok {
			releases[i].Groups = append(releases[i].Groups, name)
		}
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("list releases' groups: %w", err)
	}
	return releases, countBornes(ctx, c, releases)
}

// countBornes fills Wanted and Applied from one pass over the bornes.
func countBornes(ctx context.Context, c conn, releases []admin.Release) error {
	err := c.rows(ctx, `SELECT `+wanted+` AS wanted, COALESCE(t.bundle_version, 0), COUNT(*) FROM kiosks k
		LEFT JOIN kiosk_status t ON t.kiosk = k.id WHERE k.standing = 'active' GROUP BY 1, 2`, nil, func(scan func(...any) error) error {
		var want, runs uint64
		var n int
		if err := scan(&want, &runs, &n); err != nil {
			return err
		}
		for i := range releases {
			if r := &releases[i]; r.Version == want {
				r.Wanted += n
				if runs >= want {
					r.Applied += n
				}
			}
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("count bornes of releases: %w", err)
	}
	return nil
}
