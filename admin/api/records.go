package api

import (
	"context"
	"net/http"

	"borne/admin"
	"borne/kiosk"

	"github.com/danielgtaylor/huma/v2"
)

func (o *Operators) registerRecords(api huma.API) {
	huma.Register(api, may(admin.ReadUsage, http.MethodGet, "/usage", "usage", "Anonymous counters, by day and by what they count"),
		func(ctx context.Context, in *struct {
			Kind     kiosk.CellKind `query:"kind" default:"visit" doc:"session, visit, inclusion, help, device or availability"`
			From     string         `query:"from" required:"true" doc:"First day, like 2026-09-01"`
			To       string         `query:"to" required:"true" doc:"Last day"`
			Site     []string       `query:"site,explode" doc:"Ids or names"`
			Kiosk    string         `query:"kiosk" doc:"Id or name of one borne"`
			BySite   bool           `query:"by_site"`
			BySecond bool           `query:"by_second" doc:"Keep the second dimension and the hour apart"`
		}) (*body[[]admin.UsageRow], error) {
			q := admin.UsageQuery{Kind: in.Kind, From: in.From, To: in.To, BySite: in.BySite, BySecond: in.BySecond}
			for _, name := range in.Site {
				site, err := o.Store.FindSite(ctx, name)
				if err != nil {
					return nil, o.fail(err)
				}
				q.Sites = append(q.Sites, site.ID)
			}
			if in.Kiosk != "" {
				k, err := o.Store.FindKiosk(ctx, in.Kiosk)
				if err != nil {
					return nil, o.fail(err)
				}
				q.Kiosk = k.ID
			}
			rows, err := o.Store.Usage(ctx, q)
			return answer(o, rows, err)
		})
	huma.Register(api, may(admin.ReadAudit, http.MethodGet, "/audit", "audit", "Who did what, newest first"),
		func(ctx context.Context, in *struct {
			Actor  string `query:"actor"`
			Object string `query:"object"`
			Before int64  `query:"before" doc:"Seq of the last line of the page before"`
			Limit  int    `query:"limit" minimum:"0" maximum:"5000"`
		}) (*body[[]admin.AuditEntry], error) {
			entries, err := o.Store.AuditLog(ctx, admin.AuditFilter{Actor: in.Actor, Object: in.Object, Before: in.Before, Limit: in.Limit})
			return answer(o, entries, err)
		})
}
