package e2e_test

import (
	"fmt"
	"strings"

	"borne/kiosk"
	"borne/packaging/demo"
)

// houseProxy is a real proxy with a password, on a private address, that lets nobody else through.
const houseProxy = `Port 8899
Listen 127.0.0.9
Timeout 60
LogFile "/run/house/proxy.log"
LogLevel Connect
MaxClients 50
BasicAuth borne motdepasse42
ConnectPort 443
`

// behindProxy sets the house's proxy as a technician does: first wrong in each way, each time told what to write; then
// right. The password is in no place where it must not be.
func (s *scene) behindProxy() {
	s.run("sh", "-c", "mkdir -p /run/house && chmod 777 /run/house && cat > /run/house/proxy.conf <<'E'\n"+houseProxy+"E\n")
	s.run("systemd-run", "--quiet", "--unit=house-proxy", "tinyproxy", "-d", "-c", "/run/house/proxy.conf")
	defer s.run("systemctl", "stop", "house-proxy.service")
	s.until("the house's proxy", func() (bool, error) {
		out, err := s.Host.Run(s.wait(), "ss", "--no-header", "--listening", "--numeric", "--tcp", "src", "127.0.0.9")
		return strings.Contains(out, ":8899"), err
	})
	const file = "/etc/borne/borned.env"
	shipped := s.run("cat", file)
	if mode := s.run("stat", "--format=%a %U", file); mode != "600 root" {
		s.t.Errorf("%s is shipped as %s", file, mode)
	}
	set := func(line string) {
		s.t.Helper()
		s.run("sh", "-c", "umask 077; printf '%s\\n' \"$1\" > "+file+"; systemctl restart borned || true", "-", line)
	}
	defer func() {
		set(shipped)
		s.run("systemctl", "start", "borne-display.service")
		s.state(kiosk.Ready)
	}()

	set("BORNE_PROXY=http://borne:geheim@127.0.0.9:8899/")
	s.state(kiosk.Ready)
	s.must(s.call("StartSession", "string:fr"))
	s.must(s.call("OpenService", "string:caf"))
	s.until("the site to be unreachable", func() (bool, error) {
		out, err := s.Host.Run(s.wait(), "busctl", "get-property", kiosk.BusName, kiosk.BusPath, kiosk.BusInterface, "Notice")
		return strings.Contains(out, string(kiosk.Unreachable)), fmt.Errorf("notice %s, %w", out, err)
	})
	s.until("the borne's health to name the password", func() (bool, error) {
		f := s.facts()["sites-proxy"]
		return f.Level == kiosk.LevelFail && strings.Contains(f.Detail, "refuses the user name or the password") && strings.Contains(f.Detail, file),
			fmt.Errorf("it says %+v", f)
	})
	s.end()

	set("BORNE_PROXY=http://borne:geheim@@127.0.0.9:port")
	s.until("borned to say what to write", func() (bool, error) {
		said := s.run("journalctl", "--no-pager", "--output=cat", "--unit=borned.service", "--lines=20")
		return strings.Contains(said, "BORNE_PROXY in "+file+" is not the address of an HTTP proxy: write BORNE_PROXY=http://user:password@"), nil
	})

	set("BORNE_PROXY=http://borne:%6Dotdepasse42@127.0.0.9:8899")
	s.run("systemctl", "start", "borne-display.service")
	s.visit("caf", cafTitle)
	if log := s.run("cat", "/run/house/proxy.log"); !strings.Contains(log, "CONNECT "+string(demo.Caf)+":443") {
		s.t.Errorf("the house's proxy saw: %s", log)
	}
	s.until("the borne's health to name the proxy, and no password", func() (bool, error) {
		f := s.facts()["sites-proxy"]
		return f.Level == kiosk.LevelOK && !strings.Contains(f.Detail, "otdepasse") && strings.Contains(f.Detail, "127.0.0.9:8899"),
			fmt.Errorf("it says %+v", f)
	})
	s.run("chmod", "644", file)
	s.end()
	journal, err := s.Host.Journal(s.wait())
	s.must(err)
	seen := string(journal) + s.run("sh", "-c", "cat /proc/[0-9]*/cmdline | tr '\\0' ' '") +
		s.run("sh", "-c", "systemctl show borned.service "+proxyUnit+"; cat /run/systemd/transient/*")
	for _, secret := range []string{"otdepasse42", "geheim"} {
		if strings.Contains(seen, secret) {
			s.t.Errorf("%q can be seen in the journal, a command line or a unit", secret)
		}
	}
}
