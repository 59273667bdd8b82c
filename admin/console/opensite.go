package console

import (
	"errors"
	"net/http"

	"borne/admin"
	"borne/kiosk"
	"borne/kiosk/allowlist"
)

// openSite asks a borne to open one more site to the visitor who is there.
// What was typed is not logged, and the store keeps it in memory alone.
func (c *console) openSite(w http.ResponseWriter, r *http.Request, who admin.Operator) error {
	if err := parseForm(r); err != nil {
		return err
	}
	k, err := c.Store.FindKiosk(r.Context(), r.PathValue("kiosk"))
	if err != nil {
		return err
	}
	form := commandForm{Life: admin.DefaultCommandLife, Site: r.PostFormValue("site")}
	host, err := allowlist.VisitHost(form.Site)
	if err == nil {
		_, err = c.Store.CreateCommand(r.Context(), admin.Command{Kiosk: k.ID, Author: who.Author(),
			Command: kiosk.Command{Kind: kiosk.CommandAllowHost, Argument: host}})
	}
	if err == nil {
		http.Redirect(w, r, kioskPath(k.ID)+"?fait=site#commandes-titre", http.StatusSeeOther)
		return nil
	}
	if form.SiteProblem = siteProblem(err); form.SiteProblem == "" {
		return err
	}
	return c.showKiosk(w, r, who, k, http.StatusUnprocessableEntity, "", "", form)
}

// siteProblem says what to correct; "" for what is not the writer's fault.
func siteProblem(err error) string {
	var fault allowlist.VisitFault
	if !errors.As(err, &fault) {
		return sentence(err)
	}
	return word(map[allowlist.VisitFault]string{
		allowlist.VisitEmpty:    "Écrivez le nom du site, ou collez son adresse.",
		allowlist.VisitNumber:   "Une adresse en chiffres n’est pas le nom d’un site. Écrivez le nom, par exemple www.caf.fr.",
		allowlist.VisitWildcard: "Un seul site à la fois : écrivez son nom entier, sans étoile.",
		allowlist.VisitPort:     "Enlevez les deux-points et le nombre qui suivent le nom du site.",
		allowlist.VisitScheme:   "Seuls les sites en https s’ouvrent. Écrivez seulement le nom du site, par exemple www.caf.fr.",
		allowlist.VisitUser:     "Il y a un nom ou une adresse de courrier avant le site. Écrivez seulement le nom du site, par exemple www.caf.fr.",
		allowlist.VisitName:     "Ce n’est pas le nom d’un site. Écrivez-le en entier, par exemple www.caf.fr, ou collez son adresse.",
	}, fault)
}
