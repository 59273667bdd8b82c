package bundle

import (
	"bytes"
	"crypto/ed25519"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"slices"
	"time"

	"borne/kiosk"
	"borne/kiosk/allowlist"
)

// Why an archive is refused. Errors of Open wrap exactly one of them.
var (
	ErrSignature = errors.New("bundle is not signed by a key of this borne's central office")
	ErrOlder     = errors.New("bundle is not above the version in use")
	ErrAudience  = errors.New("bundle is for other bornes")
	ErrNotYet    = errors.New("bundle is not valid yet")
	ErrMalformed = errors.New("bundle is malformed")
)

// Bundle is a configuration that may be used, and where it came from.
type Bundle struct {
	// Manifest is the zero manifest for the bundle that ships.
	Manifest      kiosk.Manifest
	FS            fs.FS
	Configuration kiosk.Configuration
	List          *allowlist.List
	// Warnings are what LoadDir says of a bundle that a borne can live with.
	Warnings Faults
	// ManifestSHA256 is the Previous of the manifest that follows, in hex;
	// empty for the bundle that ships.
	ManifestSHA256 string
}

// Expired reports whether the bundle's time has run out: an alarm, not a
// reason to stop.
func (b *Bundle) Expired(now time.Time) bool {
	return !b.Manifest.Expires.IsZero() && now.After(b.Manifest.Expires)
}

// Options are what Open holds an archive against. The zero value refuses
// every archive, for it belongs to no organisation.
type Options struct {
	Organisation string
	Groups       []string
	// Above is the version that the archive's must exceed.
	Above uint64
	Now   time.Time
}

// Open verifies an archive and loads it: the signature before anything else
// is read, then the manifest, audience, dates and version, then every file's
// hash, then the configuration itself. On error there is no bundle.
func Open(data []byte, keys []ed25519.PublicKey, o Options) (*Bundle, error) {
	s, err := verify(data, keys)
	if err != nil {
		return nil, err
	}
	switch m := s.manifest; {
	case o.Organisation == "" || m.Organisation != o.Organisation:
		return nil, fmt.Errorf("%w: organisation %q, this borne's is %q", ErrAudience, m.Organisation, o.Organisation)
	case len(m.Groups) > 0 && !slices.ContainsFunc(m.Groups, func(g string) bool { return slices.Contains(o.Groups, g) }):
		return nil, fmt.Errorf("%w: groups %q, this borne's are %q", ErrAudience, m.Groups, o.Groups)
	case m.Version <= o.Above:
		return nil, fmt.Errorf("%w: version %d, in use %d", ErrOlder, m.Version, o.Above)
	case o.Now.Before(m.NotBefore):
		return nil, fmt.Errorf("%w: from %s, now %s", ErrNotYet, m.NotBefore.Format(time.RFC3339), o.Now.Format(time.RFC3339))
	}
	return s.load()
}

// sealed is an archive whose signature and hashes hold.
type sealed struct {
	manifest     kiosk.Manifest
	manifestHash string
	files        memFS
}

// verify reads an archive signed by one of keys.
func verify(data []byte, keys []ed25519.PublicKey) (*sealed, error) {
	entries, err := decompress(data, func(entries []entry) error {
		switch len(entries) {
		case 1:
			if entries[0].name != manifestName || len(entries[0].data) > maxManifestBytes {
				return fmt.Errorf("%w: no manifest of at most %d bytes in front", ErrMalformed, maxManifestBytes)
			}
		case 2:
			if entries[1].name != signatureName {
				return fmt.Errorf("%w: no signature after the manifest", ErrMalformed)
			}
			return checkSignature(entries[0].data, entries[1].data, keys)
		}
		return nil
	})
	switch {
	case err != nil:
		return nil, err
	case len(entries) < 2:
		return nil, fmt.Errorf("%w: no manifest and signature", ErrMalformed)
	}
	m, err := readManifest(entries[0].data)
	if err != nil {
		return nil, err
	}
	files := filesOf(entries[2:])
	if len(files) != len(m.Files) {
		return nil, fmt.Errorf("%w: %d files, the manifest names %d", ErrMalformed, len(files), len(m.Files))
	}
	for name, content := range files {
		if m.Files[name] != hash(content) {
			return nil, fmt.Errorf("%w: %s is not what the manifest says", ErrMalformed, name)
		}
	}
	return &sealed{m, hash(entries[0].data), files}, nil
}

func checkSignature(manifest, signature []byte, keys []ed25519.PublicKey) error {
	for _, k := range keys {
		if len(k) == ed25519.PublicKeySize && ed25519.Verify(k, manifest, signature) {
			return nil
		}
	}
	return ErrSignature
}

// readManifest is strict: a field that this borne does not know may restrict
// the bundle in a way that it would not honour.
func readManifest(data []byte) (m kiosk.Manifest, err error) {
	d := json.NewDecoder(bytes.NewReader(data))
	d.DisallowUnknownFields()
	if err := d.Decode(&m); err != nil {
		return m, fmt.Errorf("%w: manifest: %v", ErrMalformed, err)
	}
	if _, err := d.Token(); err != io.EOF {
		return m, fmt.Errorf("%w: manifest: more than one value", ErrMalformed)
	}
	if m.Version == 0 || m.Organisation == "" || !m.Expires.After(m.NotBefore) {
		return m, fmt.Errorf("%w: manifest without version, organisation or dates", ErrMalformed)
	}
	return m, nil
}

// load reads the configuration of files that are what their manifest says.
func (s *sealed) load() (*Bundle, error) {
	c, list, faults := LoadDir(s.files)
	if err := faults.Err(); err != nil {
		return nil, fmt.Errorf("%w: %w", ErrMalformed, err)
	}
	c.Version = s.manifest.Version
	return &Bundle{Manifest: s.manifest, FS: s.files, Configuration: c, List: list, Warnings: faults, ManifestSHA256: s.manifestHash}, nil
}

// Shipped loads the bundle that ships with the programs; its version is 0.
func Shipped(dir fs.FS) (*Bundle, error) {
	c, list, faults := LoadDir(dir)
	if err := faults.Err(); err != nil {
		return nil, fmt.Errorf("load the bundle that ships: %w", err)
	}
	return &Bundle{FS: dir, Configuration: c, List: list, Warnings: faults}, nil
}
