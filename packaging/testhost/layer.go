package testhost

import (
	"context"
	"fmt"
	"maps"
	"net/netip"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

const (
	resolverAddress = "127.0.0.53" // where the host's resolver listens
	hostsFile       = "/etc/testhost/hosts"
)

// resolverUnit answers the names of hostsFile and says NXDOMAIN to everything else: it has no server to ask.
const resolverUnit = `[Unit]
Description=Resolver of the test host
DefaultDependencies=no
After=systemd-sysusers.service local-fs.target
Before=basic.target

[Service]
ExecStart=/usr/sbin/dnsmasq --keep-in-foreground --conf-file=/dev/null --user=dnsmasq --no-resolv --no-hosts --no-daemon \
  --addn-hosts=` + hostsFile + ` --local=/#/ --local-ttl=0 --listen-address=` + resolverAddress + ` --bind-interfaces
ExecReload=/bin/kill -HUP $MAINPID
Restart=on-failure

[Install]
WantedBy=basic.target
`

// writeLayer writes what differs from one host to the next, as an overlay layer above the cached root.
func writeLayer(dir, hostname string, hosts map[string]netip.Addr) error {
	files := map[string]string{
		"/etc/hostname":    hostname + "\n",
		"/etc/hosts":       "127.0.0.1 localhost\n127.0.1.1 " + hostname + "\n::1 localhost ip6-localhost ip6-loopback\n",
		"/etc/resolv.conf": "nameserver " + resolverAddress + "\n",
		hostsFile:          hostsText(hosts),
		"/etc/systemd/system/testhost-resolver.service": resolverUnit,
	}
	for path, text := range files {
		if err := writeLayerFile(filepath.Join(dir, path), text); err != nil {
			return err
		}
	}
	wants := filepath.Join(dir, "/etc/systemd/system/basic.target.wants")
	if err := makeLayerDir(wants); err != nil {
		return err
	}
	return os.Symlink("../testhost-resolver.service", filepath.Join(wants, "testhost-resolver.service"))
}

func writeLayerFile(path, text string) error {
	if err := makeLayerDir(filepath.Dir(path)); err != nil {
		return err
	}
	if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
		return err
	}
	return os.Chmod(path, 0o644)
}

// makeLayerDir sets modes by hand: a folder of a layer gives its mode to the merged one, whatever our umask.
func makeLayerDir(dir string) error {
	if isDir(dir) {
		return nil
	}
	if err := makeLayerDir(filepath.Dir(dir)); err != nil {
		return err
	}
	if err := os.Mkdir(dir, 0o755); err != nil {
		return err
	}
	return os.Chmod(dir, 0o755)
}

func hostsText(hosts map[string]netip.Addr) string {
	var b strings.Builder
	for _, name := range slices.Sorted(maps.Keys(hosts)) {
		fmt.Fprintln(&b, hosts[name], name)
	}
	return b.String()
}

func checkHostEntry(name string, addr netip.Addr) error {
	if !addr.IsValid() {
		return fmt.Errorf("test host: %q has no address", name)
	}
	for label := range strings.SplitSeq(name, ".") {
		if !hostLabel.MatchString(label) {
			return fmt.Errorf("test host: %q is not a host name", name)
		}
	}
	return nil
}

// SetHosts replaces the names that the host's resolver knows.
func (h *Host) SetHosts(ctx context.Context, hosts map[string]netip.Addr) error {
	for name, addr := range hosts {
		if err := checkHostEntry(name, addr); err != nil {
			return err
		}
	}
	if err := h.WriteFile(hostsFile, []byte(hostsText(hosts)), 0o644); err != nil {
		return err
	}
	_, err := h.Run(ctx, "systemctl", "reload", "testhost-resolver.service")
	return err
}
