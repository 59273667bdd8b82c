package vm

import (
	"crypto/ed25519"
	"crypto/rand"
	"crypto/x509"
	"encoding/json"
	"encoding/pem"
	"fmt"
	"net/netip"
	"os"
	"path/filepath"
	"strings"
	"time"

	"borne/kiosk"
	"borne/kiosk/bundle"
	"borne/kiosk/fleet"
	"borne/packaging/demo"
)

// layerVersion changes with what writeLayer writes.
const layerVersion = 2

// The borne's own address on the cable, and its card. Nothing else has an address but the sites and the central office.
const (
	machineAddress = "46.30.200.2"
	organisation   = "Ville-Exemple"
)

// writeLayer writes what a technician and the network would give to a borne that was just installed, as a folder to be
// copied over its root: an address, names, and the demonstration's bundle, signed by a key that is thrown away.
func writeLayer(dir string, authorityPEM []byte, now time.Time) error {
	files := map[string][]byte{
		"etc/hosts":                            []byte(hostsText(demo.Resolver())),
		"etc/resolv.conf":                      []byte("# no resolver: every name that can be reached is in /etc/hosts\n"),
		"etc/systemd/network/10-cable.network": []byte(cableText),
		// It would say each question of ours in the journal that tests read.
		"etc/systemd/system/qemu-guest-agent.service.d/quiet.conf":           []byte("[Service]\nLogLevelMax=warning\n"),
		"etc/systemd/system/systemd-networkd-wait-online.service.d/any.conf": []byte("[Service]\nExecStart=\nExecStart=/bin/true\n"),
	}
	for name, data := range files {
		if err := writeFile(filepath.Join(dir, name), data, 0o644); err != nil {
			return err
		}
	}
	return enrol(filepath.Join(dir, "var/lib/borne"), authorityPEM, now)
}

const cableText = "[Match]\nDriver=virtio_net\n[Network]\nAddress=" + machineAddress + "/24\nLinkLocalAddressing=no\nIPv6AcceptRA=no\n"

func hostsText(names map[string]netip.Addr) string {
	var b strings.Builder
	b.WriteString("127.0.0.1 localhost\n127.0.1.1 borne-vm\n::1 localhost ip6-localhost ip6-loopback\n")
	for name, address := range names {
		fmt.Fprintln(&b, address, name)
	}
	return b.String()
}

// enrol leaves in a borne's state folder what enrolment at a central office leaves there, and its bundle. That office
// then answers no more: a borne has to bear that.
func enrol(state string, authorityPEM []byte, now time.Time) error {
	fail := func(err error) error { return fmt.Errorf("write the borne's state: %w", err) }
	signer, signing, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		return fail(err)
	}
	scratch, err := os.MkdirTemp("", "borne-vm-bundle-")
	if err != nil {
		return fail(err)
	}
	defer os.RemoveAll(scratch)
	source := filepath.Join(scratch, "bundle")
	if err := demo.WriteBundle(source, authorityPEM); err != nil {
		return fail(err)
	}
	archive, err := bundle.Pack(os.DirFS(source), kiosk.Manifest{Version: 1, Organisation: organisation,
		NotBefore: now.Add(-24 * time.Hour), Expires: now.AddDate(1, 0, 0)}, signing)
	if err != nil {
		return fail(err)
	}
	_, key, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		return fail(err)
	}
	der, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		return fail(err)
	}
	identity, err := json.Marshal(fleet.Identity{Server: demo.Central.URL(""), KioskID: "vm", Name: "Machine virtuelle",
		Organisation: organisation, Site: "Ville-Exemple", BundleKeys: []ed25519.PublicKey{signer}, Enrolled: now, KeyFile: "key-vm.pem"})
	if err != nil {
		return fail(err)
	}
	for _, f := range []struct {
		name string
		data []byte
		mode os.FileMode
	}{
		{"identity.json", identity, 0o600},
		{"key-vm.pem", pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der}), 0o600},
		{"bundle/current.bundle", archive, 0o644},
	} {
		if err := writeFile(filepath.Join(state, f.name), f.data, f.mode); err != nil {
			return fail(err)
		}
	}
	return os.Chmod(state, 0o700)
}

// writeFile also makes the folders, which all may enter; the mode does not depend on the umask.
func writeFile(path string, data []byte, mode os.FileMode) error {
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return err
	}
	if err := os.WriteFile(path, data, mode); err != nil {
		return err
	}
	return os.Chmod(path, mode)
}
