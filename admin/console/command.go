package console

import (
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"borne/admin"
	"borne/kiosk"
)

// readCommand reads the form; problem says in French what to correct.
func readCommand(r *http.Request) (f commandForm, problem string) {
	f = commandForm{Kind: kiosk.CommandKind(r.PostFormValue("commande")), Urgent: r.PostFormValue("urgent") != "",
		Message: strings.TrimSpace(strings.ReplaceAll(r.PostFormValue("message"), "\r\n", "\n"))}
	var err error
	if f.Life, err = time.ParseDuration(r.PostFormValue("validite")); err != nil || f.Life <= 0 {
		f.Life = admin.DefaultCommandLife
	}
	switch {
	case !slices.Contains(kiosk.CommandKinds(), f.Kind), admin.ForVisitor(f.Kind):
		return f, "Choisissez une commande dans la liste."
	case f.Kind == kiosk.CommandMessage && utf8.RuneCountInString(f.Message) > admin.MaxArgument:
		return f, fmt.Sprintf("Le message est trop long : %d caractères au plus.", admin.MaxArgument)
	case f.Kind != kiosk.CommandMessage && f.Message != "":
		return f, "Seule la commande « Message » prend un texte. Choisissez-la, ou videz le texte."
	}
	return f, ""
}

func (c *console) sendCommand(w http.ResponseWriter, r *http.Request, who admin.Operator) error {
	if err := parseForm(r); err != nil {
		return err
	}
	k, err := c.Store.FindKiosk(r.Context(), r.PathValue("kiosk"))
	if err != nil {
		return err
	}
	form, problem := readCommand(r)
	if problem != "" {
		return c.showKiosk(w, r, who, k, http.StatusUnprocessableEntity, "", problem, form)
	}
	_, err = c.Store.CreateCommand(r.Context(), admin.Command{Kiosk: k.ID, Author: who.Author(),
		Command: kiosk.Command{Kind: form.Kind, Argument: form.Message, Urgent: form.Urgent, Expires: c.Now().Add(form.Life)}})
	if errors.Is(err, admin.ErrInvalid) || errors.Is(err, admin.ErrConflict) {
		return c.showKiosk(w, r, who, k, status(err), "", sentence(err), form)
	}
	if err != nil {
		return err
	}
	http.Redirect(w, r, kioskPath(k.ID)+"?fait=commande#commandes-titre", http.StatusSeeOther)
	return nil
}

func (c *console) cancelCommand(w http.ResponseWriter, r *http.Request, who admin.Operator) error {
	cmd, err := c.Store.Command(r.Context(), r.PathValue("command"))
	if err != nil {
		return err
	}
	if !who.May(admin.Needs(cmd.Kind)) {
		return admin.ErrForbidden
	}
	err = c.Store.CancelCommand(r.Context(), cmd.ID, who.Author())
	if errors.Is(err, admin.ErrCommandClosed) {
		k, findErr := c.Store.FindKiosk(r.Context(), cmd.Kiosk)
		if findErr != nil {
			return findErr
		}
		return c.showKiosk(w, r, who, k, status(err), "", sentence(err), commandForm{Life: admin.DefaultCommandLife})
	}
	if err != nil {
		return err
	}
	http.Redirect(w, r, kioskPath(cmd.Kiosk)+"?fait=annulation#commandes-titre", http.StatusSeeOther)
	return nil
}

func kioskPath(id string) string { return "/bornes/" + url.PathEscape(id) }
