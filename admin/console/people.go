package console

import (
	"context"
	"errors"
	"net/http"

	"borne/admin"
)

// People are those who work at the central office.
type People interface {
	Operators(ctx context.Context) ([]admin.Operator, error)
	SetOperator(ctx context.Context, id string, role admin.Role, disabled bool, actor string) error
	EraseOperator(ctx context.Context, id, actor string) error
}

// Decisions on somebody's access.
const (
	decideShut   = "fermer"
	decideReopen = "rouvrir"
)

type peopleBody struct{ People []personRow }

type personRow struct {
	admin.Operator
	Look look
	// Self is who looks at the page.
	Self bool
}

// people lists who may come in, and who no longer may.
func (c *console) people(w http.ResponseWriter, r *http.Request, who admin.Operator) error {
	notice := ""
	switch r.URL.Query().Get("fait") {
	case decideShut:
		notice = "L’accès est fermé. Ses sessions, ses liens et ses jetons ne servent plus."
	case decideReopen:
		notice = "L’accès est rouvert. Pour entrer sans mot de passe, il faut un nouveau lien de connexion."
	case "effacement":
		notice = "Le compte est effacé. Le journal garde ce qui a été fait, sous un pseudonyme."
	}
	return c.showPeople(w, r, who, http.StatusOK, notice, "")
}

func (c *console) showPeople(w http.ResponseWriter, r *http.Request, who admin.Operator, status int, notice, problem string) error {
	people, err := c.Store.Operators(r.Context())
	if err != nil {
		return err
	}
	var body peopleBody
	for _, o := range people {
		row := personRow{Operator: o, Self: o.ID == who.ID, Look: look{Word: "Ouvert", Shape: "tick", Class: "good"}}
		switch {
		case o.Disabled:
			row.Look = look{Word: "Fermé", Shape: "bar", Class: "quiet"}
		case !o.HasPassword:
			row.Look = look{Word: "Pas encore venue", Shape: "ring", Class: "busy"}
		}
		body.People = append(body.People, row)
	}
	c.write(w, r, status, "personnes", page{Title: "Personnes", Current: "/personnes", Operator: who, Notice: notice, Problem: problem, Body: body})
	return nil
}

// findPerson is the operator that a form is about.
func (c *console) findPerson(r *http.Request) (admin.Operator, error) {
	people, err := c.Store.Operators(r.Context())
	if err != nil {
		return admin.Operator{}, err
	}
	for _, o := range people {
		if o.ID == r.PathValue("operator") {
			return o, parseForm(r)
		}
	}
	return admin.Operator{}, admin.ErrNotFound
}

// decideAccess shuts somebody out, or lets them in again.
func (c *console) decideAccess(w http.ResponseWriter, r *http.Request, who admin.Operator) error {
	o, err := c.findPerson(r)
	if err != nil {
		return err
	}
	decision := r.PostFormValue("decision")
	if decision != decideShut && decision != decideReopen {
		return c.showPeople(w, r, who, http.StatusUnprocessableEntity, "", "Choisissez si cette personne peut entrer.")
	}
	switch err := c.Store.SetOperator(r.Context(), o.ID, o.Role, decision == decideShut, who.Author()); {
	case errors.Is(err, admin.ErrLastAdministrator):
		return c.showPeople(w, r, who, http.StatusConflict, "", sentence(err))
	case err != nil:
		return err
	}
	http.Redirect(w, r, "/personnes?fait="+decision, http.StatusSeeOther)
	return nil
}

// erasePerson removes the account of somebody who may no longer come in.
func (c *console) erasePerson(w http.ResponseWriter, r *http.Request, who admin.Operator) error {
	o, err := c.findPerson(r)
	if err != nil {
		return err
	}
	switch {
	case !o.Disabled:
		return c.showPeople(w, r, who, http.StatusConflict, "", "Fermez d’abord l’accès de cette personne.")
	case r.PostFormValue("certain") != "oui":
		return c.showPeople(w, r, who, http.StatusUnprocessableEntity, "", "Un compte effacé ne revient pas : cochez la case pour confirmer.")
	}
	if err := c.Store.EraseOperator(r.Context(), o.ID, who.Author()); err != nil {
		return err
	}
	http.Redirect(w, r, "/personnes?fait=effacement", http.StatusSeeOther)
	return nil
}
