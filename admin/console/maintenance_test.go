package console_test

import (
	"net/http"
	"testing"

	"borne/admin"
)

// A technician is shown a code, and the log says to whom, not which.
func TestMaintenanceCode(t *testing.T) {
	o := newOffice(t)
	k := o.enrol(t, "Accueil", inService())
	p := o.signedIn(t, admin.Technician)
	path := "/bornes/" + k.ID
	p.get(path).want(t, "the page", 200, "Montrer un code", path+"/maintenance")
	p.post(path+"/maintenance", nil).want(t, "the code", 200, "1234 5678", "sept fois", "une fois")
	p.post(path+"/maintenance", map[string][]string{"heure": {"midi"}}).want(t, "a wrong time", http.StatusUnprocessableEntity, "comme son écran la montre")
	log, err := o.store.AuditLog(t.Context(), admin.AuditFilter{Object: k.ID})
	if err != nil {
		t.Fatal(err)
	}
	notes := 0
	for _, e := range log {
		if e.Action == admin.AuditMaintenanceCode {
			notes++
			if e.Detail != "" || e.Actor == "" {
				t.Errorf("the log says %+v", e)
			}
		}
	}
	if notes != 1 {
		t.Errorf("%d lines in the log", notes)
	}
	o.signedIn(t, admin.Mediator).post(path+"/maintenance", nil).want(t, "a mediator", http.StatusForbidden)
	o.quiet(t)
}
