package publish

import (
	"context"
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"time"

	"borne/admin"
	"borne/kiosk"
	"borne/kiosk/bundle"
)

// Releases keeps releases; admin/store's Publish.
type Releases interface {
	Organisation(ctx context.Context) (admin.Organisation, error)
	Publish(ctx context.Context, author string, build func(version uint64, previous string) (admin.Release, []byte, error)) (admin.Release, error)
}

// Publisher signs and keeps releases.
type Publisher struct {
	Releases Releases
	Key      ed25519.PrivateKey
	Now      func() time.Time
}

// Life is how long a bundle is meant to be used when nobody says.
const Life = 365 * 24 * time.Hour

// clockSlack lets a borne whose clock is a little behind take a new bundle at
// once.
const clockSlack = time.Hour

// Publish publishes a directory. Of r it takes Groups, NotBefore (zero: now),
// Expires (zero: after Life) and Comment. The error wraps admin.ErrInvalid and
// the bundle's *bundle.FaultsError when the directory has faults; nothing is
// kept then.
func (p Publisher) Publish(ctx context.Context, dir fs.FS, r admin.Release, author string) (admin.Release, error) {
	organisation, err := p.Releases.Organisation(ctx)
	if err != nil {
		return admin.Release{}, err
	}
	now := p.Now().UTC().Truncate(time.Second)
	if r.NotBefore.IsZero() {
		r.NotBefore = now.Add(-clockSlack)
	}
	if r.Expires.IsZero() {
		r.Expires = now.Add(Life)
	}
	if !r.Expires.After(now) || !r.Expires.After(r.NotBefore) {
		return admin.Release{}, fmt.Errorf("%w: the bundle would already have expired", admin.ErrInvalid)
	}
	// Checked before the store's one writer is taken.
	if _, _, faults := bundle.LoadDir(dir); faults.Failed() {
		return admin.Release{}, fmt.Errorf("%w: %w", admin.ErrInvalid, faults.Err())
	}
	return p.Releases.Publish(ctx, author, func(version uint64, previous string) (admin.Release, []byte, error) {
		return p.seal(dir, r, kiosk.Manifest{Version: version, Organisation: organisation.ID, Groups: r.Groups,
			NotBefore: r.NotBefore, Expires: r.Expires, Previous: previous})
	})
}

// seal signs, then opens the result as a borne will, so that no borne is ever
// offered an archive that it must refuse.
func (p Publisher) seal(dir fs.FS, r admin.Release, m kiosk.Manifest) (admin.Release, []byte, error) {
	archive, err := bundle.Pack(dir, m, p.Key)
	var faults *bundle.FaultsError
	if errors.As(err, &faults) {
		return r, nil, fmt.Errorf("%w: %w", admin.ErrInvalid, err)
	}
	if err != nil {
		return r, nil, err
	}
	if len(archive) > bundle.MaxArchiveBytes {
		return r, nil, fmt.Errorf("%w: the bundle has %d bytes, %d at most", admin.ErrTooLarge, len(archive), bundle.MaxArchiveBytes)
	}
	opened, err := bundle.Open(archive, []ed25519.PublicKey{p.Key.Public().(ed25519.PublicKey)},
		bundle.Options{Organisation: m.Organisation, Groups: m.Groups, Above: m.Version - 1, Now: m.NotBefore})
	if err != nil {
		return r, nil, fmt.Errorf("open what was just sealed: %w", err)
	}
	sum := sha256.Sum256(archive)
	r.SHA256, r.Size, r.ManifestSHA256 = hex.EncodeToString(sum[:]), int64(len(archive)), opened.ManifestSHA256
	return r, archive, nil
}
