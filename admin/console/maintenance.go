package console

import (
	"context"
	"net/http"
	"time"

	"borne/admin"
)

// MaintenanceNotes are what the audit log says of maintenance codes.
type MaintenanceNotes interface {
	NoteMaintenanceCode(ctx context.Context, kiosk, actor string) error
}

// maintenanceCode shows a code that opens the borne's maintenance screen. It is
// on this page alone: nothing to come back to, nothing that is kept.
func (c *console) maintenanceCode(w http.ResponseWriter, r *http.Request, who admin.Operator) error {
	if err := parseForm(r); err != nil {
		return err
	}
	k, err := c.Store.FindKiosk(r.Context(), r.PathValue("kiosk"))
	if err != nil {
		return err
	}
	at := c.Now()
	if typed := r.PostFormValue("heure"); typed != "" {
		local, err := time.ParseInLocation("2006-01-02T15:04", typed, c.location)
		if err != nil {
			return c.showKiosk(w, r, who, k, http.StatusUnprocessableEntity, "", "Écrivez l’heure de la borne comme son écran la montre.", commandForm{Life: admin.DefaultCommandLife})
		}
		at = local
	}
	code, err := c.MaintenanceCode(k, at)
	if err != nil {
		return err
	}
	if err := c.Store.NoteMaintenanceCode(r.Context(), k.ID, who.Author()); err != nil {
		return err
	}
	return c.showKiosk(w, r, who, k, http.StatusOK, "", "", commandForm{Life: admin.DefaultCommandLife, Code: &code})
}
