package api

import (
	"context"
	"net/http"
	"time"

	"borne/admin"

	"github.com/danielgtaylor/huma/v2"
)

// Overview is the organisation and its sites.
type Overview struct {
	Organisation admin.Organisation `json:"organisation"`
	Sites        []admin.Site       `json:"sites"`
}

func (o *Operators) registerPlaces(api huma.API) {
	huma.Register(api, may(admin.ReadKiosks, http.MethodGet, "/organisation", "get-organisation", "The organisation and its sites"),
		func(ctx context.Context, _ *struct{}) (*body[Overview], error) {
			organisation, err := o.Store.Organisation(ctx)
			if err != nil {
				return nil, o.fail(err)
			}
			sites, err := o.Store.Sites(ctx)
			return answer(o, Overview{organisation, sites}, err)
		})
	huma.Register(api, may(admin.EnrolKiosks, http.MethodPost, "/sites", "create-site", "Add a site"),
		func(ctx context.Context, in *struct {
			Body struct {
				Name string `json:"name" minLength:"1" maxLength:"120"`
			}
		}) (*body[admin.Site], error) {
			site, err := o.Store.CreateSite(ctx, in.Body.Name, operatorOf(ctx).Author())
			return answer(o, site, err)
		})
}

// KioskChange is what an operator may change of a borne.
type KioskChange struct {
	Name   string   `json:"name" minLength:"1" maxLength:"120"`
	Site   string   `json:"site" doc:"Id or name; empty for the first site"`
	Groups []string `json:"groups" maxItems:"50"`
}

// StandingChange quarantines, revokes or lets a borne back in.
type StandingChange struct {
	Standing admin.Standing `json:"standing" enum:"active,quarantined,revoked"`
	Reason   string         `json:"reason" maxLength:"280"`
}

// CodeRequest asks for an enrolment code.
type CodeRequest struct {
	Site   string   `json:"site,omitempty" doc:"Id or name; empty for the first site"`
	Name   string   `json:"name,omitempty" maxLength:"120" doc:"Name of the borne"`
	Groups []string `json:"groups,omitempty" maxItems:"50"`
	Hours  int      `json:"hours,omitempty" minimum:"0" maximum:"720" doc:"How long it is good for; 0 for a day"`
}

// DefaultCodeLife is how long an enrolment code is good for.
const DefaultCodeLife = 24 * time.Hour

func (o *Operators) registerFleet(api huma.API) {
	huma.Register(api, may(admin.ReadKiosks, http.MethodGet, "/kiosks", "list-kiosks", "Bornes, by id, a page at a time"),
		func(ctx context.Context, in *struct {
			Site  string `query:"site" doc:"Id or name"`
			Group string `query:"group"`
			Text  string `query:"text" doc:"Part of a name"`
			After string `query:"after" doc:"Id of the last borne of the page before"`
			Limit int    `query:"limit" minimum:"0" maximum:"10000"`
		}) (*body[[]admin.Kiosk], error) {
			f := admin.KioskFilter{Group: in.Group, Text: in.Text, After: in.After, Limit: in.Limit}
			if in.Site != "" {
				site, err := o.Store.FindSite(ctx, in.Site)
				if err != nil {
					return nil, o.fail(err)
				}
				f.Site = site.ID
			}
			kiosks, err := o.Store.Kiosks(ctx, f)
			return answer(o, kiosks, err)
		})
	huma.Register(api, may(admin.EnrolKiosks, http.MethodPost, "/kiosks", "register-kiosks", "Register bornes by keys made elsewhere: no code is typed"),
		func(ctx context.Context, in *struct {
			Body struct {
				Site   string           `json:"site,omitempty" doc:"Id or name; empty for the first site"`
				Kiosks []admin.NewKiosk `json:"kiosks" minItems:"1" maxItems:"1000"`
			}
		}) (*body[[]string], error) {
			ids, err := o.Store.Register(ctx, in.Body.Site, in.Body.Kiosks, operatorOf(ctx).Author())
			return answer(o, ids, err)
		})
	huma.Register(api, may(admin.ReadKiosks, http.MethodGet, "/kiosks/{kiosk}", "get-kiosk", "One borne, by id or name"),
		func(ctx context.Context, in *KioskPath) (*body[admin.Kiosk], error) {
			k, err := o.Store.FindKiosk(ctx, in.Kiosk)
			return answer(o, k, err)
		})
	huma.Register(api, may(admin.EnrolKiosks, http.MethodPut, "/kiosks/{kiosk}", "change-kiosk", "Rename, move or group a borne"),
		func(ctx context.Context, in *struct {
			KioskPath
			Body KioskChange
		}) (*body[admin.Kiosk], error) {
			return o.change(ctx, in.Kiosk, func(id, actor string) error {
				return o.Store.UpdateKiosk(ctx, id, in.Body.Name, in.Body.Site, in.Body.Groups, actor)
			})
		})
	huma.Register(api, may(admin.EnrolKiosks, http.MethodPost, "/kiosks/{kiosk}/standing", "set-standing", "Quarantine, revoke or let back in"),
		func(ctx context.Context, in *struct {
			KioskPath
			Body StandingChange
		}) (*body[admin.Kiosk], error) {
			return o.change(ctx, in.Kiosk, func(id, actor string) error {
				return o.Store.SetStanding(ctx, id, in.Body.Standing, in.Body.Reason, actor)
			})
		})
	huma.Register(api, may(admin.EnrolKiosks, http.MethodPost, "/enrolment-codes", "create-code", "A code that enrols one borne; told once, here"),
		func(ctx context.Context, in *struct{ Body CodeRequest }) (*body[admin.EnrolmentCode], error) {
			life := time.Duration(in.Body.Hours) * time.Hour
			if life == 0 {
				life = DefaultCodeLife
			}
			code, err := o.Store.CreateCode(ctx, admin.EnrolmentCode{Site: in.Body.Site, KioskName: in.Body.Name, Groups: in.Body.Groups,
				Author: operatorOf(ctx).Author(), Expires: o.Now().Add(life)})
			return answer(o, code, err)
		})
	huma.Register(api, may(admin.EnrolKiosks, http.MethodGet, "/enrolment-codes", "list-codes", "Codes made lately, without what to type"),
		func(ctx context.Context, _ *struct{}) (*body[[]admin.EnrolmentCode], error) {
			codes, err := o.Store.Codes(ctx)
			return answer(o, codes, err)
		})
}

// KioskPath names a borne.
type KioskPath struct {
	Kiosk string `path:"kiosk" doc:"Id or name" maxLength:"120"`
}

// change finds a borne, changes it, and answers how it is now.
func (o *Operators) change(ctx context.Context, idOrName string, f func(id, actor string) error) (*body[admin.Kiosk], error) {
	k, err := o.Store.FindKiosk(ctx, idOrName)
	if err == nil {
		err = f(k.ID, operatorOf(ctx).Author())
	}
	if err != nil {
		return nil, o.fail(err)
	}
	k, err = o.Store.FindKiosk(ctx, k.ID)
	return answer(o, k, err)
}
