package console

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/http"
	"strings"
	"unicode/utf8"

	"borne/admin"
	"borne/kiosk/bundle"
)

// maxComment is the longest comment of a release, in characters.
const maxComment = 280

// publish checks the directory that was sent, and publishes it unless it was
// only to be checked. A fault leaves everything as it was.
func (c *console) publish(w http.ResponseWriter, r *http.Request, who admin.Operator) error {
	refuse := func(problem string, body configurationBody) error {
		return c.showConfiguration(w, r, who, http.StatusUnprocessableEntity, "", problem, body)
	}
	data, err := uploaded(r)
	body := configurationBody{Form: publishForm{strings.TrimSpace(r.FormValue("commentaire")), r.FormValue("groupes")}}
	switch {
	case errors.Is(err, http.ErrMissingFile):
		return refuse("Choisissez le fichier de la configuration.", body)
	case err != nil:
		return err
	case utf8.RuneCountInString(body.Form.Comment) > maxComment:
		return refuse(fmt.Sprintf("Le commentaire est trop long : %d caractères au plus.", maxComment), body)
	}
	dir, err := unpack(data)
	switch {
	case errors.Is(err, admin.ErrTooLarge):
		return refuse("Ce fichier est trop gros pour une configuration.", body)
	case errors.Is(err, admin.ErrInvalid):
		return refuse("Ce fichier n’est pas une archive lisible. Envoyez un .zip, .tar, .tar.gz ou .tar.zst du dossier de configuration.", body)
	case err != nil:
		return err
	}
	configuration, _, faults := bundle.LoadDir(dir)
	body.Faults, body.Warnings = faults.Split()
	if faults.Failed() {
		return refuse(tooManyFaults(len(body.Faults)), body)
	}
	body.Services = len(configuration.Catalogue.Services)
	if r.FormValue("action") == "verifier" {
		body.Checked = true
		return c.showConfiguration(w, r, who, http.StatusOK, "", "", body)
	}
	return c.release(w, r, who, dir, body)
}

func (c *console) release(w http.ResponseWriter, r *http.Request, who admin.Operator, dir fs.FS, body configurationBody) error {
	release, err := c.Publisher.Publish(r.Context(), dir, admin.Release{Groups: list(body.Form.Groups), Comment: body.Form.Comment}, who.Author())
	if errors.Is(err, admin.ErrInvalid) || errors.Is(err, admin.ErrTooLarge) {
		return c.showConfiguration(w, r, who, status(err), "", sentence(err), body)
	}
	if err != nil {
		return err
	}
	http.Redirect(w, r, fmt.Sprintf("/configuration?publiee=%d", release.Version), http.StatusSeeOther)
	return nil
}

func tooManyFaults(n int) string {
	if n == 1 {
		return "Rien n’est publié : il y a une faute à corriger."
	}
	return fmt.Sprintf("Rien n’est publié : il y a %d fautes à corriger.", n)
}

// uploaded reads the file of the form; http.ErrMissingFile when there is none.
func uploaded(r *http.Request) ([]byte, error) {
	f, _, err := r.FormFile("fichier")
	var tooLarge *http.MaxBytesError
	switch {
	case errors.Is(err, http.ErrMissingFile), errors.As(err, &tooLarge):
		return nil, err
	case err != nil:
		return nil, fmt.Errorf("%w: read form: %w", admin.ErrInvalid, err)
	}
	defer f.Close()
	data, err := io.ReadAll(f)
	if err != nil {
		return nil, fmt.Errorf("read upload: %w", err)
	}
	return data, nil
}
