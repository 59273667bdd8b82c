package console_test

import (
	"bytes"
	"compress/gzip"
	_ "embed"
	"encoding/json"
	"io"
	"strings"
	"testing"

	"borne/admin"
	"borne/kiosk"

	"github.com/chromedp/chromedp"
)

//go:embed testdata/axe/axe.min.js.gz
var axeGzip []byte

// axeRules are the success criteria of WCAG 2.2 A and AA as far as a program
// can judge them, and what axe's authors call good practice. RGAA 4.1 tests
// WCAG 2.1 A and AA.
const axeRun = `axe.run(document, {runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]})
	.then(r => JSON.stringify({violations: r.violations.map(v => ({id: v.id, help: v.help, nodes: v.nodes.map(n => n.html)})), passes: r.passes.length}))`

type axeResult struct {
	Violations []struct {
		ID, Help string
		Nodes    []string
	}
	Passes int
}

// TestAxe has axe-core look at every kind of page, on a desk and on a phone.
func TestAxe(t *testing.T) {
	unpacked, err := gzip.NewReader(bytes.NewReader(axeGzip))
	if err != nil {
		t.Fatal(err)
	}
	axe, err := io.ReadAll(unpacked)
	if err != nil {
		t.Fatal(err)
	}
	o := newOffice(t)
	k := o.enrol(t, "Accueil", kiosk.CheckIn{State: kiosk.OutOfService, Reason: "the disk is full", Help: kiosk.HelpCalled,
		Health: []kiosk.Fact{{Name: "disk", Level: kiosk.LevelFail, Detail: "0 B free"}, {Name: "clock", Level: kiosk.LevelOK, Detail: "confirmed"}}})
	o.bring(t, k, aDay("2026-09-01")...)
	copied := o.enrol(t, "Copie", inService())
	o.bring(t, copied, aDay("2026-09-01")...)
	if err := o.store.SetStanding(t.Context(), copied.ID, admin.Quarantined, "brought the usage log of another borne", "test"); err != nil {
		t.Fatal(err)
	}
	ctx := chromium(t)
	look := func(t *testing.T, path string) {
		t.Helper()
		if err := chromedp.Do(ctx, chromedp.Navigate(o.url+path)); err != nil {
			t.Fatal(err)
		}
		if _, err := chromedp.Run(ctx, chromedp.Evaluate[bool](string(axe)+";true")); err != nil {
			t.Fatal(err)
		}
		said, err := chromedp.Run(ctx, chromedp.Evaluate[string](axeRun, chromedp.EvalAwaitPromise))
		if err != nil {
			t.Fatal(err)
		}
		var r axeResult
		if err := json.Unmarshal([]byte(said), &r); err != nil {
			t.Fatal(err)
		}
		if r.Passes < 5 {
			t.Errorf("%s: axe judged by %d rules only", path, r.Passes)
		}
		for _, v := range r.Violations {
			t.Errorf("%s: %s: %s\n\t%s", path, v.ID, v.Help, strings.Join(v.Nodes, "\n\t"))
		}
	}
	look(t, "/connexion")
	look(t, admin.LoginPath(o.operator(t, "bea@example.fr", admin.Manager)))
	enter(t, ctx, o, admin.Administrator)
	for _, width := range []int64{1280, 320} {
		if err := chromedp.Do(ctx, chromedp.EmulateViewport(width, 800)); err != nil {
			t.Fatal(err)
		}
		for _, path := range []string{"/bornes", "/bornes/" + k.ID, "/bornes/" + copied.ID, "/usages?jours=30", "/usages?du=2026-09-01&au=2026-09-01",
			"/usages/services", "/usages/resultats", "/usages/accueil", "/usages/fiabilite", "/usages/comparer", "/usages/donnees", "/usages/rapport", "/configuration", "/enroler", "/journal", "/personnes"} {
			look(t, path)
		}
	}
}
