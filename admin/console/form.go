package console

import (
	"errors"
	"fmt"
	"net/http"
	"strings"

	"borne/admin"
)

// parseForm reads a form that carries no file.
func parseForm(r *http.Request) error {
	err := r.ParseForm()
	var tooLarge *http.MaxBytesError
	if err == nil || errors.As(err, &tooLarge) {
		return err
	}
	return fmt.Errorf("%w: read form: %w", admin.ErrInvalid, err)
}

// list splits a field where several names are separated by commas.
func list(field string) []string {
	var names []string
	for _, s := range strings.Split(field, ",") {
		if s = strings.TrimSpace(s); s != "" {
			names = append(names, s)
		}
	}
	return names
}

// choice is one entry of a drop-down list.
type choice struct {
	Value, Label string
	Selected     bool
}

// siteChoices lists sites, with the one of that id chosen.
func siteChoices(sites []admin.Site, chosen string) []choice {
	var out []choice
	for _, s := range sites {
		out = append(out, choice{s.ID, s.Name, s.ID == chosen})
	}
	return out
}
