package console

import (
	"errors"
	"net/http"

	"borne/admin"
)

type loginBody struct {
	Mail string
	// Next is where to go once in.
	Next string
}

func (c *console) loginForm(w http.ResponseWriter, r *http.Request, _ admin.Operator) error {
	next := localPath(r.URL.Query().Get("vers"))
	if _, err := c.Auth.Authenticate(r); err == nil {
		http.Redirect(w, r, next, http.StatusSeeOther)
		return nil
	}
	p := page{Title: "Connexion", Body: loginBody{Next: next}}
	if r.URL.Query().Has("fin") {
		p.Notice = "Vous êtes déconnecté."
	}
	return c.show(w, r, "connexion", p)
}

func (c *console) login(w http.ResponseWriter, r *http.Request, _ admin.Operator) error {
	if err := parseForm(r); err != nil {
		return err
	}
	body := loginBody{Mail: r.PostFormValue("mail"), Next: localPath(r.PostFormValue("vers"))}
	who, err := c.Auth.TakePassword(r, body.Mail, r.PostFormValue("mot_de_passe"))
	if errors.Is(err, admin.ErrBadLogin) || errors.Is(err, admin.ErrTooMany) {
		c.write(w, r, status(err), "connexion", page{Title: "Connexion", Problem: sentence(err), Body: body})
		return nil
	}
	if err != nil {
		return err
	}
	if err := c.Auth.StartSession(w, r, who); err != nil {
		return err
	}
	http.Redirect(w, r, body.Next, http.StatusSeeOther)
	return nil
}

func (c *console) logout(w http.ResponseWriter, r *http.Request, _ admin.Operator) error {
	if err := c.Auth.EndSession(w, r); err != nil {
		return err
	}
	http.Redirect(w, r, "/connexion?fin", http.StatusSeeOther)
	return nil
}
