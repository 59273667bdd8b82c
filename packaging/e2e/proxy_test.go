package e2e_test

import (
	"fmt"
	"strings"

	"borne/kiosk"
	"borne/packaging/demo"
)

// proxyUnit is the visitor's way out.
const proxyUnit = "borne-egress.service"

// proxyKilled kills the proxy's process in the middle of a visit, again and again: nothing hangs, nothing else answers,
// another takes its place and knows the visit; one that does not stay up ends the visit, which leaves nothing.
func (s *scene) proxyKilled() {
	before := s.counted()
	s.visit("caf", cafTitle)
	session, uids := s.property(sessionUnit, "MainPID"), []string{s.property(sessionUnit, "UID")}
	for n := range 3 {
		uids = append(uids, s.property(proxyUnit, "UID"))
		killed := s.property(proxyUnit, "MainPID")
		// A tunnel that is open ends at once, and so does what comes while there is no proxy.
		said, err := s.inSession([]string{"--net"}, "timeout", "55", "bash", "-c", `
			exec 5<>/dev/tcp/127.0.0.1/3128
			printf 'CONNECT %s:443 HTTP/1.1\r\nHost: %s:443\r\n\r\n' "$1" "$1" >&5
			read -r line <&5; echo "$line"
			kill -9 "$2"; cat <&5 >/dev/null; echo ended
			for try in 1 2 3 4 5 6; do
				curl --silent --insecure --output /dev/null --write-out '%{http_code} ' --proxy http://127.0.0.1:3128 --max-time 30 "https://$1/"
			done; echo
			curl --silent --output /dev/null --write-out '%{http_connect}' --proxy http://127.0.0.1:3128 --max-time 30 "https://$3/"; echo`,
			"-", string(demo.Caf), killed, string(demo.Forbidden))
		lines := strings.Split(strings.TrimSpace(said), "\n")
		if err != nil && len(lines) < 4 || len(lines) != 4 || !strings.Contains(lines[0], " 200 ") || lines[1] != "ended" ||
			strings.Count(lines[2], "200") != 6 || lines[3] != "403" {
			s.t.Fatalf("kill %d: %q, %v", n+1, said, err)
		}
		if now := s.property(proxyUnit, "MainPID"); now == killed || now == "0" {
			s.t.Fatalf("the proxy's process is %s, and %s was killed", now, killed)
		}
	}
	if now := s.property(sessionUnit, "MainPID"); now != session {
		s.t.Error("the visitor's browser did not outlive its proxy")
	}
	s.touchRow(s.page(cafTitle), 0) // and the visit goes on through the last one
	s.state(kiosk.Visiting)
	uids = append(uids, s.property(proxyUnit, "UID"))

	s.run("sh", "-c", "kill -9 $(systemctl show -P MainPID "+proxyUnit+")")
	s.until("the end of the session", func() (bool, error) {
		now, err := s.borne.State(s.wait())
		return err == nil && !now.InSession(), err
	})
	s.state(kiosk.Ready)
	for _, uid := range uids {
		if left := s.leftovers(uid); left != "" {
			s.t.Errorf("left of user %s:\n%s", uid, left)
		}
	}
	want := oneVisit(kiosk.EndBrowser)
	want["refusal/host-not-listed"] = 3 // and none for want of a session: a proxy that takes another's place knows it
	s.counts(before, want)
	if journal, err := s.Host.Journal(s.wait()); err != nil || strings.Contains(string(journal), string(demo.Caf)) {
		s.t.Errorf("the journal names the site (%v)", err)
	}
}

// proxyConfined asks systemd what the proxy's unit may do.
func (s *scene) proxyConfined() {
	for property, want := range map[string]string{
		"DynamicUser": "yes", "NoNewPrivileges": "yes", "CapabilityBoundingSet": "", "ProtectSystem": "strict", "PrivateDevices": "yes",
		"MemorySwapMax": "0", "ProtectProc": "invisible", "MemoryDenyWriteExecute": "yes", "TasksMax": "64",
	} {
		if got := s.property(proxyUnit, property); got != want {
			s.t.Errorf("%s=%s, want %s", property, got, want)
		}
	}
	if denied := s.property(proxyUnit, "IPAddressDeny"); !strings.Contains(denied, "10.0.0.0/8") || !strings.Contains(denied, "127.0.0.0/8") {
		s.t.Errorf("IPAddressDeny=%s", denied)
	}
	command := s.run("sh", "-c", "tr '\\0' ' ' < /proc/$(systemctl show -P MainPID "+proxyUnit+")/cmdline")
	if strings.TrimSpace(command) != "/usr/sbin/borned egress-worker" {
		s.t.Errorf("it runs %q", command)
	}
	rating := s.run("systemd-analyze", "security", "--no-pager", proxyUnit)
	fmt.Fprintln(s.t.Output(), rating)
}

// plainHTTP asks without TLS, as a letter's printed address does: sent on where a visitor may go, else a page says why in
// the visitor's language.
func (s *scene) plainHTTP() {
	s.visit("caf", cafTitle)
	defer s.end()
	ask := func(url string) string {
		s.t.Helper()
		out, err := s.inSession([]string{"--net"}, "curl", "--silent", "--include", "--proxy", "http://127.0.0.1:3128", "--max-time", "30", url)
		s.must(err)
		return out
	}
	if got := ask("http://" + string(demo.Caf) + "/a?b"); !strings.Contains(got, " 307 ") || !strings.Contains(got, "Location: https://"+string(demo.Caf)+"/a?b") {
		s.t.Errorf("an allowed host: %s", got)
	}
	if got := ask("http://" + string(demo.Forbidden) + "/"); !strings.Contains(got, " 403 ") || !strings.Contains(got, "X-Borne-Reason: host-not-listed") ||
		!strings.Contains(got, "<h1>Cette page ne s’ouvre pas ici</h1>") || strings.Contains(got, string(demo.Forbidden)) {
		s.t.Errorf("another: %s", got)
	}
}
