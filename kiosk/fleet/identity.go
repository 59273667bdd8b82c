package fleet

import (
	"crypto/ed25519"
	"crypto/sha256"
	"crypto/x509"
	"encoding/hex"
	"encoding/json"
	"encoding/pem"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/google/renameio/v2"
)

// Files of StateDir. A key is named after its public half, so that the
// identity and its key change together in one write.
const (
	identityFile = "identity.json"
	keyPrefix    = "key-"
	keySuffix    = ".pem"
)

// Identity is who the borne is at the central office.
type Identity struct {
	// Server is the central office's address: "https://bornes.example.fr".
	Server       string   `json:"server"`
	KioskID      string   `json:"kiosk_id"`
	Name         string   `json:"name"`
	Organisation string   `json:"organisation"`
	Site         string   `json:"site"`
	Groups       []string `json:"groups,omitempty"`
	// BundleKeys may sign bundles for this borne.
	BundleKeys []ed25519.PublicKey `json:"bundle_keys"`
	Enrolled   time.Time           `json:"enrolled"`
	// KeyFile is the name of the private key's file.
	KeyFile string `json:"key_file"`
}

// credentials are an identity and its key, which stays in this package: an
// Identity may be printed.
type credentials struct {
	Identity
	key ed25519.PrivateKey
	// maintenance is the secret of the maintenance screen's codes.
	maintenance []byte
}

// stored is what the identity's file holds: one write changes the identity and
// its secret together.
type stored struct {
	Identity
	Maintenance []byte `json:"maintenance,omitempty"`
}

// loadIdentity returns nil when the borne is not enrolled.
func loadIdentity(dir string) (*credentials, error) {
	data, err := os.ReadFile(filepath.Join(dir, identityFile))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("read identity: %w", err)
	}
	var file stored
	if err := json.Unmarshal(data, &file); err != nil {
		return nil, fmt.Errorf("read identity: %w: remove %s and enrol again", err, filepath.Join(dir, identityFile))
	}
	id := credentials{Identity: file.Identity, maintenance: file.Maintenance}
	if id.KioskID == "" || id.KeyFile != filepath.Base(id.KeyFile) {
		return nil, fmt.Errorf("read identity: %s is incomplete: remove it and enrol again", filepath.Join(dir, identityFile))
	}
	if id.Server, err = serverAddress(id.Server); err != nil {
		return nil, fmt.Errorf("read identity: %w", err)
	}
	if id.key, err = readKey(filepath.Join(dir, id.KeyFile)); err != nil {
		return nil, fmt.Errorf("read identity: %w", err)
	}
	return &id, nil
}

// save writes the identity, which from then on is the borne's, and forgets
// the keys of earlier ones.
func (id *credentials) save(dir string) error {
	data, err := json.MarshalIndent(stored{id.Identity, id.maintenance}, "", "  ")
	if err != nil {
		return fmt.Errorf("store identity: %w", err)
	}
	if err := writeFile(dir, identityFile, data); err != nil {
		return fmt.Errorf("store identity: %w", err)
	}
	names, err := keyFiles(dir)
	if err != nil {
		return fmt.Errorf("store identity: %w", err)
	}
	for _, name := range names {
		if name != id.KeyFile {
			if err := os.Remove(filepath.Join(dir, name)); err != nil {
				return fmt.Errorf("remove an old key: %w", err)
			}
		}
	}
	return nil
}

// Install gives a borne the identity that a central office knows it by, in an
// empty StateDir: for keys that were registered there and not made here.
func Install(dir string, id Identity, key ed25519.PrivateKey) (err error) {
	if id.Server, err = serverAddress(id.Server); err != nil {
		return fmt.Errorf("install identity: %w", err)
	}
	if !idForm.MatchString(id.KioskID) || len(key) != ed25519.PrivateKeySize {
		return fmt.Errorf("install identity: a borne has an id and an Ed25519 key")
	}
	if id.KeyFile, err = storeKey(dir, key); err != nil {
		return fmt.Errorf("install identity: %w", err)
	}
	return (&credentials{Identity: id}).save(dir)
}

// enrolmentKey returns the key to enrol with: one that an earlier try left,
// so that a try whose answer was lost can be repeated, or a new one. The key
// of the present identity is never used for another.
func enrolmentKey(dir, inUse string) (name string, key ed25519.PrivateKey, err error) {
	names, err := keyFiles(dir)
	if err != nil {
		return "", nil, err
	}
	for _, name := range names {
		if name == inUse {
			continue
		}
		if key, err := readKey(filepath.Join(dir, name)); err == nil {
			return name, key, nil
		}
	}
	if _, key, err = ed25519.GenerateKey(nil); err != nil {
		return "", nil, fmt.Errorf("make key: %w", err)
	}
	name, err = storeKey(dir, key)
	return name, key, err
}

// storeKey writes a key into a file named after its public half.
func storeKey(dir string, key ed25519.PrivateKey) (name string, err error) {
	der, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		return "", fmt.Errorf("encode key: %w", err)
	}
	sum := sha256.Sum256(key.Public().(ed25519.PublicKey))
	name = keyPrefix + hex.EncodeToString(sum[:8]) + keySuffix
	if err := writeFile(dir, name, pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der})); err != nil {
		return "", fmt.Errorf("store key: %w", err)
	}
	return name, nil
}

func keyFiles(dir string) ([]string, error) {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return nil, err
	}
	var names []string
	for _, e := range entries {
		if strings.HasPrefix(e.Name(), keyPrefix) && strings.HasSuffix(e.Name(), keySuffix) {
			names = append(names, e.Name())
		}
	}
	return names, nil
}

func readKey(path string) (ed25519.PrivateKey, error) {
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("read key: %w", err)
	}
	block, _ := pem.Decode(data)
	if block == nil {
		return nil, fmt.Errorf("read key: %s is not a PEM file", path)
	}
	parsed, err := x509.ParsePKCS8PrivateKey(block.Bytes)
	if err != nil {
		return nil, fmt.Errorf("read key %s: %w", path, err)
	}
	key, ok := parsed.(ed25519.PrivateKey)
	if !ok {
		return nil, fmt.Errorf("read key: %s is a %T, want Ed25519", path, parsed)
	}
	return key, nil
}

// writeFile replaces a file of dir so that after a power cut it is the old one
// or the new one; only its owner may read it.
func writeFile(dir, name string, data []byte) error {
	if err := renameio.WriteFile(filepath.Join(dir, name), data, 0o600, renameio.IgnoreUmask()); err != nil {
		return err
	}
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	defer d.Close()
	return d.Sync() // the rename itself
}
