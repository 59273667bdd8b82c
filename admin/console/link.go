package console

import (
	"errors"
	"net/http"
	"unicode/utf8"

	"borne/admin"
)

// MinPassword is the least number of characters that admin/auth takes. It is
// asked before a link is used up, so that a short password costs no link.
const MinPassword = 12

type linkBody struct {
	// Person is whose link it is; New is true for their first password.
	Person admin.Operator
	New    bool
	Min    int
}

// linkForm only looks at the link: programs that read mail follow links too,
// and must not use them up.
func (c *console) linkForm(w http.ResponseWriter, r *http.Request, _ admin.Operator) error {
	who, err := c.linkOwner(r)
	if err != nil {
		return err
	}
	c.writeLink(w, r, http.StatusOK, who, "")
	return nil
}

func (c *console) linkOwner(r *http.Request) (admin.Operator, error) {
	who, err := c.Store.SecretOwner(r.Context(), admin.SecretLink, admin.HashToken(r.PathValue("token")))
	if errors.Is(err, admin.ErrNotFound) {
		err = admin.ErrLinkInvalid
	}
	return who, err
}

func (c *console) writeLink(w http.ResponseWriter, r *http.Request, status int, who admin.Operator, problem string) {
	title := "Choisir un nouveau mot de passe"
	if !who.HasPassword {
		title = "Première connexion"
	}
	c.write(w, r, status, "lien", page{Title: title, Problem: problem, Body: linkBody{who, !who.HasPassword, MinPassword}})
}

func (c *console) takeLink(w http.ResponseWriter, r *http.Request, _ admin.Operator) error {
	if err := parseForm(r); err != nil {
		return err
	}
	who, err := c.linkOwner(r)
	if err != nil {
		return err
	}
	password := r.PostFormValue("mot_de_passe")
	problem := ""
	switch {
	case utf8.RuneCountInString(password) < MinPassword:
		problem = sentence(admin.ErrWeakPassword)
	case password != r.PostFormValue("confirmation"):
		problem = "Les deux mots de passe ne sont pas les mêmes. Écrivez-les de nouveau."
	case len(password) > 256:
		problem = "Ce mot de passe est trop long : 256 caractères au plus."
	}
	if problem != "" {
		c.writeLink(w, r, http.StatusUnprocessableEntity, who, problem)
		return nil
	}
	if who, err = c.Auth.TakeLink(r, r.PathValue("token")); err != nil {
		return err
	}
	if err := c.Auth.SetPassword(r.Context(), who, password); err != nil {
		return err
	}
	if err := c.Auth.StartSession(w, r, who); err != nil {
		return err
	}
	http.Redirect(w, r, "/", http.StatusSeeOther)
	return nil
}
