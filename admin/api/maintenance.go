package api

import (
	"context"
	"net/http"
	"time"

	"borne/admin"

	"github.com/danielgtaylor/huma/v2"
)

// MaintenanceNotes are what the audit log says of maintenance codes.
type MaintenanceNotes interface {
	NoteMaintenanceCode(ctx context.Context, kiosk, actor string) error
}

// registerMaintenance adds the code of a borne's maintenance screen. It is worked
// out, not sent: the borne may be off line.
func (o *Operators) registerMaintenance(api huma.API) {
	huma.Register(api, may(admin.EnrolKiosks, http.MethodPost, "/kiosks/{kiosk}/maintenance-code", "create-maintenance-code",
		"A code that opens the borne's maintenance screen, once; the borne need not be on line"),
		func(ctx context.Context, in *struct {
			KioskPath
			Body struct {
				At time.Time `json:"at,omitzero" doc:"The borne's own clock, when it is wrong; now otherwise"`
			}
		}) (*body[admin.MaintenanceCode], error) {
			k, err := o.Store.FindKiosk(ctx, in.Kiosk)
			if err == nil && o.MaintenanceCode == nil {
				err = admin.ErrNotFound
			}
			if err != nil {
				return nil, o.fail(err)
			}
			at := in.Body.At
			if at.IsZero() {
				at = o.Now()
			}
			code, err := o.MaintenanceCode(k, at)
			if err == nil {
				err = o.Store.NoteMaintenanceCode(ctx, k.ID, operatorOf(ctx).Author())
			}
			return answer(o, code, err)
		})
}
