package console_test

import (
	"context"
	"strings"
	"sync"
	"testing"
	"time"

	"borne/admin"
	"borne/kiosk"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
)

// chromium returns a browser whose complaints (refused by the page's policy,
// errors of scripts, failed requests) fail the test.
func chromium(t *testing.T) context.Context {
	t.Helper()
	options := append(chromedp.DefaultExecAllocatorOptions[:], chromedp.NoSandbox, chromedp.WindowSize(1280, 900))
	allocator, cancel := chromedp.NewExecAllocator(t.Context(), options...)
	t.Cleanup(cancel)
	var mu sync.Mutex
	var complaints []string
	ctx, cancel := chromedp.NewContext(allocator, chromedp.WithListener(func(event any) {
		mu.Lock()
		defer mu.Unlock()
		switch e := event.(type) {
		case *log.EventEntryAdded:
			complaints = append(complaints, e.Entry.Text)
		case *runtime.EventExceptionThrown:
			complaints = append(complaints, e.ExceptionDetails.Text)
		}
	}))
	t.Cleanup(cancel)
	if _, err := chromedp.Call(ctx, log.Enable, cdp.Empty{}); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		mu.Lock()
		defer mu.Unlock()
		if len(complaints) > 0 {
			t.Errorf("the browser complains: %s", strings.Join(complaints, "; "))
		}
	})
	limited, cancel := context.WithTimeout(ctx, 4*time.Minute) // two cores that are busy elsewhere need one for some tests
	t.Cleanup(cancel)
	return limited
}

// enter takes a first link.
func enter(t *testing.T, ctx context.Context, o *office, role admin.Role) {
	t.Helper()
	token := o.operator(t, "ada@example.fr", role)
	err := chromedp.Do(ctx,
		chromedp.Navigate(o.url+admin.LoginPath(token)),
		chromedp.SendKeys("#mot_de_passe", password),
		chromedp.SendKeys("#confirmation", password),
		chromedp.Click("main button"),
		chromedp.WaitVisible("#bornes"))
	if err != nil {
		t.Fatal(err)
	}
}

func text(t *testing.T, ctx context.Context, selector string) string {
	t.Helper()
	s, err := chromedp.Run(ctx, chromedp.Text(selector))
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// A technician takes a first link, sees a borne change without touching the
// page, and sends a command, in a real browser.
func TestInChromium(t *testing.T) {
	o := newOffice(t)
	k := o.enrol(t, "Accueil", inService())
	ctx := chromium(t)
	enter(t, ctx, o, admin.Technician)
	if s := text(t, ctx, "#bornes"); !strings.Contains(s, "Libre") {
		t.Errorf("at first %q", s)
	}
	in := kiosk.CheckIn{State: kiosk.OutOfService}
	if err := o.store.SaveStatuses(t.Context(), map[string]admin.Status{k.ID: admin.StatusOf(in, o.clock.Now())}); err != nil {
		t.Fatal(err)
	}
	err := chromedp.Do(ctx,
		chromedp.WaitVisible(`//*[@id="bornes"]//td[contains(., "Hors service")]`),
		chromedp.Click(`//a[.="Accueil"]`),
		chromedp.Click("#commande-message"),
		chromedp.SendKeys("#message", "Un technicien arrive"),
		chromedp.Click(`//button[contains(., "Envoyer la commande")]`),
		chromedp.WaitVisible(`//*[@id="commandes"]//th[contains(., "Un technicien arrive")]`))
	if err != nil {
		t.Fatal(err)
	}
	at, err := chromedp.Run(ctx, chromedp.Location())
	if err != nil {
		t.Fatal(err)
	}
	if s := text(t, ctx, "#commandes"); !strings.Contains(s, "En file") || !strings.HasSuffix(at, "#commandes-titre") {
		t.Errorf("%q at %s", s, at)
	}
	o.quiet(t)
}

// Pages fit a phone, and a screen magnified four times (WCAG 1.4.10): nothing
// stands beside it.
func TestOnPhone(t *testing.T) {
	const width = 320
	o := newOffice(t)
	k := o.enrol(t, "Accueil de la maison de l’inclusion numérique", inService())
	o.bring(t, k, aDay("2026-09-01")...)
	ctx := chromium(t)
	if err := chromedp.Do(ctx, chromedp.EmulateViewport(width, 740)); err != nil {
		t.Fatal(err)
	}
	enter(t, ctx, o, admin.Administrator)
	for _, path := range []string{"/bornes", "/bornes/" + k.ID, "/usages?jours=30", "/usages/services", "/usages/resultats", "/usages/accueil", "/usages/fiabilite", "/usages/comparer", "/usages/donnees", "/usages/rapport", "/configuration", "/enroler", "/journal", "/personnes"} {
		if err := chromedp.Do(ctx, chromedp.Navigate(o.url+path)); err != nil {
			t.Fatal(err)
		}
		wide, err := chromedp.Run(ctx, chromedp.Evaluate[int](`document.documentElement.scrollWidth`))
		if err != nil {
			t.Fatal(err)
		}
		if wide > width {
			t.Errorf("%s is %d wide on a screen of %d", path, wide, width)
		}
		twice, err := chromedp.Run(ctx, chromedp.Evaluate[int](`(all => all.length - new Set(all).size)([...document.querySelectorAll("[id]")].map(e => e.id))`))
		if err != nil {
			t.Fatal(err)
		}
		if twice > 0 {
			t.Errorf("%s: %d ids stand twice", path, twice)
		}
	}
	o.quiet(t)
}
