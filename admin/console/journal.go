package console

import (
	"errors"
	"net/http"
	"strconv"
	"strings"

	"borne/admin"
)

type journalBody struct {
	Entries []journalRow
	Actor   string
	Object  string
	// Older is the Before of the next page, 0 when this is the last.
	Older int64
}

type journalRow struct {
	admin.AuditEntry
	Who string
	// What names the object; Link leads to it when it has a page.
	What, Link string
}

// journalPage is how many lines a page shows.
const journalPage = 100

func (c *console) journal(w http.ResponseWriter, r *http.Request, who admin.Operator) error {
	q := r.URL.Query()
	f := admin.AuditFilter{Actor: strings.TrimSpace(q.Get("auteur")), Object: strings.TrimSpace(q.Get("objet")), Limit: journalPage + 1}
	if before, err := strconv.ParseInt(q.Get("avant"), 10, 64); err == nil && before > 0 {
		f.Before = before
	}
	entries, err := c.Store.AuditLog(r.Context(), f)
	if err != nil {
		return err
	}
	body := journalBody{Actor: f.Actor, Object: f.Object}
	if len(entries) > journalPage {
		entries = entries[:journalPage]
		body.Older = entries[journalPage-1].Seq
	}
	kiosks := map[string]string{}
	for _, e := range entries {
		row := journalRow{AuditEntry: e, Who: e.Actor, What: e.Object}
		if id, ok := strings.CutPrefix(e.Actor, admin.ActorKiosk("")); ok {
			name, err := c.kioskName(r, kiosks, id)
			if err != nil {
				return err
			}
			row.Who = "borne " + name
		}
		switch e.Actor {
		case admin.ActorLocal:
			row.Who = "ligne de commande du serveur"
		case "":
			row.Who = "inconnu"
		}
		switch e.Action {
		case admin.AuditEnrol, admin.AuditRegister, admin.AuditKioskChange, admin.AuditKioskQuarantine, admin.AuditKioskRevoke, admin.AuditCommandCreate, admin.AuditCommandCancel:
			name, err := c.kioskName(r, kiosks, e.Object)
			if err != nil {
				return err
			}
			row.What, row.Link = name, kioskPath(e.Object)
		case admin.AuditReleasePublish:
			row.What = "version " + e.Object
		case admin.AuditCodeCreate, admin.AuditSiteCreate, admin.AuditSiteChange, admin.AuditPasswordSet:
			row.What = "" // an id that tells people nothing
		}
		row.Detail = auditDetail(e)
		body.Entries = append(body.Entries, row)
	}
	return c.show(w, r, "journal", page{Title: "Journal", Current: "/journal", Operator: who, Body: body})
}

// kioskName names a borne, asking the store once for each.
func (c *console) kioskName(r *http.Request, known map[string]string, id string) (string, error) {
	if name, ok := known[id]; ok {
		return name, nil
	}
	k, err := c.Store.FindKiosk(r.Context(), id)
	switch {
	case errors.Is(err, admin.ErrNotFound):
		k.Name = id
	case err != nil:
		return "", err
	}
	known[id] = k.Name
	return k.Name, nil
}
