package browser

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"borne/assets"
	"borne/kiosk"
	"borne/kiosk/allowlist"
	"borne/kiosk/bundle"
)

// deadProxy: nothing listens there, so that whatever the browser lets through
// ends as refused connections inside the test host.
const deadProxy = "127.0.0.1:9"

// fewestAddresses are compared however busy the machine is.
const fewestAddresses = 60

// As many addresses are compared for each list as patience allows: one takes
// 13 ms on a quiet machine.
var (
	agreementSeed      = flag.Uint64("agreement-seed", 1, "choose other addresses to compare")
	agreementAddresses = flag.Int("agreement-addresses", 500, "compare so many for each list at most")
	agreementPatience  = flag.Duration("agreement-patience", 7*time.Second, "compare for so long for each list at most")
)

// The browser's own policies and the proxy's list come from the same rules.
// Here a real Chromium is sent to some thousand addresses around those rules:
//
//   - what it lets through is, as it reads the address itself, a page that the
//     list lets a visitor go to;
//   - what the list lets a visitor go to passes the browser;
//   - where both read an address, they read the same host, port and path.
//
// Each way in which the two differ on purpose has a name in onPurpose, and is
// counted.
func TestBrowserAndListAgree(t *testing.T) {
	seed := *agreementSeed
	total := 0
	for name, l := range agreementLists(t, seed) {
		t.Run(name, func(t *testing.T) {
			policies, err := Policies(PolicyInput{AllowPatterns: l.list.URLAllowlist(), BlockPatterns: l.list.URLBlocklist(), Proxy: deadProxy})
			if err != nil {
				t.Fatal(err)
			}
			r := startBrowser(t, policies, deadProxy, Control{Handle: func(Event) {}})
			m := &mutator{Rand: rand.New(rand.NewPCG(seed, uint64(len(name)))), hosts: l.hosts, paths: l.paths, plain: l.plain}
			hidden := r.front().session
			if _, err := r.newPage(t.Context()); err != nil {
				t.Fatal(err)
			}
			compared, through, differences := 0, 0, map[string]int{}
			for start := time.Now(); compared < *agreementAddresses && (compared < fewestAddresses || time.Since(start) < *agreementPatience); compared++ {
				address := m.address()
				got := r.visit(hidden, address)
				if got.through {
					through++
				}
				problem, difference := compare(l.list, l.paths, address, got)
				if problem != "" {
					t.Errorf("%q, which the browser reads as %q (%s): %s", address, got.reading, got.result, problem)
				}
				if difference != "" {
					differences[difference]++
				}
			}
			total += compared
			t.Logf("%d addresses compared, %d let through by the browser, different on purpose: %v", compared, through, differences)
			if through < compared/20 || through > compared*9/10 {
				t.Errorf("%d of %d let through: the comparison says little", through, compared)
			}
		})
	}
	fmt.Printf("%d addresses compared between Chromium and the list, seed %d\n", total, seed)
}

type agreementList struct {
	list         *allowlist.List
	hosts, paths []string
	plain        []string // see mutator
}

func agreementLists(t *testing.T, seed uint64) map[string]agreementList {
	c, shipped, faults := bundle.LoadDir(assets.Bundle())
	if shipped == nil {
		t.Fatal(faults.Err())
	}
	rule := func(host string, paths ...string) kiosk.HostRule {
		return kiosk.HostRule{Host: host, Paths: paths, Verified: "2026-01-15"}
	}
	every := kiosk.Catalogue{Services: []kiosk.Service{
		{ID: "a", Start: "https://www.caf.fr/allocataires", Navigable: []kiosk.HostRule{rule("*.caf.fr"), rule("dossier.caf.fr:8443"), rule("xn--impts-8ta.gouv.fr"),
			rule("*.deep.caf.fr"), rule("*.ports.example.fr:8443")}, Supporting: []kiosk.HostRule{rule("cdn.caf-static.fr"), rule("deep.static.fr")}},
		{ID: "b", Start: "https://www.impots.gouv.fr/particulier/accueil", Navigable: []kiosk.HostRule{rule("www.impots.gouv.fr", "/particulier", "/aide/"), rule("*.pages.fr", "/ici"),
			rule("chemins.example.fr", "/a@b:c", "/d=[1]'!$&()+,~-_.", "/.well-known", "/UN/deux")}},
	}}
	policy := kiosk.Policy{Collectors: []kiosk.HostRule{rule("stats.caf.fr"), rule("*.ads.caf.fr"), rule("dossier.caf.fr:8444"), rule("*.pages.fr:8443"), rule("x.pages.fr")}}
	written, fs := allowlist.Compile(every, policy)
	if written == nil {
		t.Fatal(fs)
	}
	added, err := written.With("caf.fr")
	if err != nil {
		t.Fatal(err)
	}
	if added, err = added.With("ajoute.example.org"); err != nil {
		t.Fatal(err)
	}
	return map[string]agreementList{
		"drawn":        drawnList(t, rand.New(rand.NewPCG(seed, 0))),
		"shipped":      {list: shipped, hosts: hostsOf(c.Catalogue, c.Policy)},
		"every rule":   {list: written, hosts: hostsOf(every, policy), paths: []string{"/particulier", "/aide", "/aide/", "/ici", "/a@b:c", "/d=[1]'!$&()+,~-_.", "/.well-known", "/UN/deux", "/un/deux"}},
		"with a visit": {list: added, hosts: append(hostsOf(every, policy), "caf.fr", "ajoute.example.org", "ajoute.example.org"), paths: []string{"/particulier", "/aide/"}},
	}
}

