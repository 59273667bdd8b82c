package console

import (
	"errors"
	"net/http"

	"borne/admin"
)

// errCrossOrigin refuses a form that another site's page sent.
var errCrossOrigin = errors.New("this request comes from another site")

// sentences tell errors to people, the first that matches.
var sentences = []struct {
	err  error
	text string
}{
	{errCrossOrigin, "Cette demande vient d’un autre site : elle a été refusée. Revenez à la console et recommencez."},
	{admin.ErrWeakPassword, "Choisissez un mot de passe de 12 caractères au moins."},
	{errLongBook, "Ce classeur serait trop long. Choisissez un site ou une période plus courte, ou téléchargez les tableaux un par un, en CSV."},
	{admin.ErrTooLarge, "Le fichier est trop gros."},
	{admin.ErrForbidden, "Votre rôle ne permet pas de faire cela. Demandez à un administrateur."},
	{admin.ErrBadLogin, "Adresse inconnue ou mot de passe faux."},
	{admin.ErrLinkInvalid, "Ce lien n’est plus valable : il est inconnu, déjà utilisé ou trop ancien. Demandez-en un autre à un administrateur."},
	{admin.ErrTooMany, "Trop d’essais. Attendez un quart d’heure, puis recommencez."},
	{admin.ErrCommandClosed, "Il est trop tard : la borne a déjà pris cette commande, ou la commande est finie."},
	{admin.ErrLastAdministrator, "C’est le seul administrateur : donnez d’abord ce rôle à une autre personne."},
	{admin.ErrNotFound, "Cette page n’existe pas, ou n’existe plus."},
	{admin.ErrConflict, "Cela contredit ce qui est déjà enregistré : ce nom est déjà pris, ou cette borne est révoquée."},
	{admin.ErrInvalid, "Une réponse n’est pas valable. Vérifiez ce que vous avez écrit."},
	{admin.ErrUnavailable, "Ce service ne répond pas pour le moment. Essayez plus tard."},
	{admin.ErrUnauthenticated, "Connectez-vous d’abord."},
}

// sentence tells an error in French; "" for one of our own faults.
func sentence(err error) string {
	for _, s := range sentences {
		if errors.Is(err, s.err) {
			return s.text
		}
	}
	return ""
}

// status is the HTTP status of an error.
func status(err error) int {
	var tooLarge *http.MaxBytesError
	switch {
	case errors.Is(err, errCrossOrigin):
		return http.StatusForbidden
	case errors.Is(err, errLongBook):
		return http.StatusUnprocessableEntity
	case errors.As(err, &tooLarge):
		return http.StatusRequestEntityTooLarge
	}
	return admin.HTTPStatus(err)
}

type failure struct{ Sentence string }

// fail answers with a page that tells what went wrong; our own faults are
// told in the journal only.
func (c *console) fail(w http.ResponseWriter, r *http.Request, who admin.Operator, err error) {
	code, text := status(err), sentence(err)
	if code == http.StatusRequestEntityTooLarge {
		text = sentence(admin.ErrTooLarge)
	}
	if text == "" {
		c.Log.Error("console: request failed", "method", r.Method, "route", r.Pattern, "error", err)
		text = "Une erreur est survenue. Elle est notée dans le journal du serveur. Essayez de nouveau dans un instant."
	}
	title := "Demande refusée"
	switch code {
	case http.StatusNotFound:
		title = "Page introuvable"
	case http.StatusInternalServerError:
		title = "Erreur du serveur"
	}
	c.write(w, r, code, "erreur", page{Title: title, Operator: who, Body: failure{typeset(text)}})
}
