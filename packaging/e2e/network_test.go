package e2e_test

import (
	"bufio"
	"fmt"
	"maps"
	"net/netip"
	"strings"

	"borne/kiosk/allowlist"
	"borne/packaging/demo"
)

// network looks at the network from where the visitor's browser stands: nothing answers but the proxy, and that one
// refuses with a reason.
func (s *scene) network() {
	s.visit("caf", cafTitle)
	defer s.end()
	inside := func(command ...string) (string, error) {
		s.t.Helper()
		return s.inSession([]string{"--net"}, command...)
	}
	addresses, err := inside("ip", "-oneline", "address")
	s.must(err)
	for line := range strings.Lines(addresses) {
		if !strings.Contains(line, " lo ") {
			s.t.Errorf("an interface beside the loopback: %s", line)
		}
	}
	listening, err := inside("ss", "--no-header", "--listening", "--numeric", "--tcp", "--udp")
	s.must(err)
	if fields := strings.Fields(listening); strings.Count(listening, "\n") != 1 || len(fields) < 5 || fields[4] != "127.0.0.1:3128" {
		s.t.Errorf("what listens is not the proxy alone:\n%s", listening)
	}
	for _, beyond := range []string{
		"https://" + demo.SitesAddress().String(), "http://" + demo.CentralAddress().String(), "http://127.0.0.1:80", "http://127.0.0.53:53",
		"http://[2001:db8::1]", "http://" + string(demo.Caf),
	} {
		if said, err := inside("curl", "--silent", "--insecure", "--noproxy", "*", "--max-time", "5", beyond); err == nil {
			s.t.Errorf("%s answers without the proxy: %s", beyond, said)
		}
	}

	// A listed name that leads into the local network: the address is looked at after the name.
	names := demo.Resolver()
	inward := maps.Clone(names)
	inward[string(demo.CafConnect)] = netip.MustParseAddr("192.168.1.1")
	s.must(s.Host.SetHosts(s.wait(), inward))
	defer func() { s.must(s.Host.SetHosts(s.wait(), names)) }()

	for target, want := range map[string]allowlist.Reason{
		demo.CafConnect.URL("/"):                    allowlist.PrivateAddress,
		"https://" + demo.SitesAddress().String():   allowlist.IPLiteral,
		"https://127.0.0.1/":                        allowlist.IPLiteral,
		demo.Forbidden.URL("/"):                     allowlist.HostNotListed,
		demo.Collector.URL("/"):                     allowlist.Collector,
		"https://" + string(demo.Caf) + ":8443/":    allowlist.Port,
		"http://" + string(demo.Impots) + ":8080/x": allowlist.Scheme,
		demo.Caf.URL("/"):                           "",
	} {
		s.until(fmt.Sprintf("%q for %s", want, target), func() (bool, error) {
			// The name may be known from before for a moment.
			head, err := inside("sh", "-c", `curl --silent --insecure --output /dev/null --dump-header - --proxy http://127.0.0.1:3128 --max-time 5 "$1" || true`, "-", target)
			status, reason := proxyAnswer(head)
			if want == "" {
				return strings.Contains(status, " 200 "), fmt.Errorf("answered %q, %w", head, err)
			}
			return strings.Contains(status, " 403 ") && reason == string(want), fmt.Errorf("answered %q", head)
		})
	}
}

// proxyAnswer reads the first answer's status and reason.
func proxyAnswer(head string) (status, reason string) {
	lines := bufio.NewScanner(strings.NewReader(head))
	for lines.Scan() && lines.Text() != "" {
		if status == "" {
			status = lines.Text()
		}
		if value, ok := strings.CutPrefix(strings.ToLower(lines.Text()), "x-borne-reason:"); ok {
			reason = strings.TrimSpace(value)
		}
	}
	return status, reason
}
