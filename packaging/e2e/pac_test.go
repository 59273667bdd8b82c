package e2e_test

import (
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"borne/kiosk"
	"borne/packaging/demo"
	"borne/packaging/testhost"
)

// TestPAC has the borne reach its central office by the house's PAC file: through a real proxy with a password, past one
// that is dead, and nowhere when the file is none.
func TestPAC(t *testing.T) {
	t.Parallel()
	s := boot(t, testhost.Options{})
	s.install()
	var file atomic.Value
	file.Store("<html><title>Connectez-vous</title>")
	l, err := s.Host.Listen(s.wait(), "tcp", "127.0.0.8:80")
	s.must(err)
	web := &http.Server{ReadHeaderTimeout: time.Second, Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("Authorization") != "" {
			t.Error("the proxies' password is given to who serves the file")
		}
		_, _ = io.WriteString(w, file.Load().(string))
	})}
	go func() { _ = web.Serve(l) }()
	t.Cleanup(func() { web.Close() })
	s.run("sh", "-c", "mkdir -p /run/house && chmod 777 /run/house && cat > /run/house/proxy.conf <<'E'\n"+houseProxy+"E\n")
	s.run("systemd-run", "--quiet", "--unit=house-proxy", "tinyproxy", "-d", "-c", "/run/house/proxy.conf")
	restart := func() {
		s.t.Helper()
		s.run("sh", "-c", "systemctl restart borned; systemctl start borne-display.service")
		s.state(kiosk.Ready)
	}
	fact := func(name string, level kiosk.Level, words ...string) {
		s.t.Helper()
		s.until(fmt.Sprintf("%s to be %s", name, level), func() (bool, error) {
			f := s.facts()[name]
			ok := f.Level == level
			for _, w := range words {
				ok = ok && strings.Contains(f.Detail, w)
			}
			return ok, fmt.Errorf("%+v", f)
		})
	}
	went := func() int {
		return strings.Count(s.run("sh", "-c", "cat /run/house/proxy.log 2>/dev/null || true"), "CONNECT "+string(demo.Central)+":443")
	}

	// A portal answers in its place: no way, and what to write instead.
	s.run("sh", "-c", `umask 077; printf 'BORNE_PROXY=pac+http://borne:motdepasse42@127.0.0.8/proxy.pac\nBORNE_SITES_PROXY=direct\n' > /etc/borne/borned.env`)
	restart()
	fact("proxy-file", kiosk.LevelFail, "cannot be used", "SyntaxError", "BORNE_PROXY in /etc/borne/borned.env, as http://")
	fact("central-office", kiosk.LevelWarn, "cannot be reached")

	// The file as it should be: the first proxy is dead, the second asks for the password.
	file.Store(`function FindProxyForURL(url, host) { return isPlainHostName(host) ? "DIRECT" : "PROXY 127.0.0.9:1; PROXY 127.0.0.9:8899"; }`)
	restart()
	fact("proxy-file", kiosk.LevelOK, "127.0.0.8/proxy.pac")
	fact("central-office", kiosk.LevelOK)
	s.visit("caf", cafTitle) // the sites go directly, as the other line says
	s.end()
	s.synced()
	s.until("the house's proxy to be gone through", func() (bool, error) { return went() > 0, nil })

	// A file that would never end, or takes all memory, is given up; the last good one stays in use, over a restart too.
	for _, bad := range []string{`function FindProxyForURL(url, host) { for (;;); }`, `var a = []; for (;;) a.push(new Array(1e5).join("x" + a.length));`} {
		file.Store(bad)
		before := went()
		restart()
		fact("proxy-file", kiosk.LevelWarn, "cannot be used", "takes too", "the last good one stays in use")
		fact("central-office", kiosk.LevelOK)
		s.until("the house's proxy to be gone through", func() (bool, error) { return went() > before, nil })
	}
	s.until("the end of what reads the file", func() (bool, error) {
		left := strings.TrimSpace(s.run("systemctl", "list-units", "--all", "--plain", "--no-legend", "borne-pac.service"))
		return left == "", fmt.Errorf("still there: %s", left)
	})
	s.visit("caf", cafTitle)
	s.end() // clean: what evaluates the file is nothing of a visit

	// No proxy answers any more: the file does not say DIRECT, so there is no way.
	s.run("systemctl", "stop", "house-proxy.service")
	file.Store(`function FindProxyForURL(url, host) { return "PROXY 127.0.0.9:8899"; }`)
	restart()
	fact("central-office", kiosk.LevelWarn, "cannot be reached")
	file.Store(`function FindProxyForURL(url, host) { return "PROXY 127.0.0.9:8899; DIRECT"; }`)
	restart()
	fact("central-office", kiosk.LevelOK)

	journal, err := s.Host.Journal(s.wait())
	s.must(err)
	seen := string(journal) + s.run("sh", "-c", "cat /proc/[0-9]*/cmdline | tr '\\0' ' '; systemctl show borned.service")
	if strings.Contains(seen, "motdepasse42") {
		t.Error("the password can be seen in the journal, a command line or a unit")
	}

	s.run("sh", "-c", `printf 'BORNE_PROXY=pac+http://borne:geheim@127.0.0.8/proxy.pac\n' > /etc/borne/borned.env; systemctl restart borned || true`)
	s.until("borned to say what to write", func() (bool, error) {
		said := s.run("journalctl", "--no-pager", "--output=cat", "--unit=borned.service", "--lines=20")
		return strings.Contains(said, "write BORNE_SITES_PROXY=http://user:password@") && !strings.Contains(said, "geheim"), nil
	})
}
