package kiosk

// HostRule allows or refuses hosts. Its syntax is that of kiosk/allowlist:
// "www.caf.fr" is that host, "*.caf.fr" its subdomains but not itself, port
// 443 unless written "host:port".
type HostRule struct {
	Host string `json:"host" yaml:"host"`
	// Paths, when present, limit a navigable host to these path prefixes.
	Paths []string `json:"paths,omitempty" yaml:"paths"`
	// Verified is the day on which the host was seen to be right on a live
	// network ("2006-01-02"), or "no".
	Verified string `json:"verified,omitempty" yaml:"verified"`
}

// HostGroup is a set of hosts that several services share, such as
// "franceconnect".
type HostGroup struct {
	Navigable  []HostRule `json:"navigable,omitempty" yaml:"navigable"`
	Supporting []HostRule `json:"supporting,omitempty" yaml:"supporting"`
}

// Policy is what the allowlist holds beside the services' own hosts.
type Policy struct {
	Groups map[string]HostGroup `json:"groups" yaml:"groups"`
	// Collectors are refused before every allow.
	Collectors []HostRule `json:"collectors" yaml:"collectors"`
}
