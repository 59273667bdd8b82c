package kiosk_test

import (
	"encoding/json"
	"io"
	"os/exec"
	"slices"
	"strings"
	"testing"
)

// rules hold the arrows of docs/architecture.md: which of our packages each
// may import. Anything below a path follows the rule of the longest prefix.
var rules = map[string][]string{
	"kiosk":            {},
	"assets":           {},
	"kiosk/allowlist":  {"kiosk"},
	"kiosk/session":    {"kiosk"},
	"kiosk/httpsig":    {"kiosk"},
	"kiosk/bundle":     {"kiosk", "kiosk/allowlist"},
	"kiosk/supervisor": {"kiosk", "kiosk/session"},
	"kiosk/sandbox":    {"kiosk"},
	"kiosk/browser":    {"kiosk"},
	"kiosk/egress":     {"kiosk", "kiosk/allowlist"},
	"kiosk/usage":      {"kiosk"},
	"kiosk/search":     {"kiosk"},
	"kiosk/onetime":    {"kiosk"},
	"kiosk/facts":      {"kiosk"},
	"kiosk/fleet":      {"kiosk", "kiosk/bundle", "kiosk/httpsig"},
	"kiosk/pac":        {"kiosk"},
	"kiosk/bus":        {"kiosk"},
	"kiosk/usb":        {"kiosk", "kiosk/usb/volume"},
	"kiosk/usb/volume": {"kiosk"},
	"kiosk/printer":    {"kiosk"},
	"kiosk/pdfpage":    {},
	"kiosk/scan":       {"kiosk", "kiosk/pdfpage"},
	"kiosk/paper":      {"kiosk", "kiosk/pdfpage"},
	"kiosk/practice":   {"kiosk", "kiosk/pdfpage"},
	"kiosk/speech":     {"kiosk"},
	"kiosk/headset":    {},
	"kiosk/windows":    {"kiosk"},
	"kiosk/shell":      {"kiosk", "kiosk/facts", "assets/shell", "assets", "kiosk/shell"},
	"kiosk/kiosktest":  {"kiosk", "kiosk/httpsig", "kiosk/bundle"},
	"admin":            {"kiosk", "kiosk/allowlist"},
	"admin/store":      {"admin", "kiosk", "kiosk/bundle", "admin/store"},
	"admin/auth":       {"admin", "kiosk"},
	"admin/publish":    {"admin", "kiosk", "kiosk/bundle"},
	"admin/indicators": {"admin", "kiosk"},
	"admin/xlsx":       {},
	"admin/api":        {"admin", "kiosk", "kiosk/bundle", "kiosk/httpsig"},
	"admin/console":    {"admin", "kiosk", "kiosk/facts", "kiosk/allowlist", "kiosk/bundle", "admin/indicators", "admin/xlsx", "assets", "assets/console"},
	"admin/client":     {"admin", "kiosk"},
	"admin/simulate":   {"admin", "kiosk", "kiosk/bundle", "kiosk/fleet"},
	"admin/admintest":  {"admin", "kiosk", "kiosk/bundle", "kiosk/httpsig", "admin/store"},
	"cmd":              {"*"},
	"packaging":        {"*"},
}

// only says who may import a module of others.
var only = map[string][]string{
	"fyne.io/fyne/v2":          {"kiosk/shell", "cmd/borne-shell"},
	"github.com/jezek/xgb":     {"kiosk/windows"},
	"github.com/godbus/dbus":   {"kiosk/bus", "kiosk/sandbox", "packaging/demo/stage"},
	"github.com/OpenPrinting":  {"kiosk/printer"},
	"modernc.org/sqlite":       {"kiosk/usage", "admin/store"},
	"github.com/jackc/pgx":     {"admin/store"},
	"github.com/dop251/goja":   {"kiosk/pac"},
	"github.com/pressly/goose": {"admin/store"},
}

type listed struct {
	ImportPath string
	Imports    []string
}

// TestImports fails for an arrow that the architecture does not have.
func TestImports(t *testing.T) {
	cmd := exec.Command("go", "list", "-json=ImportPath,Imports", "borne/...")
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("go list: %v", err)
	}
	seen := 0
	for d := json.NewDecoder(strings.NewReader(string(out))); ; seen++ {
		var p listed
		if err := d.Decode(&p); err == io.EOF {
			break
		} else if err != nil {
			t.Fatal(err)
		}
		check(t, p)
	}
	if seen < 10 {
		t.Errorf("only %d packages listed", seen)
	}
}

func check(t *testing.T, p listed) {
	path := strings.TrimPrefix(p.ImportPath, "borne/")
	rule, ok := ruleOf(path)
	if !ok {
		t.Errorf("%s: no rule says what it may import: add one here and to docs/architecture.md", path)
		return
	}
	for _, i := range p.Imports {
		if ours, is := strings.CutPrefix(i, "borne/"); is {
			if !slices.Contains(rule, "*") && !slices.Contains(rule, ours) {
				t.Errorf("%s imports %s, which it may not", path, ours)
			}
			continue
		}
		if path == "kiosk" && strings.Contains(strings.Split(i, "/")[0], ".") {
			t.Errorf("kiosk imports %s; it is standard library only", i)
		}
		for module, who := range only {
			if strings.HasPrefix(i, module) && !slices.ContainsFunc(who, func(w string) bool { return path == w || strings.HasPrefix(path, w+"/") }) {
				t.Errorf("%s imports %s, which only %v may", path, i, who)
			}
		}
	}
}

// ruleOf returns the rule of the longest prefix of path.
func ruleOf(path string) (rule []string, ok bool) {
	for p := path; p != ""; {
		if rule, ok := rules[p]; ok {
			return append([]string{}, rule...), true
		}
		i := strings.LastIndex(p, "/")
		if i < 0 {
			break
		}
		p = p[:i]
	}
	return nil, false
}
