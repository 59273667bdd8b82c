package api

import (
	"context"
	"net/http"
	"time"

	"borne/admin"
	"borne/kiosk"

	"github.com/danielgtaylor/huma/v2"
)

// CommandRequest asks something of a borne.
type CommandRequest struct {
	Kiosk    string            `json:"kiosk" doc:"Id or name"`
	Kind     kiosk.CommandKind `json:"kind" doc:"message, end-session, restart, close, open, allow-host or prolong"`
	Argument string            `json:"argument,omitempty" doc:"The text of a message, empty to take it away; the host that allow-host opens, or the minutes that prolong gives, which are not kept"`
	Urgent   bool              `json:"urgent,omitempty" doc:"Do not wait for the end of a visit"`
	// LifeSeconds is how long it may wait for its borne.
	LifeSeconds int `json:"life_seconds,omitempty" minimum:"0" maximum:"2592000" doc:"0 for an hour; ten minutes for allow-host and prolong, and at most"`
}

func (o *Operators) registerCommands(api huma.API) {
	huma.Register(api, may(admin.ReadKiosks, http.MethodPost, "/commands", "create-command", "Ask something of a borne"),
		func(ctx context.Context, in *struct{ Body CommandRequest }) (*body[admin.Command], error) {
			// What it takes depends on what is asked.
			if !operatorOf(ctx).May(admin.Needs(in.Body.Kind)) {
				return nil, o.fail(admin.ErrForbidden)
			}
			k, err := o.Store.FindKiosk(ctx, in.Body.Kiosk)
			if err != nil {
				return nil, o.fail(err)
			}
			c := admin.Command{Kiosk: k.ID, Author: operatorOf(ctx).Author(),
				Command: kiosk.Command{Kind: in.Body.Kind, Argument: in.Body.Argument, Urgent: in.Body.Urgent}}
			if in.Body.LifeSeconds > 0 {
				c.Expires = o.Now().Add(time.Duration(in.Body.LifeSeconds) * time.Second)
			}
			c, err = o.Store.CreateCommand(ctx, c)
			return answer(o, c, err)
		})
	huma.Register(api, may(admin.ReadKiosks, http.MethodGet, "/commands", "list-commands", "Commands, newest first"),
		func(ctx context.Context, in *struct {
			Kiosk string `query:"kiosk" doc:"Id or name"`
			Open  bool   `query:"open" doc:"Only those not finished"`
			Limit int    `query:"limit" minimum:"0" maximum:"5000"`
		}) (*body[[]admin.Command], error) {
			f := admin.CommandFilter{Open: in.Open, Limit: in.Limit}
			if in.Kiosk != "" {
				k, err := o.Store.FindKiosk(ctx, in.Kiosk)
				if err != nil {
					return nil, o.fail(err)
				}
				f.Kiosk = k.ID
			}
			commands, err := o.Store.Commands(ctx, f)
			return answer(o, commands, err)
		})
	huma.Register(api, may(admin.ReadKiosks, http.MethodGet, "/commands/{id}", "get-command", "Where a command stands"),
		func(ctx context.Context, in *commandPath) (*body[admin.Command], error) {
			c, err := o.Store.Command(ctx, in.ID)
			return answer(o, c, err)
		})
	huma.Register(api, may(admin.HelpVisitors, http.MethodDelete, "/commands/{id}", "cancel-command", "Take back a command not yet accepted"),
		func(ctx context.Context, in *commandPath) (*body[admin.Command], error) {
			before, err := o.Store.Command(ctx, in.ID)
			if err == nil && !operatorOf(ctx).May(admin.Needs(before.Kind)) {
				err = admin.ErrForbidden
			}
			if err != nil {
				return nil, o.fail(err)
			}
			if err := o.Store.CancelCommand(ctx, in.ID, operatorOf(ctx).Author()); err != nil {
				return nil, o.fail(err)
			}
			c, err := o.Store.Command(ctx, in.ID)
			return answer(o, c, err)
		})
}

type commandPath struct {
	ID string `path:"id" maxLength:"40"`
}
