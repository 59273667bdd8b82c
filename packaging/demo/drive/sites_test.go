package drive_test

import (
	"context"
	"encoding/json"
	"encoding/pem"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"borne/packaging/demo"
	"borne/packaging/demo/drive"
	"borne/packaging/demo/sites"
	"borne/packaging/demo/stage"
	"borne/packaging/testhost"
)

// The screen of this test, and the place of the browser on it: a borne's own, under its bar.
const (
	display         = ":7"
	left, top       = 0, 96
	width, height   = 1280, 704
	visitorPatience = 60 * time.Second
)

// browser is a plain Chromium on a screen of the booted host, without any of the product: what happens to it is the
// sites' own doing.
type browser struct {
	t      *testing.T
	stage  *stage.Stage
	screen *drive.Screen
}

func newBrowser(t *testing.T) *browser {
	t.Helper()
	if os.Geteuid() != 0 {
		t.Skip("not root: a test host needs namespaces, mounts and control groups")
	}
	log := slog.New(slog.NewTextHandler(t.Output(), nil))
	s, err := stage.Raise(t.Context(), stage.Options{StateDir: t.TempDir(), Log: log, Host: testhost.Options{Log: log}})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	testhost.Collect(t, s.Host, t.ArtifactDir(), testhost.Display{Name: display})
	b := &browser{t, s, drive.NewScreen(s.Host, display, "")}

	block, _ := pem.Decode(s.Authority.CertificatePEM())
	policy, err := json.Marshal(map[string]any{"CACertificates": [][]byte{block.Bytes}, "PasswordManagerEnabled": false})
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Host.WriteFile("/etc/chromium/policies/managed/test.json", policy, 0o644); err != nil {
		t.Fatal(err)
	}
	b.run("systemd-run", "--quiet", "--unit=ecran", "Xvfb", display, "-screen", "0", "1280x800x24", "-nolisten", "tcp", "-noreset", "-ac")
	for deadline := time.Now().Add(visitorPatience); ; {
		if _, _, err := b.screen.Size(t.Context()); err == nil {
			return b
		} else if time.Now().After(deadline) {
			t.Fatal(err)
		}
	}
}

func (b *browser) run(name string, args ...string) {
	b.t.Helper()
	if _, err := b.stage.Host.Run(b.t.Context(), name, args...); err != nil {
		b.t.Fatal(err)
	}
}

// open starts the browser with a profile of that name at an address.
func (b *browser) open(profile, address string) {
	b.t.Helper()
	b.run("systemd-run", "--quiet", "--unit=navigateur", "--collect", "-p", "DynamicUser=yes", "-p", "User=visiteur-test",
		"-p", "StateDirectory=visiteur", "-p", "Environment=HOME=/var/lib/visiteur DISPLAY="+display,
		"chromium", "--no-first-run", "--kiosk", "--window-position=0,96", "--window-size=1280,704",
		"--user-data-dir=/var/lib/visiteur/"+profile, address)
}

func (b *browser) close() {
	b.t.Helper()
	b.run("systemctl", "stop", "navigateur")
}

func (b *browser) title(part string) {
	b.t.Helper()
	ctx, cancel := context.WithTimeout(b.t.Context(), visitorPatience)
	defer cancel()
	w, err := b.screen.WaitTitle(ctx, part)
	if err != nil {
		windows, _ := b.screen.Windows(b.t.Context())
		b.t.Fatalf("%v; windows: %v", err, windows)
	}
	if w.Place.Min.X != left || w.Place.Min.Y != top || w.Place.Dx() != width || w.Place.Dy() != height {
		b.t.Fatalf("the page %q is at %v", part, w.Place)
	}
	// The title comes before the page: a tap on one that is not drawn yet is lost.
	if _, err := b.screen.Settled(ctx); err != nil {
		b.t.Fatal(err)
	}
	b.keep(part)
}

// keep leaves a picture of the page for a person to judge, where BORNE_PICTURES names a folder.
func (b *browser) keep(name string) {
	dir := os.Getenv("BORNE_PICTURES")
	if dir == "" {
		return
	}
	ctx, cancel := context.WithTimeout(b.t.Context(), visitorPatience)
	defer cancel()
	p, err := b.screen.Settled(ctx)
	if err != nil {
		b.t.Fatal(err)
	}
	if err := p.Save(filepath.Join(dir, strings.NewReplacer(" ", "-", "/", "-").Replace(name)+".png")); err != nil {
		b.t.Fatal(err)
	}
}

