package testhost

import (
	"net/netip"
	"strings"
	"testing"
)

func TestOptions(t *testing.T) {
	addr := netip.MustParseAddr("11.20.30.40")
	for _, tt := range []struct {
		name string
		in   Options
		want string // part of the error; empty: accepted
	}{
		{"nothing given", Options{}, ""},
		{"unknown suite", Options{Suite: "sarge"}, "sarge"},
		{"a package that is an option", Options{Packages: []string{"--hook=x"}}, "--hook=x"},
		{"a cache folder that overlayfs cannot take", Options{CacheDir: "/tmp/a:b"}, "/tmp/a:b"},
		{"a host name with a space", Options{Hostname: "a b"}, "a b"},
		{"a name that would add a line", Options{Hosts: map[string]netip.Addr{"a\n1.2.3.4 b": addr}}, "not a host name"},
		{"a wildcard", Options{Hosts: map[string]netip.Addr{"*.demarches.example": addr}}, "not a host name"},
		{"a name without an address", Options{Hosts: map[string]netip.Addr{"demarches.example": {}}}, "no address"},
		{"an empty address", Options{Addresses: []netip.Prefix{{}}}, "empty"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			_, err := tt.in.withDefaults()
			if (err == nil) != (tt.want == "") || (err != nil && !strings.Contains(err.Error(), tt.want)) {
				t.Errorf("error is %v, want %q in it", err, tt.want)
			}
		})
	}
}

func TestRootKey(t *testing.T) {
	key := func(o Options) string {
		o, err := o.withDefaults()
		if err != nil {
			t.Fatal(err)
		}
		return o.rootKey()
	}
	base := key(Options{})
	if key(Options{Hostname: "autre", CacheDir: "/elsewhere", MemoryDisk: true}) != base {
		t.Error("what is not built in changes the key")
	}
	if key(Options{Packages: []string{"jq", "curl"}}) != key(Options{Packages: []string{"curl", "jq", "jq"}}) {
		t.Error("the order of packages changes the key")
	}
	for name, o := range map[string]Options{
		"suite": {Suite: "bookworm", Packages: defaultPackages("trixie")}, "packages": {Packages: []string{"jq"}},
	} {
		if key(o) == base {
			t.Errorf("another %s gives the same key", name)
		}
	}
}
