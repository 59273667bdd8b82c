package main

import (
	"net/netip"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

func TestParents(t *testing.T) {
	for name, tt := range map[string]struct {
		in            runCommand
		office, sites string
		literal       bool
	}{
		"none":               {in: runCommand{}},
		"one for both":       {runCommand{Proxy: "http://u:p@proxy.test:3128"}, "http://u:p@proxy.test:3128", "http://u:p@proxy.test:3128", false},
		"sites in direct":    {runCommand{Proxy: "http://proxy.test:3128", SitesProxy: "direct"}, "http://proxy.test:3128", "", false},
		"sites by another":   {runCommand{Proxy: "socks5://proxy.test", SitesProxy: "http://10.0.0.7:8080"}, "socks5://proxy.test", "http://10.0.0.7:8080", true},
		"sites alone":        {runCommand{SitesProxy: "http://10.0.0.7:8080"}, "", "http://10.0.0.7:8080", true},
		"all direct":         {in: runCommand{Proxy: "direct"}},
		"escaped password":   {runCommand{Proxy: "http://u:p%40%3A@[fd00::1]:3128"}, "http://u:p%40%3A@[fd00::1]:3128", "http://u:p%40%3A@[fd00::1]:3128", true},
		"no port is allowed": {runCommand{Proxy: "http://proxy.test"}, "http://proxy.test", "http://proxy.test", false},
	} {
		office, sites, err := tt.in.parents()
		if err != nil || office != tt.office || sites.address != tt.sites || sites.literal.IsValid() != tt.literal || strings.Contains(sites.host, "@") {
			t.Errorf("%s: %q %+v %v", name, office, sites, err)
		}
	}
}

func TestParentsThatAreNone(t *testing.T) {
	for _, value := range []string{"proxy.test:3128", "https://u:geheim@proxy.test", "socks5://u:geheim@proxy.test", "http://u:geheim%zz@proxy.test",
		"http://u:geheim@/", "http://u:ge#heim@proxy.test", "http://u:geheim@proxy.test:99999", "http://u:geheim@proxy.test/path", "http://u:ge heim@proxy.test:1\n"} {
		for name, c := range map[string]runCommand{"BORNE_PROXY": {Proxy: value}, "BORNE_SITES_PROXY": {SitesProxy: value}} {
			_, _, err := c.parents()
			if err == nil || !strings.Contains(err.Error(), name+" in /etc/borne/borned.env") || strings.Contains(err.Error(), "heim") {
				t.Errorf("%s=%q: %v", name, value, err)
			}
		}
	}
}

func TestNameServers(t *testing.T) {
	dir := t.TempDir()
	for text, want := range map[string][]string{
		"": {"127.0.0.1", "::1"}, "# nameserver 9.9.9.9\nsearch lan\n": {"127.0.0.1", "::1"},
		"nameserver 192.168.1.1\nnameserver fe80::1%eth0 # router\nnameserver nobody\n options edns0\n": {"192.168.1.1", "fe80::1"},
	} {
		file := filepath.Join(dir, "resolv.conf")
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		var all []netip.Addr
		for _, s := range want {
			all = append(all, netip.MustParseAddr(s))
		}
		if got := nameServers(file); !slices.Equal(got, all) {
			t.Errorf("%q: %v, want %v", text, got, all)
		}
	}
	if got := nameServers(filepath.Join(dir, "none")); len(got) != 2 {
		t.Errorf("no file: %v", got)
	}
}