func (b *browser) tap(x, y int) {
	b.t.Helper()
	if err := b.screen.Tap(b.t.Context(), left+x, top+y); err != nil {
		b.t.Fatal(err)
	}
}

func (b *browser) primary()   { b.t.Helper(); b.tap(sites.PrimaryCentre(width, height)) }
func (b *browser) secondary() { b.t.Helper(); b.tap(sites.SecondaryCentre(width, height)) }
func (b *browser) home()      { b.t.Helper(); b.tap(sites.BrandCentre()) }
func (b *browser) row(n int)  { b.t.Helper(); b.tap(sites.RowCentre(width, n)) }

func (b *browser) typed(text string) {
	b.t.Helper()
	if err := b.screen.Type(b.t.Context(), text); err != nil {
		b.t.Fatal(err)
	}
}

// TestDossierByTouch goes through the Caf's dossier with taps at the places that package sites promises, then finds
// every trace of it, and none with another profile.
func TestDossierByTouch(t *testing.T) {
	b := newBrowser(t)
	b.open("premier", demo.Caf.URL("/"))
	b.title("Accueil de la Caf")
	b.row(0)
	b.title("Connexion à la Caf")
	b.typed(sites.CafNumber + "\t" + sites.CafPassword)
	b.primary()
	b.title("Mon espace Caf, prêt")
	b.primary()
	b.title("Étape 1 sur 3")
	b.row(1)
	b.primary()
	b.title("Étape 2 sur 3")
	b.row(0)
	b.primary()
	b.title("Étape 3 sur 3")
	b.secondary()
	b.title("Récapitulatif")
	b.primary()
	b.title("Votre déclaration est envoyée")

	b.home()
	b.title("Accueil de la Caf")
	b.row(2)
	b.title("traces: cookie,localStorage,sessionStorage,indexedDB,cache,serviceWorker,httpCache")
	b.close()

	b.open("second", demo.Caf.URL("/traces"))
	b.title("traces: aucune")
	b.secondary()
	b.title("Accueil de la Caf")
	b.row(1)
	b.title("Vous n'êtes pas connecté")
	b.close()
}

// TestOtherSitesByTouch opens every page that the demonstration shows beside the dossier.
func TestOtherSitesByTouch(t *testing.T) {
	b := newBrowser(t)
	b.open("ameli", demo.Ameli.URL("/"))
	b.title("Accueil de l'assurance maladie")
	b.row(0)
	b.title("Choisir un compte")
	b.row(1)
	b.title("Mon compte ameli")
	b.close()

	b.open("retraite", demo.InfoRetraite.URL("/"))
	b.title("Accueil de la retraite")
	b.row(0)
	b.title("Comprendre ma retraite")
	b.primary()
	b.title("Estimer mon âge de départ")
	b.typed("62")
	b.primary()
	b.keep("estimation-faute")
	b.typed("1962") // the field holds 62 and has the focus: the answer names what was wrong
	b.secondary()
	b.title("Accueil de la retraite")
	b.row(1)
	b.title("Estimer mon âge de départ")
	b.typed("1962")
	b.primary()
	b.title("Mon estimation")
	b.close()

	b.open("impots", demo.Impots.URL("/"))
	b.title("Accueil des impôts")
	b.row(2)
	for _, c := range []struct{ id, title string }{
		{"lien-alertes", "Page qui insiste"},
		{"lien-plein-ecran", "Page en plein écran"},
		{"lien-interdit", "INTERDIT"},
	} {
		b.title("Liens vers d'autres sites")
		row, ok := sites.LinkRow(c.id)
		if !ok {
			t.Fatalf("no link %q", c.id)
		}
		b.row(row)
		if c.id == "lien-alertes" {
			// A hundred alerts, and nobody to close them: only leaving the browser helps here.
			b.title(c.title)
			b.close()
			b.open("impots-suite", demo.Impots.URL("/liens"))
			continue
		}
		b.title(c.title)
		if err := b.screen.Key(t.Context(), "alt+Left"); err != nil {
			t.Fatal(err)
		}
	}
	if n := b.stage.Sites.Reached()[demo.Forbidden]; n == 0 {
		t.Error("the forbidden site was seen and not counted")
	}
	b.close()
}
