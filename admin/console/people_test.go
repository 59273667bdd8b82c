package console_test

import (
	"net/url"
	"strings"
	"testing"

	"borne/admin"
)

// An administrator, and nobody less, shuts somebody out and erases their
// account; the last administrator stays.
func TestPeople(t *testing.T) {
	o := newOffice(t)
	boss, technician := o.signedIn(t, admin.Administrator), o.signedIn(t, admin.Technician)
	leaver := o.signedIn(t, admin.Manager)
	id := func(mail string) string {
		who, _, err := o.store.OperatorByMail(t.Context(), mail)
		if err != nil {
			t.Fatal(err)
		}
		return who.ID
	}
	at, self := "/personnes/"+id("manager@example.fr"), "/personnes/"+id("administrator@example.fr")
	shut, erase := url.Values{"decision": {"fermer"}}, url.Values{"certain": {"oui"}}

	boss.get("/personnes").want(t, "the list", 200, "manager@example.fr", "pilotage", "Fermer l’accès", "(vous)")
	technician.get("/personnes").want(t, "a technician", 403)
	technician.post(at+"/acces", shut).want(t, "a technician", 403)
	technician.post(at+"/effacement", erase).want(t, "a technician", 403)
	boss.post(self+"/acces", shut).want(t, "the only administrator", 409, "seul administrateur")
	boss.get("/personnes").want(t, "still there", 200)
	boss.post(at+"/effacement", erase).want(t, "whose access is open", 409, "Fermez d’abord")
	boss.post(at+"/acces", nil).want(t, "nothing chosen", 422)
	boss.post("/personnes/nobody/acces", shut).want(t, "nobody", 404)

	leaver.get("/usages").want(t, "before", 200)
	boss.post(at+"/acces", shut).want(t, "shut out", 303)
	leaver.get("/usages").want(t, "shut out", 303)
	boss.post(at+"/acces", url.Values{"decision": {"rouvrir"}}).want(t, "let in again", 303)
	boss.post(at+"/acces", shut).want(t, "shut out again", 303)
	boss.get("/personnes?fait=fermer").want(t, "told", 200, "L’accès est fermé", "Effacer le compte")
	boss.post(at+"/effacement", nil).want(t, "without being certain", 422, "cochez la case")
	boss.post(at+"/effacement", erase).want(t, "erased", 303)
	boss.get("/journal").want(t, "the audit log", 200, "Compte effacé", "pilotage, accès fermé", "person-")
	for _, page := range []string{"/personnes", "/journal"} {
		if strings.Contains(boss.get(page).body, "manager@example.fr") {
			t.Errorf("%s: the address is there still", page)
		}
	}
	o.quiet(t)
}
