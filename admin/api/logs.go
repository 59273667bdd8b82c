package api

import (
	"context"
	"net/http"

	"borne/admin"

	"github.com/danielgtaylor/huma/v2"
)

// ApartDecision ends what is kept apart of a borne.
type ApartDecision struct {
	Keep bool `json:"keep" doc:"True counts it from now on, false throws it away"`
}

// Decided is how many counters that was.
type Decided struct {
	Cells int `json:"cells"`
}

func (o *Operators) registerLogs(api huma.API) {
	huma.Register(api, may(admin.ReadKiosks, http.MethodGet, "/kiosks/{kiosk}/usage-logs", "usage-logs", "How far a borne's counters have come, what is missing, and what is kept apart"),
		func(ctx context.Context, in *KioskPath) (*body[[]admin.UsageLog], error) {
			k, err := o.Store.FindKiosk(ctx, in.Kiosk)
			if err != nil {
				return nil, o.fail(err)
			}
			logs, err := o.Store.UsageLogs(ctx, k.ID)
			return answer(o, logs, err)
		})
	huma.Register(api, may(admin.EnrolKiosks, http.MethodPost, "/kiosks/{kiosk}/apart", "decide-apart", "Count what a borne brought in quarantine, or throw it away"),
		func(ctx context.Context, in *struct {
			KioskPath
			Body ApartDecision
		}) (*body[Decided], error) {
			k, err := o.Store.FindKiosk(ctx, in.Kiosk)
			if err != nil {
				return nil, o.fail(err)
			}
			n, err := o.Store.DecideApart(ctx, k.ID, in.Body.Keep, operatorOf(ctx).Author())
			return answer(o, Decided{n}, err)
		})
}