// drawnList has rules that meet, nest and shadow each other in every way that a
// few labels allow, in many zones that have nothing to do with each other.
func drawnList(t *testing.T, random *rand.Rand) agreementList {
	const zones = 25
	labels := []string{"a", "b", "aa", "ab"}
	host := func(zone int) string {
		h := fmt.Sprintf("z%d.fr", zone)
		for range random.IntN(3) {
			h = labels[random.IntN(len(labels))] + "." + h
		}
		return h
	}
	rules := func(zone, most int) (out []kiosk.HostRule) {
		for range random.IntN(most + 1) {
			r := kiosk.HostRule{Host: []string{"", "*."}[random.IntN(2)] + host(zone), Verified: "2026-01-15"}
			if random.IntN(6) == 0 {
				r.Host += ":8443"
			}
			out = append(out, r)
		}
		return out
	}
	c := kiosk.Catalogue{Services: []kiosk.Service{{ID: "drawn", Start: "https://start.example.fr/"}}}
	var p kiosk.Policy
	for zone := range zones {
		c.Services[0].Navigable = append(c.Services[0].Navigable, rules(zone, 4)...)
		c.Services[0].Supporting = append(c.Services[0].Supporting, rules(zone, 1)...)
		p.Collectors = append(p.Collectors, rules(zone, 3)...)
	}
	list, faults := allowlist.Compile(c, p)
	if list == nil {
		t.Fatal(faults)
	}
	// Of all hosts of a zone, two for each answer with its rule.
	var hosts []string
	for zone := range zones {
		all := []string{fmt.Sprintf("z%d.fr", zone)}
		for i := 0; strings.Count(all[i], ".") < 4; i++ {
			for _, l := range labels {
				all = append(all, l+"."+all[i])
			}
		}
		random.Shuffle(len(all), func(i, j int) { all[i], all[j] = all[j], all[i] })
		seen := map[allowlist.Decision]int{}
		for _, h := range all {
			d := list.Explain("https://" + h + "/")
			if seen[d]++; seen[d] <= 2 {
				hosts = append(hosts, h)
			}
		}
	}
	random.Shuffle(len(hosts), func(i, j int) { hosts[i], hosts[j] = hosts[j], hosts[i] })
	return agreementList{list: list, hosts: hosts, plain: hosts}
}

func hostsOf(c kiosk.Catalogue, p kiosk.Policy) (hosts []string) {
	rules := slices.Clone(p.Collectors)
	for _, g := range p.Groups {
		rules = slices.Concat(rules, g.Navigable, g.Supporting)
	}
	for _, s := range c.Services {
		rules = slices.Concat(rules, s.Navigable, s.Supporting)
		if t, reason := allowlist.ParseTarget(s.Start); reason == "" {
			hosts = append(hosts, t.Host)
		}
	}
	for _, r := range rules {
		host, _, _ := strings.Cut(strings.TrimPrefix(r.Host, "*."), ":")
		hosts = append(hosts, host)
	}
	slices.Sort(hosts)
	return slices.Compact(hosts)
}

