package console_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"borne/admin"
	"borne/kiosk"
)

// A mediator gives ten minutes to the person who is there, with one touch.
func TestProlong(t *testing.T) {
	o := newOffice(t)
	in := inService()
	in.State = kiosk.Visiting
	k := o.enrol(t, "Accueil", in)
	p := o.signedIn(t, admin.Mediator)
	path := "/bornes/" + k.ID
	p.get(path).want(t, "the page", 200, "Donner 10 minutes de plus", path+"/temps")
	a := p.post(path+"/temps", nil)
	if a.status != http.StatusSeeOther || a.header.Get("Location") != path+"?fait=temps#commandes-titre" {
		t.Fatalf("status %d to %q", a.status, a.header.Get("Location"))
	}
	out, err := o.store.Outstanding(t.Context(), k.ID)
	if err != nil || len(out) != 1 {
		t.Fatal(out, err)
	}
	if c := out[0]; c.Kind != kiosk.CommandProlong || c.Argument != "10" || !c.Urgent || !c.Expires.Equal(o.clock.Now().Add(10*time.Minute)) {
		t.Errorf("the borne gets %+v", c)
	}
	seen := p.get(path + "?fait=temps")
	seen.want(t, "asked", 200, "La demande est partie", "Donner du temps à la personne présente", "/annulation")
	if strings.Contains(seen.body, "(urgent)") {
		t.Error("what is urgent by nature is called so")
	}
	if err := o.store.ReportCommand(t.Context(), k.ID, out[0].ID, kiosk.CommandReport{State: kiosk.CommandFailed, Detail: "no session: nobody is at the borne"}); err != nil {
		t.Fatal(err)
	}
	p.get(path).want(t, "refused by the borne", 200, "Personne n’était à la borne.")
	o.signedIn(t, admin.Manager).post(path+"/temps", nil).want(t, "a manager", http.StatusForbidden)
	o.quiet(t)
}
