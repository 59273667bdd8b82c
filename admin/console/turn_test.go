package console_test

import (
	"fmt"
	"strings"
	"testing"

	"borne/admin"

	"github.com/chromedp/chromedp"
)

// A technician of 130 bornes turns the list's page; on a phone it still fits.
func TestTurnsPage(t *testing.T) {
	const width = 320
	o := newOffice(t)
	for i := range 130 {
		o.enrol(t, fmt.Sprintf("Accueil %03d", i+1), inService())
	}
	ctx := chromium(t)
	enter(t, ctx, o, admin.Technician)
	if s := text(t, ctx, "main"); !strings.Contains(s, "Bornes 1 à 100 sur 130.") || !strings.Contains(s, "Accueil 100") || strings.Contains(s, "Accueil 101") || strings.Contains(s, "Précédentes") {
		t.Errorf("the first page: %s", s)
	}
	if err := chromedp.Do(ctx, chromedp.Click(`//a[.="Suivantes"]`), chromedp.WaitVisible(`//a[.="Accueil 130"]`), chromedp.EmulateViewport(width, 740)); err != nil {
		t.Fatal(err)
	}
	if s := text(t, ctx, "main"); !strings.Contains(s, "Bornes 101 à 130 sur 130.") || strings.Contains(s, "Accueil 100") || strings.Contains(s, "Suivantes") {
		t.Errorf("the second page: %s", s)
	}
	wide, err := chromedp.Run(ctx, chromedp.Evaluate[int](`document.documentElement.scrollWidth`))
	if err != nil {
		t.Fatal(err)
	}
	if wide > width {
		t.Errorf("the list is %d wide on a screen of %d", wide, width)
	}
	o.quiet(t)
}