// compare says what is wrong, or by which name the two differ on purpose.
func compare(l *allowlist.List, paths []string, address string, got visited) (problem, difference string) {
	ours, ourReason := allowlist.ParseTarget(address)
	reading := withoutUser(got.reading)
	theirs, theirReason := allowlist.ParseTarget(reading)
	if ourReason == "" && theirReason == "" && ours.Path != "" && ours != theirs {
		return fmt.Sprintf("we read %+v, the browser %+v", ours, theirs), ""
	}
	switch {
	case got.through && (theirReason != "" || !l.Navigable(theirs)):
		if d := onPurpose(l, got, reading, theirs, theirReason, paths); d != "" {
			return "", d
		}
		return fmt.Sprintf("the browser lets through what the list refuses: %+v", l.Explain(reading)), ""
	case !got.through && ourReason == "" && ours.Path != "" && l.Navigable(ours):
		return fmt.Sprintf("the browser refuses what the list allows: %+v", l.Decide(ours)), ""
	}
	return "", ""
}

// onPurpose names why the browser may let through what the list refuses, or
// returns "": then it may not.
func onPurpose(l *allowlist.List, got visited, reading string, t allowlist.Target, reason allowlist.Reason, paths []string) string {
	switch {
	// No policy holds these back. about: is an empty document, and blob: is
	// made by a page that was let through.
	case strings.HasPrefix(reading, "about:"):
		return "about:"
	case strings.HasPrefix(reading, "blob:"):
		return "blob:"
	// There is no extension; the browser refuses by another error.
	case strings.HasPrefix(reading, "chrome-extension:") && got.result == "net::ERR_BLOCKED_BY_CLIENT":
		return "chrome-extension:"
	// Chromium matches patterns from the right, and drops trailing dots. What
	// it then asks the proxy for is no name, and the proxy reads as we do.
	case reason == allowlist.Malformed:
		rest, https := strings.CutPrefix(reading, "https://")
		authority, _, _ := strings.Cut(rest, "/")
		host, _, _ := strings.Cut(authority, ":")
		if https && l.Explain(host+":443").Reason == allowlist.Malformed {
			return "host that is no name"
		}
	// A link without TLS reaches the proxy, which redirects it or refuses it
	// (RedirectsHTTP), and relays nothing of it.
	case strings.HasPrefix(reading, "http://") && slices.ContainsFunc(l.URLAllowlist(), func(p string) bool { return overHTTP(p, reading) }):
		return "plain HTTP"
	// A path is characters to Chromium, and whole segments to the list, which
	// tells such a page by OutsidePaths. The host is the site's own either way:
	// the proxy lets its connections through.
	case l.OutsidePaths(got.reading) && slices.ContainsFunc(paths, func(p string) bool { return strings.HasPrefix(t.Path, p) }):
		return "path prefix"
	}
	return ""
}

// overHTTP reports whether an http pattern of the list names the host of an
// http address, on its own port.
func overHTTP(pattern, address string) bool {
	named, plain := strings.CutPrefix(pattern, "http://")
	named, _, _ = strings.Cut(named, ":80")
	authority, _, _ := strings.Cut(strings.TrimPrefix(address, "http://"), "/")
	host := strings.TrimSuffix(authority, ".")
	if exact, ok := strings.CutPrefix(named, "."); ok {
		return plain && host == exact
	}
	return plain && (host == named || strings.HasSuffix(host, "."+named))
}

// visited is what became of a navigation.
type visited struct {
	through bool
	result  string
	reading string // the address as the browser wrote it, when it read it
}

func (r *real) visit(session, address string) visited {
	r.t.Helper()
	ctx, cancel := context.WithTimeout(r.t.Context(), patience)
	defer cancel()
	var nav struct{ ErrorText, LoaderID string }
	if err := r.conn.call(ctx, session, "Page.navigate", map[string]any{"url": address}, &nav); err != nil {
		var refused *protocolError
		if errors.As(err, &refused) && strings.Contains(refused.Message, "invalid URL") {
			return visited{result: refused.Message}
		}
		r.t.Fatalf("%q: %v", address, err)
	}
	if nav.LoaderID == "" {
		return visited{result: nav.ErrorText} // no document came of it
	}
	var tree struct {
		FrameTree struct {
			Frame struct{ URL, UnreachableURL string }
		}
	}
	if err := r.conn.call(ctx, session, "Page.getFrameTree", nil, &tree); err != nil {
		r.t.Fatalf("%q: %v", address, err)
	}
	v := visited{result: nav.ErrorText, reading: tree.FrameTree.Frame.UnreachableURL}
	if v.reading == "" {
		v.reading = tree.FrameTree.Frame.URL
	}
	v.through = nav.ErrorText != "net::ERR_BLOCKED_BY_ADMINISTRATOR"
	return v
}
