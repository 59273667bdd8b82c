package console

import (
	"errors"
	"net/http"
	"strings"
	"time"

	"borne/admin"
)

// codeLife is how long a code is good for: a day of work on site.
const codeLife = 24 * time.Hour

type enrolBody struct {
	Sites []choice
	// Name, NewSite and Groups are what was typed.
	Name, NewSite, Groups string
	// Made is the code just made; Command is what to type before it.
	Made    *admin.EnrolmentCode
	Command string
	Site    string
	Codes   []codeRow
}

type codeRow struct {
	admin.EnrolmentCode
	SiteName string
	Look     look
}

func (c *console) enrolForm(w http.ResponseWriter, r *http.Request, who admin.Operator) error {
	return c.showEnrol(w, r, who, http.StatusOK, "", enrolBody{}, "")
}

func (c *console) showEnrol(w http.ResponseWriter, r *http.Request, who admin.Operator, status int, problem string, body enrolBody, site string) error {
	sites, err := c.Store.Sites(r.Context())
	if err != nil {
		return err
	}
	codes, err := c.Store.Codes(r.Context())
	if err != nil {
		return err
	}
	body.Sites = siteChoices(sites, site)
	for _, code := range codes[:min(len(codes), 20)] {
		row := codeRow{EnrolmentCode: code, Look: look{Word: "En attente", Shape: "ring", Class: "busy"}}
		switch {
		case !code.Used.IsZero():
			row.Look = look{Word: "Utilisé", Shape: "tick", Class: "good"}
		case !c.Now().Before(code.Expires):
			row.Look = look{Word: "Expiré", Shape: "bar", Class: "quiet"}
		}
		for _, s := range sites {
			if s.ID == code.Site {
				row.SiteName = s.Name
			}
		}
		body.Codes = append(body.Codes, row)
	}
	c.write(w, r, status, "enroler", page{Title: "Enrôler une borne", Current: "/enroler", Operator: who, Problem: problem, Live: true, Body: body})
	return nil
}

// enrol makes a code and shows it: it is told once, so this page is not one
// to come back to.
func (c *console) enrol(w http.ResponseWriter, r *http.Request, who admin.Operator) error {
	if err := parseForm(r); err != nil {
		return err
	}
	body := enrolBody{Name: strings.TrimSpace(r.PostFormValue("nom")), NewSite: strings.TrimSpace(r.PostFormValue("nouveau_site")),
		Groups: r.PostFormValue("groupes")}
	chosen := r.PostFormValue("site")
	if len(body.Name) > 120 || len(body.NewSite) > 120 {
		return c.showEnrol(w, r, who, http.StatusUnprocessableEntity, "Ce nom est trop long : une centaine de caractères au plus.", body, chosen)
	}
	site, err := c.siteOf(r, who, chosen, body.NewSite)
	if errors.Is(err, admin.ErrNotFound) {
		return c.showEnrol(w, r, who, http.StatusUnprocessableEntity, "Ce site n’existe pas. Choisissez-en un autre.", body, "")
	}
	if err != nil {
		return err
	}
	code, err := c.Store.CreateCode(r.Context(), admin.EnrolmentCode{Site: site.ID, KioskName: body.Name, Groups: list(body.Groups),
		Author: who.Author(), Expires: c.Now().Add(codeLife)})
	if errors.Is(err, admin.ErrInvalid) {
		return c.showEnrol(w, r, who, http.StatusUnprocessableEntity, sentence(err), body, site.ID)
	}
	if err != nil {
		return err
	}
	return c.showEnrol(w, r, who, http.StatusOK, "", enrolBody{Made: &code, Site: site.Name, Command: enrolCommand + c.PublicURL}, site.ID)
}

// siteOf returns the site that was chosen, or the new one, or the one of that
// name when there already is one.
func (c *console) siteOf(r *http.Request, who admin.Operator, chosen, fresh string) (admin.Site, error) {
	if fresh == "" {
		return c.Store.FindSite(r.Context(), chosen)
	}
	site, err := c.Store.CreateSite(r.Context(), fresh, who.Author())
	if errors.Is(err, admin.ErrConflict) {
		return c.Store.FindSite(r.Context(), strings.Join(strings.Fields(fresh), " "))
	}
	return site, err
}

// enrolCommand is what to type on the borne, before the code.
const enrolCommand = "sudo bornectl local enrol "
