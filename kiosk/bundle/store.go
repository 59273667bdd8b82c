package bundle

import (
	"crypto/ed25519"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"time"

	"github.com/google/renameio/v2"
)

// The files of a store. The names of temporary files, which a power cut may
// leave, begin with a dot and one of these.
const (
	currentFile  = "current.bundle"
	previousFile = "previous.bundle"
	floorFile    = "floor.json"
)

// Trust is whose bundles a borne accepts; it comes with enrolment. The zero
// value trusts nobody.
type Trust struct {
	Keys         []ed25519.PublicKey
	Organisation string
	Groups       []string
}

// Store keeps a borne's bundles in a directory: the one in use and the one
// before it. A power cut at any moment leaves a bundle that verifies: each
// file is written aside, synced and renamed. Its methods may be called from
// several goroutines.
type Store struct {
	dir     string
	shipped *Bundle
	now     func() time.Time

	mu      sync.Mutex
	trust   Trust
	current *Bundle
	floor   uint64
	fault   error
}

// OpenStore opens, or makes, a store in dir, and settles which bundle is in
// use: the current one, else the previous one, else the one that ships (in
// shipped, with version 0). Fault tells why one was passed over. The error is
// for a directory that cannot be used, or a shipped bundle with faults.
func OpenStore(dir string, shipped fs.FS, trust Trust, now func() time.Time) (*Store, error) {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return nil, fmt.Errorf("open bundle store: %w", err)
	}
	b, err := Shipped(shipped)
	if err != nil {
		return nil, err
	}
	s := &Store{dir: dir, shipped: b, now: now, trust: trust}
	if err := s.sweep(); err != nil {
		return nil, fmt.Errorf("open bundle store: %w", err)
	}
	s.settle()
	return s, nil
}

// Current returns the bundle in use, never nil.
func (s *Store) Current() *Bundle {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.current
}

// Fault says why a kept bundle is not in use, nil when all is well.
func (s *Store) Fault() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.fault
}

// SetTrust changes whose bundles are accepted, after an enrolment, and settles
// anew which bundle is in use.
func (s *Store) SetTrust(t Trust) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.trust = t
	s.settle()
}

// Apply verifies an archive and puts it in use. On error, which wraps one of
// Open's or tells of the disk, the bundle in use stays.
func (s *Store) Apply(data []byte) (*Bundle, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	b, err := Open(data, s.trust.Keys, Options{Organisation: s.trust.Organisation, Groups: s.trust.Groups, Above: s.above(), Now: s.now()})
	if err != nil {
		return nil, err
	}
	if err := s.keepPrevious(); err != nil {
		return nil, fmt.Errorf("keep previous bundle: %w", err)
	}
	if err := s.write(currentFile, data); err != nil {
		return nil, fmt.Errorf("keep bundle: %w", err)
	}
	// After the bundle itself: a floor written first would, after a power cut,
	// refuse the very bundle that it stands for.
	s.current, s.fault = b, nil
	if err := s.raiseFloor(b.Manifest.Version); err != nil {
		return b, fmt.Errorf("note bundle version: %w", err)
	}
	return b, nil
}

// above is the version that the next bundle must exceed: that in use, and
// never less than one below the highest ever used, so that a borne that lost
// its bundle may fetch the same one again and no older.
func (s *Store) above() uint64 {
	inUse := s.current.Manifest.Version
	if s.floor > inUse {
		return s.floor - 1
	}
	return inUse
}

// keepPrevious copies the bundle in use aside. One that no longer verifies is
// not worth it: what was kept before stays.
func (s *Store) keepPrevious() error {
	data, err := s.read(currentFile)
	if errors.Is(err, fs.ErrNotExist) || errors.Is(err, ErrMalformed) {
		return nil
	}
	if err != nil {
		return err
	}
	if _, err := verify(data, s.trust.Keys); err != nil {
		return nil
	}
	return s.write(previousFile, data)
}

// settle chooses the bundle in use. Dates and audience are not looked at
// again: a borne whose clock woke up wrong keeps its last good bundle.
func (s *Store) settle() {
	s.current, s.fault = s.shipped, nil
	s.floor = s.readFloor()
	var faults []error
	for _, name := range []string{currentFile, previousFile} {
		b, err := s.open(name)
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if err != nil {
			faults = append(faults, fmt.Errorf("%s: %w", name, err))
			continue
		}
		s.current, s.floor = b, max(s.floor, b.Manifest.Version)
		break
	}
	s.fault = errors.Join(faults...)
}

func (s *Store) open(name string) (*Bundle, error) {
	data, err := s.read(name)
	if err != nil {
		return nil, err
	}
	sealed, err := verify(data, s.trust.Keys)
	if err != nil {
		return nil, err
	}
	return sealed.load()
}

// read returns a file of the store, without filling the memory with one that
// could not be a bundle anyway.
func (s *Store) read(name string) ([]byte, error) {
	path := filepath.Join(s.dir, name)
	info, err := os.Stat(path)
	if err != nil {
		return nil, err
	}
	if info.Size() > MaxArchiveBytes {
		return nil, fmt.Errorf("%w: %d bytes", ErrMalformed, info.Size())
	}
	return os.ReadFile(path)
}

// write replaces a file so that a power cut leaves the old or the new one.
func (s *Store) write(name string, data []byte) error {
	if err := renameio.WriteFile(filepath.Join(s.dir, name), data, 0o644, renameio.WithTempDir(s.dir)); err != nil {
		return err
	}
	d, err := os.Open(s.dir)
	if err != nil {
		return err
	}
	// The rename itself is in the directory.
	return errors.Join(d.Sync(), d.Close())
}

// sweep takes away what a power cut left half written.
func (s *Store) sweep() error {
	entries, err := os.ReadDir(s.dir)
	if err != nil {
		return err
	}
	for _, e := range entries {
		for _, name := range []string{currentFile, previousFile, floorFile} {
			if strings.HasPrefix(e.Name(), "."+name) {
				err = errors.Join(err, os.Remove(filepath.Join(s.dir, e.Name())))
			}
		}
	}
	return err
}
