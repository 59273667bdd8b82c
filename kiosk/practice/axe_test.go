package practice_test

import (
	"compress/gzip"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"borne/kiosk"

	"github.com/chromedp/chromedp"
)

// axeRun judges a page by the success criteria of WCAG 2.2 A and AA, as far as
// a program can.
const axeRun = `axe.run(document, {runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]})
	.then(r => JSON.stringify({violations: r.violations.map(v => ({id: v.id, help: v.help, nodes: v.nodes.map(n => n.html)})), passes: r.passes.length,
		small: [...document.querySelectorAll("a, button, input, select, .choice")].filter(e => !e.closest(".choice") || e.matches(".choice"))
			.filter(e => e.getBoundingClientRect().height < (e.closest(".errors") ? 44 : 76)).map(e => e.outerHTML)}))`

// wideRun is how many pixels a page is wider than the screen.
const wideRun = `document.documentElement.scrollWidth - innerWidth`

type axeResult struct {
	Violations []struct {
		ID, Help string
		Nodes    []string
	}
	Passes int
	Small  []string
}

// TestAxe has axe-core look at every page, with and without something to
// correct, and holds that none is wider than the screen at 100, 200 and 400 %,
// and that fingers find what is to be touched (20 mm at 96 pixels an inch).
// With BORNE_PICTURES=DIR it keeps a picture of each.
func TestAxe(t *testing.T) {
	f, err := os.Open("../../admin/console/testdata/axe/axe.min.js.gz")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	unpacked, err := gzip.NewReader(f)
	if err != nil {
		t.Fatal(err)
	}
	axe, err := io.ReadAll(unpacked)
	if err != nil {
		t.Fatal(err)
	}
	allocator, cancel := chromedp.NewExecAllocator(t.Context(), append(chromedp.DefaultExecAllocatorOptions[:], chromedp.NoSandbox)...)
	t.Cleanup(cancel)
	ctx, cancel := chromedp.NewContext(allocator)
	t.Cleanup(cancel)
	ctx, cancel = context.WithTimeout(ctx, 3*time.Minute)
	t.Cleanup(cancel)
	if err := chromedp.Do(ctx, chromedp.EmulateViewport(1280, 640)); err != nil {
		t.Fatal(err)
	}
	paths := []string{"/", "/formulaire", "/formulaire/fini", "/dossier/1", "/dossier/2", "/dossier/3", "/dossier/4", "/dossier/fini",
		"/connexion", "/connexion/compte", "/connexion/fini", "/franceconnect", "/nulle-part"}
	for _, l := range []kiosk.Language{kiosk.French, kiosk.Arabic} {
		server := httptest.NewServer(handler(t, l))
		t.Cleanup(server.Close)
		for _, path := range paths {
			if err := chromedp.Do(ctx, chromedp.Navigate(server.URL+path)); err != nil {
				t.Fatal(err)
			}
			judge(t, ctx, string(axe), fmt.Sprintf("%s%s", l, path))
			if _, asks := right[path]; !asks {
				continue
			}
			if _, err := chromedp.RunResponse(ctx, chromedp.Click("button")); err != nil {
				t.Fatal(err)
			}
			judge(t, ctx, string(axe), fmt.Sprintf("%s%s-corriger", l, path))
		}
	}
}

func judge(t *testing.T, ctx context.Context, axe, name string) {
	t.Helper()
	if _, err := chromedp.Run(ctx, chromedp.Evaluate[bool](axe+";true")); err != nil {
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
	if r.Passes < 5 || len(r.Small) > 0 {
		t.Errorf("%s: judged by %d rules, too small: %s", name, r.Passes, strings.Join(r.Small, "\n\t"))
	}
	for _, width := range []int64{320, 640, 1280} {
		if err := chromedp.Do(ctx, chromedp.EmulateViewport(width, 640)); err != nil {
			t.Fatal(err)
		}
		if wide, err := chromedp.Run(ctx, chromedp.Evaluate[float64](wideRun)); err != nil || wide > 0 {
			t.Errorf("%s: on %d pixels it is %.0f too wide, %v", name, width, wide, err)
		}
	}
	for _, v := range r.Violations {
		t.Errorf("%s: %s: %s\n\t%s", name, v.ID, v.Help, strings.Join(v.Nodes, "\n\t"))
	}
	if dir := os.Getenv("BORNE_PICTURES"); dir != "" {
		png, err := chromedp.Run(ctx, chromedp.FullScreenshot(100))
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(dir, strings.ReplaceAll(name, "/", "-")+".png"), png, 0o644); err != nil {
			t.Fatal(err)
		}
	}
}
