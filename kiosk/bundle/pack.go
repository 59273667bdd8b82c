package bundle

import (
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io/fs"

	"borne/kiosk"
)

// The first two entries of a signed archive, in this order: the manifest, and
// its Ed25519 signature (64 bytes) over its exact bytes.
const (
	manifestName  = "manifest.json"
	signatureName = "manifest.sig"
)

// Pack checks a bundle's directory and seals it: m says version, audience and
// dates, and Pack fills in its Files. The same input gives the same bytes. The
// error is a *FaultsError when the directory has faults.
func Pack(dir fs.FS, m kiosk.Manifest, key ed25519.PrivateKey) ([]byte, error) {
	switch {
	case len(key) != ed25519.PrivateKeySize:
		return nil, fmt.Errorf("pack bundle: the signing key has %d bytes, want %d", len(key), ed25519.PrivateKeySize)
	case m.Version == 0:
		return nil, fmt.Errorf("pack bundle: version 0 is the bundle that ships: begin at 1")
	case m.Organisation == "":
		return nil, fmt.Errorf("pack bundle: no organisation: a bundle has an audience")
	case !m.Expires.After(m.NotBefore):
		return nil, fmt.Errorf("pack bundle: it expires (%s) before it begins (%s)", m.Expires, m.NotBefore)
	}
	files, err := readFiles(dir)
	if err != nil {
		return nil, fmt.Errorf("read bundle: %w", err)
	}
	if _, _, faults := LoadDir(files); faults.Err() != nil {
		return nil, faults.Err()
	}
	m.Files = map[string]string{}
	for name, data := range files {
		m.Files[name] = hash(data)
	}
	manifest, err := json.Marshal(m)
	if err != nil {
		return nil, fmt.Errorf("write manifest: %w", err)
	}
	head := []entry{{manifestName, manifest}, {signatureName, ed25519.Sign(key, manifest)}}
	return compress(append(head, files.entries()...))
}

func hash(data []byte) string {
	sum := sha256.Sum256(data)
	return hex.EncodeToString(sum[:])
}
