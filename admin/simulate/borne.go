package simulate

import (
	"context"
	"crypto/ed25519"
	"crypto/sha256"
	"fmt"
	"sync"
	"time"

	"borne/kiosk"
	"borne/kiosk/bundle"
	"borne/kiosk/fleet"
)

// borne is one simulated borne: a real agent and a played rest.
type borne struct {
	agent  *fleet.Agent
	log    *usageLog
	shelf  *shelf
	number int

	mu      sync.Mutex
	version uint64
}

// Report implements fleet.Borne: what a borne tells whose checks are all well.
func (b *borne) Report() kiosk.CheckIn {
	b.mu.Lock()
	defer b.mu.Unlock()
	return kiosk.CheckIn{State: kiosk.Ready, Versions: kiosk.Versions{Borne: "simulation", Chromium: "156.0.8078.79", Debian: "13.7", Kernel: "6.12.48"},
		BundleVersion: b.version, Health: []kiosk.Fact{
			{Name: "disk", Level: kiosk.LevelOK, Detail: "81 % free on /var"},
			{Name: "memory", Level: kiosk.LevelOK, Detail: "2 310 MB free"},
			{Name: "usage", Level: kiosk.LevelOK, Detail: "42 cells wait"},
			{Name: "clock", Level: kiosk.LevelOK, Detail: "confirmed by the time service"},
			{Name: "bundle", Level: kiosk.LevelOK, Detail: fmt.Sprintf("version %d", b.version)},
		}}
}

// Execute implements fleet.Borne: every order is obeyed at once.
func (b *borne) Execute(context.Context, kiosk.Command) error { return nil }

// OfferBundle implements fleet.Borne.
func (b *borne) OfferBundle(_ context.Context, archive []byte) error {
	id, _ := b.agent.Identity()
	v, err := b.shelf.open(archive, id)
	if err != nil {
		return err
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	b.version = max(b.version, v)
	return nil
}

// shelf opens each bundle once for all bornes, as each of them would.
type shelf struct {
	mu     sync.Mutex
	opened map[[sha256.Size]byte]uint64
	keys   []ed25519.PublicKey
}

func (s *shelf) open(archive []byte, id fleet.Identity) (version uint64, err error) {
	sum := sha256.Sum256(archive)
	s.mu.Lock()
	defer s.mu.Unlock()
	if v, known := s.opened[sum]; known {
		return v, nil
	}
	b, err := bundle.Open(archive, s.keys, bundle.Options{Organisation: id.Organisation, Groups: id.Groups, Now: time.Now()})
	if err != nil {
		return 0, err
	}
	s.opened[sum] = b.Manifest.Version
	return b.Manifest.Version, nil
}
