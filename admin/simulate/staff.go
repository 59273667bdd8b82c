package simulate

import (
	"context"
	"crypto/ed25519"
	"crypto/sha256"
	"crypto/x509"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"borne/admin"
	"borne/kiosk"
	"borne/kiosk/fleet"
)

// byCode is how many bornes enrol as a technician has them enrol, with a code
// each. A central office lets few do so in a quarter of an hour, against those
// who guess; it is told the keys of the rest.
const byCode = 20

// atOnce is how many keys one call registers.
const atOnce = 500

// stateDir makes a folder for the bornes' keys, in memory where it can.
func stateDir() (string, error) {
	for _, parent := range []string{"/dev/shm", ""} {
		if dir, err := os.MkdirTemp(parent, "borne-simulation"); err == nil {
			return dir, nil
		} else if parent == "" {
			return "", fmt.Errorf("make a folder for the bornes' keys: %w", err)
		}
	}
	return "", nil
}

// staff makes the bornes and gives each its identity.
func (s *simulation) staff(ctx context.Context, office Office) error {
	roots, err := fleet.RootCAs(s.CAFile)
	if err != nil {
		return err
	}
	if s.site, err = office.CreateSite(ctx, SitePrefix+s.began.UTC().Format("2006-01-02 15:04:05")); err != nil {
		return fmt.Errorf("make a site for them: %w", err)
	}
	first := fleet.Identity{Server: s.Server}
	for i := 0; i < s.Kiosks; {
		if i < min(byCode, s.Kiosks) {
			id, err := s.enrol(ctx, office, i, roots)
			if err != nil {
				return err
			}
			if i == 0 {
				first, s.shelf.keys = id, id.BundleKeys
			}
			i++
			continue
		}
		n := min(atOnce, s.Kiosks-i)
		if err := s.register(ctx, office, i, n, first, roots); err != nil {
			return err
		}
		i += n
	}
	return nil
}

// enrol has a borne join with a code, by its agent.
func (s *simulation) enrol(ctx context.Context, office Office, i int, roots *x509.CertPool) (fleet.Identity, error) {
	dir, err := s.room(i)
	if err != nil {
		return fleet.Identity{}, err
	}
	b, err := s.borne(i, dir, roots)
	if err != nil {
		return fleet.Identity{}, err
	}
	code, err := office.CreateCode(ctx, s.site.ID, name(i), nil, time.Hour)
	if err != nil {
		return fleet.Identity{}, fmt.Errorf("make an enrolment code: %w", err)
	}
	return b.agent.Enrol(ctx, s.Server, code.Code)
}

// register tells the central office the keys of n bornes from i on.
func (s *simulation) register(ctx context.Context, office Office, i, n int, like fleet.Identity, roots *x509.CertPool) error {
	keys := make([]ed25519.PrivateKey, n)
	bornes := make([]admin.NewKiosk, n)
	for j := range n {
		public, key, err := ed25519.GenerateKey(nil)
		if err != nil {
			return err
		}
		keys[j], bornes[j] = key, admin.NewKiosk{Name: name(i + j), PublicKey: public}
	}
	ids, err := office.Register(ctx, s.site.ID, bornes)
	if err != nil {
		return fmt.Errorf("register keys: %w", err)
	}
	if len(ids) != n {
		return fmt.Errorf("register keys: %d ids for %d", len(ids), n)
	}
	for j, id := range ids {
		dir, err := s.room(i + j)
		if err != nil {
			return err
		}
		identity := fleet.Identity{Server: s.Server, KioskID: id, Name: name(i + j), Organisation: like.Organisation, Site: s.site.Name,
			BundleKeys: like.BundleKeys, Enrolled: s.began.UTC()}
		if err := fleet.Install(dir, identity, keys[j]); err != nil {
			return err
		}
		if _, err := s.borne(i+j, dir, roots); err != nil {
			return err
		}
	}
	return nil
}

func name(i int) string { return fmt.Sprintf("Borne %06d", i+1) }

func (s *simulation) room(i int) (string, error) {
	dir := filepath.Join(s.dir, fmt.Sprint(i))
	return dir, os.Mkdir(dir, 0o700)
}

// borne makes borne i on its state.
func (s *simulation) borne(i int, dir string, roots *x509.CertPool) (*borne, error) {
	b := &borne{log: newUsageLog(s.totals), shelf: s.shelf, number: i}
	if i < s.CheckKiosks {
		b.log.held = map[kiosk.Key]uint64{}
	}
	line := fleet.NewTransport(nil, roots, time.Now)
	line.DialContext = s.network.dial
	o := fleet.Options{StateDir: dir, Borne: b, Cells: b.log, Transport: &meter{next: line, totals: s.totals,
		heard: func() { s.herd.heard(i) }}}
	if i >= s.LongPolls {
		o.Every, o.Insist = s.Every, true
	}
	var err error
	if b.agent, err = fleet.New(o); err != nil {
		return nil, err
	}
	s.bornes, s.lines = append(s.bornes, b), append(s.lines, line)
	return b, nil
}

func newShelf() *shelf { return &shelf{opened: map[[sha256.Size]byte]uint64{}} }
