package facts

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"strconv"
	"strings"
	"testing"

	"borne/kiosk"
)

func TestHealthyFactsAreFrench(t *testing.T) {
	for _, c := range []struct{ name, detail, want string }{
		{"disk", "43210 MiB free (80 %) on /var/lib/borne", "43210 Mio libres (80 %) sur /var/lib/borne."},
		{"memory", "2412 of 3921 MiB available", "2412 Mio disponibles sur 3921."},
		{"maintenance", "opened 3 times, last 2026-03-02T09:58:00Z; 2 wrong codes since", "Ouvert 3 fois ; la dernière : 2026-03-02T09:58:00Z. Codes faux depuis : 2."},
		{"clock", "synchronised; 0.1 s from the central office", "À l’heure ; 0,1 s d’écart avec le serveur central."},
		{"bundle", "version 12", "Version 12."},
		{"swap", "encrypted", "Chiffrée."},
		{"disk", "something else", ""},
	} {
		if got := French(kiosk.Fact{Name: c.name, Level: kiosk.LevelOK, Detail: c.detail}); got != c.want {
			t.Errorf("%s, %q: %q, want %q", c.name, c.detail, got, c.want)
		}
	}
}

func TestProblemsAreFrench(t *testing.T) {
	office := kiosk.Fact{Name: "central-office", Level: kiosk.LevelWarn, Detail: "the central office cannot be reached: check the address, the network and the proxy (dial tcp: refused)"}
	if got := French(office); !strings.HasPrefix(got, "Le serveur central ne répond pas") {
		t.Errorf("an office that is away: %q", got)
	}
	if got := Problem("enrol: this enrolment code is used or expired: make a new one in the console (410)"); !strings.HasPrefix(got, "Ce code de rattachement") {
		t.Errorf("a used code: %q", got)
	}
	if got := Problem("a text that nobody knows"); got != "" {
		t.Errorf("an unknown text: %q", got)
	}
}

func TestConfigurationIsFrench(t *testing.T) {
	for english, want := range map[string]string{
		`idle_timeout is 3s: write between 1m0s and 1h0m0s`:              `idle_timeout vaut 3s : écrivez entre 1m0s et 1h0m0s.`,
		`unknown language "xx": write one of fr, en`:                     `Langue inconnue : « xx ». Écrivez l’une de fr, en.`,
		`start "http://caf.fr" is not encrypted: write "https://caf.fr"`: `La page de départ « http://caf.fr » n’est pas chiffrée : écrivez « https://caf.fr ».`,
		`enabled is "oui": write true or false`:                          `enabled vaut « oui » : écrivez true ou false.`,
		`words that no check of ours says`:                               ``,
	} {
		if got := Configuration(english); got != want {
			t.Errorf("%q: %q, want %q", english, got, want)
		}
	}
}

// TestEveryFaultHasFrench reads the messages in the sources of the check, so that
// a new one cannot stay English.
func TestEveryFaultHasFrench(t *testing.T) {
	known := map[string]bool{"%s: %s": true, "%s": true, "%v": true} // what others said
	for _, f := range faults {
		known[f.english] = true
		if n, m := len(verb.FindAllString(f.english, -1)), len(verb.FindAllString(f.french, -1)); n != m {
			t.Errorf("%q has %d parts, its French %d", f.english, n, m)
		}
	}
	seen := 0
	for _, folder := range []string{"../bundle", "../allowlist"} {
		for _, message := range messages(t, folder) {
			if seen++; !known[message] {
				t.Errorf("%s: no French for %q", folder, message)
			}
		}
	}
	if seen < 70 {
		t.Errorf("only %d messages were found in the sources", seen)
	}
}

// messages are the texts that a package's calls of faultf, fault and warn are given
// as they are, or by Sprintf.
func messages(t *testing.T, folder string) (all []string) {
	t.Helper()
	names, err := fs.Glob(os.DirFS(folder), "*.go")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range names {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		file, err := parser.ParseFile(token.NewFileSet(), folder+"/"+name, nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		ast.Inspect(file, func(n ast.Node) bool {
			call, ok := n.(*ast.CallExpr)
			if !ok {
				return true
			}
			of, ok := call.Fun.(*ast.SelectorExpr)
			if !ok || len(call.Args) == 0 {
				return true
			}
			at := map[string]int{"faultf": 0, "fault": 3, "warn": 3}
			i, ok := at[of.Sel.Name]
			if !ok || len(call.Args) <= i {
				return true
			}
			for _, e := range call.Args[i:] {
				if inner, ok := e.(*ast.CallExpr); ok && len(inner.Args) > 0 {
					e = inner.Args[0]
				}
				if text, ok := e.(*ast.BasicLit); ok && text.Kind == token.STRING && strings.Contains(text.Value, " ") {
					s, err := strconv.Unquote(text.Value)
					if err != nil {
						t.Fatal(err)
					}
					all = append(all, s)
					break
				}
			}
			return true
		})
	}
	return all
}
