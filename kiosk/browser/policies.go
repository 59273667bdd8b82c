package browser

import (
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"

	"github.com/google/renameio/v2"
)

// PolicyFile is where Debian's Chromium reads managed policies.
const PolicyFile = "/etc/chromium/policies/managed/borne.json"

// maxPatterns is Chromium's own limit: it ignores what comes after (policy
// URLAllowlist). A rule that is silently dropped would be a page that never
// opens.
const maxPatterns = 1000

// PolicyInput is what policies depend on.
type PolicyInput struct {
	// AllowPatterns are the addresses that may be navigated to, in the form of
	// the policy URLAllowlist; Pattern writes one. None allows nothing.
	AllowPatterns []string
	// BlockPatterns are exceptions below them, in the form of the policy
	// URLBlocklist.
	BlockPatterns []string
	// CACertificates are trusted beside the public ones, in DER.
	CACertificates [][]byte
	// Proxy is the egress proxy, "host:port".
	Proxy string
	// DownloadDir is where downloads go, as the browser sees it. Empty allows
	// none.
	DownloadDir string
	// Shown are the files of the visit that its browser may show, as it sees
	// them. All other files stay refused.
	Shown []string
	// Own are the addresses of the borne's own pages, in the form of
	// AllowPatterns.
	Own []string
	// Languages are told to sites, the first preferred; "fr" when none.
	Languages []string
}

// Pattern writes the form that policies know for one host: that host alone,
// or it and all below it. Port 443 is written ":443"; an empty path allows all.
func Pattern(host, port, path string, subdomains bool) string {
	if !subdomains {
		host = "." + host
	}
	return "https://" + host + ":" + port + path
}

// Policies returns the whole set, by name. docs/lockdown.md says what each
// group is for.
func Policies(in PolicyInput) (map[string]any, error) {
	if in.Proxy == "" {
		return nil, errors.New("policies: no proxy is named")
	}
	languages := in.Languages
	if len(languages) == 0 {
		languages = []string{"fr"}
	}
	var shown []string
	for _, path := range in.Shown {
		shown = append(shown, "file://"+path)
	}
	allowed := slices.Concat([]string{"about:blank"}, shown, in.Own, in.AllowPatterns)
	if len(allowed) > maxPatterns {
		return nil, fmt.Errorf("policies: %d patterns are %d more than Chromium takes: use fewer path rules", len(in.AllowPatterns), len(allowed)-maxPatterns)
	}
	ps := map[string]any{
		"URLBlocklist":    append(slices.Clone(blockedAddresses), in.BlockPatterns...),
		"URLAllowlist":    allowed,
		"ForcedLanguages": languages,
		"ProxySettings": map[string]any{
			"ProxyMode": "fixed_servers", "ProxyServer": "http://" + in.Proxy, "ProxyBypassList": "<-loopback>",
		},
	}
	const all = 3
	ps["DownloadRestrictions"] = all
	if in.DownloadDir != "" {
		const dangerousTypes = 1
		ps["DownloadRestrictions"] = dangerousTypes
		ps["DownloadDirectory"] = in.DownloadDir
	}
	if len(in.CACertificates) > 0 {
		var encoded []string
		for _, der := range in.CACertificates {
			encoded = append(encoded, base64.StdEncoding.EncodeToString(der))
		}
		ps["CACertificates"] = encoded
	}
	for _, group := range policyGroups {
		maps.Copy(ps, group)
	}
	return ps, nil
}

// WritePolicies replaces the file at once: Chromium never reads a part of it.
func WritePolicies(path string, policies map[string]any) error {
	return writePolicies(path, policies, func(string) error { return nil })
}

// RewritePolicies replaces the file under a running Chromium, which reads it
// again at once: it does so only when no file of the folder is newer than when
// it last read, and waits for five seconds of quiet otherwise (Chromium,
// AsyncPolicyLoader::IsSafeToReload). So the new file takes the old one's time,
// and comes from outside the folder: the parent, of the same file system.
func RewritePolicies(path string, policies map[string]any) error {
	return writePolicies(path, policies, func(written string) error {
		before, err := os.Stat(path)
		if errors.Is(err, fs.ErrNotExist) {
			return nil
		}
		if err != nil {
			return err
		}
		return os.Chtimes(written, before.ModTime(), before.ModTime())
	})
}

// writePolicies has settle look at the new file before it takes its place.
func writePolicies(path string, policies map[string]any, settle func(written string) error) error {
	b, err := json.MarshalIndent(policies, "", "  ")
	if err != nil {
		return fmt.Errorf("write policies: %w", err)
	}
	// borned's umask is 0077, and the browser's user must read this whatever stood there before.
	f, err := renameio.NewPendingFile(path, renameio.WithStaticPermissions(0o644), renameio.WithTempDir(filepath.Dir(filepath.Dir(path))))
	if err != nil {
		return fmt.Errorf("write policies: %w (does the folder exist?)", err)
	}
	defer f.Cleanup()
	if _, err := f.Write(append(b, '\n')); err != nil {
		return fmt.Errorf("write policies: %w", err)
	}
	if err := settle(f.Name()); err != nil {
		return fmt.Errorf("write policies: %w", err)
	}
	if err := f.CloseAtomicallyReplace(); err != nil {
		return fmt.Errorf("write policies: %w", err)
	}
	return nil
}
