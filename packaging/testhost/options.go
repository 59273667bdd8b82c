package testhost

import (
	"fmt"
	"log/slog"
	"net/netip"
	"os"
	"path/filepath"
	"regexp"
	"slices"
)

// Options says which Debian to boot and what its network holds. The zero value boots trixie with the default packages
// and an empty network.
type Options struct {
	// Suite is "trixie" (the default) or "bookworm".
	Suite string
	// Packages replaces the suite's default list when it is not nil. What the host itself needs is always added.
	Packages []string
	// CacheDir keeps built root file systems and running hosts. Default: $XDG_CACHE_HOME/borne/testhost if that
	// variable is set, else /var/cache/borne/testhost.
	CacheDir string
	// Hostname defaults to "borne-" and the host's random name.
	Hostname string
	// Addresses answer inside the host and belong to none of its interfaces: to the product they are machines elsewhere.
	// It refuses private and special-purpose ranges, so give addresses that are globally routable by classification;
	// packets to them never leave the host.
	Addresses []netip.Prefix
	// Hosts are the names its resolver knows, exact names only; every other name is NXDOMAIN. [Host.SetHosts]
	// changes them later.
	Hosts map[string]netip.Addr
	// MemoryDisk keeps what the host writes in memory (at most half of it) rather than in CacheDir. The disk is the
	// default: it is larger, and an fsync there costs what it costs in the field.
	MemoryDisk bool
	// Log receives progress. Nil discards it.
	Log *slog.Logger
}

func (o Options) withDefaults() (Options, error) {
	if o.Suite == "" {
		o.Suite = "trixie"
	}
	if !slices.Contains([]string{"trixie", "bookworm"}, o.Suite) {
		return o, fmt.Errorf("test host: suite %q is neither trixie nor bookworm", o.Suite)
	}
	if o.Packages == nil {
		o.Packages = defaultPackages(o.Suite)
	}
	o.Packages = append(slices.Clone(basePackages), o.Packages...)
	slices.Sort(o.Packages)
	o.Packages = slices.Compact(o.Packages)
	for _, p := range o.Packages {
		if !packageName.MatchString(p) {
			return o, fmt.Errorf("test host: %q is not a Debian package name", p)
		}
	}
	if o.CacheDir == "" {
		base := os.Getenv("XDG_CACHE_HOME")
		if base == "" {
			base = "/var/cache"
		}
		o.CacheDir = filepath.Join(base, "borne", "testhost")
	}
	abs, err := filepath.Abs(o.CacheDir)
	if err != nil {
		return o, fmt.Errorf("test host: %w", err)
	}
	o.CacheDir = abs
	if !pathWithoutSpecials.MatchString(o.CacheDir) {
		return o, fmt.Errorf("test host: cache folder %q: overlayfs options cannot carry spaces, commas or colons; choose another", o.CacheDir)
	}
	if o.Hostname != "" && !hostLabel.MatchString(o.Hostname) {
		return o, fmt.Errorf("test host: %q is not a host name", o.Hostname)
	}
	for name, addr := range o.Hosts {
		if err := checkHostEntry(name, addr); err != nil {
			return o, err
		}
	}
	for _, p := range o.Addresses {
		if !p.IsValid() {
			return o, fmt.Errorf("test host: one of the Addresses is empty")
		}
	}
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	return o, nil
}

var (
	packageName         = regexp.MustCompile(`^[a-z0-9][a-z0-9+.-]+$`)
	pathWithoutSpecials = regexp.MustCompile(`^[A-Za-z0-9/._@+-]+$`)
	hostLabel           = regexp.MustCompile(`^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$`)
)
