package demo

import "net/netip"

// Host is a name of the demonstration's network.
type Host string

// The hosts, all under .test, which RFC 6761 reserves and no public resolver answers.
const (
	Caf           Host = "www.caf.borne.test"
	CafConnect    Host = "connect.caf.borne.test"
	Impots        Host = "www.impots.borne.test"
	Ameli         Host = "www.ameli.borne.test"
	AmeliAccount  Host = "assure.ameli.borne.test"
	InfoRetraite  Host = "www.info-retraite.borne.test"
	FranceConnect Host = "app.franceconnect.borne.test"
	CDN           Host = "cdn.etat.borne.test"
	// Collector measures audiences: the allowlist refuses it before every allow.
	Collector Host = "stats.collecteur.borne.test"
	// Forbidden is in no allowlist; it answers, so that only the policy can be what stops a visitor.
	Forbidden Host = "interdit.borne.test"
	// Central is the central office, which the sites do not serve.
	Central Host = "central.borne.test"
)

// Domain is the parent of every host: the demonstration's authority signs for nothing else.
const Domain = "borne.test"

// SiteHosts lists the hosts that the demonstration sites answer.
func SiteHosts() []Host {
	return []Host{Caf, CafConnect, Impots, Ameli, AmeliAccount, InfoRetraite, FranceConnect, CDN, Collector, Forbidden}
}

// Network holds the addresses. It must not be private or special-purpose, or the borne would refuse it as it does in
// the field; it exists only inside the test host, from which no packet leaves.
func Network() netip.Prefix { return netip.MustParsePrefix("46.30.200.0/24") }

// SitesAddress is where the demonstration sites listen.
func SitesAddress() netip.Addr { return netip.MustParseAddr("46.30.200.10") }

// CentralAddress is where the central office listens.
func CentralAddress() netip.Addr { return netip.MustParseAddr("46.30.200.20") }

// Addresses are what the test host's network carries.
func Addresses() []netip.Prefix {
	return []netip.Prefix{netip.PrefixFrom(SitesAddress(), 32), netip.PrefixFrom(CentralAddress(), 32)}
}

// Resolver maps every name to its address, for the test host's resolver.
func Resolver() map[string]netip.Addr {
	names := map[string]netip.Addr{string(Central): CentralAddress()}
	for _, h := range SiteHosts() {
		names[string(h)] = SitesAddress()
	}
	return names
}

// URL is the https address of path, which starts with a slash, on the host.
func (h Host) URL(path string) string { return "https://" + string(h) + path }
