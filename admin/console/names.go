package console

import (
	"context"
	"crypto/ed25519"
	"fmt"
	"io/fs"
	"sync"

	"borne/admin"
	"borne/admin/indicators"
	"borne/kiosk"
	"borne/kiosk/bundle"
)

// names gives services their names in the catalogue of the newest release, or
// in the one that ships. Counters hold ids only.
type names struct {
	releases interface {
		Releases
		Organisation(ctx context.Context) (admin.Organisation, error)
	}
	keys    []ed25519.PublicKey
	shipped kiosk.Catalogue

	mu      sync.Mutex
	version uint64
	newest  kiosk.Catalogue
}

func newNames(store Store, keys []ed25519.PublicKey, shipped fs.FS) (*names, error) {
	b, err := bundle.Shipped(shipped)
	if err != nil {
		return nil, err
	}
	return &names{releases: store, keys: keys, shipped: b.Configuration.Catalogue, newest: b.Configuration.Catalogue}, nil
}

// open verifies and loads a release.
func (n *names) open(ctx context.Context, r admin.Release) (*bundle.Bundle, error) {
	organisation, err := n.releases.Organisation(ctx)
	if err != nil {
		return nil, err
	}
	archive, err := n.releases.Archive(ctx, r.Version)
	if err != nil {
		return nil, err
	}
	b, err := bundle.Open(archive, n.keys, bundle.Options{Organisation: organisation.ID, Groups: r.Groups, Above: r.Version - 1, Now: r.NotBefore})
	if err != nil {
		return nil, fmt.Errorf("open release %d: %w", r.Version, err)
	}
	return b, nil
}

// catalogue returns the newest catalogue, opened once for each release.
func (n *names) catalogue(ctx context.Context) (kiosk.Catalogue, error) {
	releases, err := n.releases.Releases(ctx)
	if err != nil || len(releases) == 0 {
		return n.shipped, err
	}
	newest := releases[0]
	n.mu.Lock()
	defer n.mu.Unlock()
	if n.version == newest.Version {
		return n.newest, nil
	}
	b, err := n.open(ctx, newest)
	if err != nil {
		return n.shipped, err
	}
	n.version, n.newest = newest.Version, b.Configuration.Catalogue
	return n.newest, nil
}

// serviceNames names services for people.
type serviceNames struct{ newest, shipped kiosk.Catalogue }

func (n *names) services(ctx context.Context) (serviceNames, error) {
	newest, err := n.catalogue(ctx)
	return serviceNames{newest, n.shipped}, err
}

// of returns a service's name and theme. A service that no catalogue holds any
// more keeps its id, and what was not told says so.
func (s serviceNames) of(id string) (name, theme string) {
	if id == kiosk.None {
		return "Non communiqué", ""
	}
	for _, c := range []kiosk.Catalogue{s.newest, s.shipped} {
		service, ok := c.Service(kiosk.ServiceID(id))
		if !ok {
			continue
		}
		for _, t := range c.Themes {
			if t.ID == service.Theme {
				theme = t.Name.In(kiosk.French)
			}
		}
		return service.Name.In(kiosk.French), theme
	}
	return id, ""
}

// coop returns the key of a service's theme in La Coop, indicators.NoTheme
// where there is none.
func (s serviceNames) coop(id string) string {
	for _, c := range []kiosk.Catalogue{s.newest, s.shipped} {
		service, ok := c.Service(kiosk.ServiceID(id))
		if !ok {
			continue
		}
		for _, t := range c.Themes {
			if t.ID == service.Theme {
				return t.Coop
			}
		}
	}
	return indicators.NoTheme
}
