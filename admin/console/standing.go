package console

import (
	"errors"
	"fmt"
	"net/http"
	"strings"
	"time"

	"borne/admin"
)

// Decisions on a borne that is quarantined, and on what it then brought.
const (
	decideRelease = "lever"
	decideRevoke  = "revoquer"
	decideCount   = "compter"
	decideDrop    = "jeter"
)

// decideStanding lets a borne back in, or revokes it for good.
func (c *console) decideStanding(w http.ResponseWriter, r *http.Request, who admin.Operator) error {
	k, err := c.Store.FindKiosk(r.Context(), r.PathValue("kiosk"))
	if err != nil {
		return err
	}
	if err := parseForm(r); err != nil {
		return err
	}
	standing, reason := admin.Standing(""), strings.TrimSpace(r.PostFormValue("motif"))
	switch r.PostFormValue("decision") {
	case decideRelease:
		standing = admin.Active
	case decideRevoke:
		standing = admin.Revoked
	}
	switch {
	case standing == "":
		return c.kioskProblem(w, r, who, k, "Choisissez ce que devient cette borne.")
	case standing == admin.Revoked && r.PostFormValue("certain") != "oui":
		return c.kioskProblem(w, r, who, k, "Une borne révoquée ne revient que par un nouvel enrôlement : cochez la case pour confirmer.")
	case standing == admin.Revoked && reason == "":
		reason = "révoquée depuis la console"
	case standing == admin.Active:
		reason = ""
	}
	if err := c.Store.SetStanding(r.Context(), k.ID, standing, reason, who.Author()); err != nil {
		return err
	}
	http.Redirect(w, r, "/bornes/"+k.ID+"?fait=statut", http.StatusSeeOther)
	return nil
}

// decideApart counts, or throws away, what a borne brought while it was
// quarantined.
func (c *console) decideApart(w http.ResponseWriter, r *http.Request, who admin.Operator) error {
	k, err := c.Store.FindKiosk(r.Context(), r.PathValue("kiosk"))
	if err != nil {
		return err
	}
	if err := parseForm(r); err != nil {
		return err
	}
	decision := r.PostFormValue("decision")
	if decision != decideCount && decision != decideDrop {
		return c.kioskProblem(w, r, who, k, "Choisissez ce que deviennent les compteurs mis à part.")
	}
	_, err = c.Store.DecideApart(r.Context(), k.ID, decision == decideCount, who.Author())
	if errors.Is(err, admin.ErrNotFound) {
		return c.kioskProblem(w, r, who, k, "Rien n’est à part pour cette borne : quelqu’un a peut-être déjà décidé.")
	}
	if err != nil {
		return err
	}
	http.Redirect(w, r, "/bornes/"+k.ID+"?fait=apart", http.StatusSeeOther)
	return nil
}

// kioskProblem shows the borne again, with what to correct.
func (c *console) kioskProblem(w http.ResponseWriter, r *http.Request, who admin.Operator, k admin.Kiosk, problem string) error {
	return c.showKiosk(w, r, who, k, http.StatusUnprocessableEntity, "", problem, commandForm{Life: admin.DefaultCommandLife})
}

// standingReason says in French why the store set a borne aside; staff write
// theirs themselves.
func standingReason(reason string) string {
	if strings.Contains(reason, "usage log of another borne") {
		return "Elle a envoyé le journal de compteurs d’une autre borne : son disque a sans doute été copié. Ce qu’elle envoie est mis à part tant que personne n’a décidé."
	}
	if strings.Contains(reason, "two machines bring its usage log") {
		return "Deux machines envoient ce même journal de compteurs avec la même clé : son disque a sans doute été copié. Ce qu’elles envoient est mis à part tant que personne n’a décidé."
	}
	return reason
}

// clockOffsets that a technician need not look at: bornes check certificates
// by the central office's time, and visits are timed by another clock.
const clockTolerance = time.Minute

// clockOffset tells how far a borne's clock is from the server's.
func clockOffset(d time.Duration) string {
	size, way := d, "en avance"
	if d < 0 {
		size, way = -d, "en retard"
	}
	switch {
	case size < 500*time.Millisecond:
		return "à l’heure"
	case size < 2*time.Minute:
		return fmt.Sprintf("%s de %d\u00a0s", way, int(size.Round(time.Second).Seconds()))
	case size < 2*time.Hour:
		return fmt.Sprintf("%s de %d\u00a0min", way, int(size.Round(time.Minute).Minutes()))
	case size < 48*time.Hour:
		return fmt.Sprintf("%s de %d\u00a0h", way, int(size.Round(time.Hour).Hours()))
	}
	return fmt.Sprintf("%s de %s", way, counted(int(size.Hours()/24), "jour", "jours"))
}

// isoDay writes a day of the form "2006-01-02" in words.
func isoDay(day string) string {
	t, err := time.Parse(time.DateOnly, day)
	if err != nil {
		return day
	}
	return longDay(t)
}
