package api

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"time"

	"borne/admin"
	"borne/kiosk/bundle"

	"github.com/danielgtaylor/huma/v2"
)

func (o *Operators) registerReleases(api huma.API) {
	publish := may(admin.PublishBundles, http.MethodPost, "/releases", "publish", "Publish a bundle: the files of its directory in a tar.zst")
	publish.MaxBodyBytes = bundle.MaxArchiveBytes
	huma.Register(api, publish, func(ctx context.Context, in *struct {
		Groups  []string `query:"groups,explode" doc:"For these groups only"`
		Comment string   `query:"comment" maxLength:"280" doc:"What changed"`
		Days    int      `query:"days" minimum:"0" maximum:"3650" doc:"How long it is meant to be used; 0 for a year"`
		RawBody []byte   `contentType:"application/zstd"`
	}) (*body[admin.Release], error) {
		r := admin.Release{Groups: in.Groups, Comment: in.Comment}
		if in.Days > 0 {
			r.Expires = o.Now().Add(time.Duration(in.Days) * 24 * time.Hour)
		}
		files, err := bundle.UnpackFiles(in.RawBody)
		if err != nil {
			return nil, o.fail(fmt.Errorf("%w: %w", admin.ErrInvalid, err))
		}
		r, err = o.Publisher.Publish(ctx, files, r, operatorOf(ctx).Author())
		if faults := faultsOf(err); faults != nil {
			return nil, faults
		}
		return answer(o, r, err)
	})
	huma.Register(api, may(admin.ReadKiosks, http.MethodGet, "/releases", "list-releases", "Releases, newest first"),
		func(ctx context.Context, _ *struct{}) (*body[[]admin.Release], error) {
			releases, err := o.Store.Releases(ctx)
			return answer(o, releases, err)
		})
}

// faultsProblem is a problem that tells every fault of a bundle.
type faultsProblem struct {
	problem
	Faults []bundle.Fault `json:"faults"`
}

// faultsOf returns what a technician must mend, nil for any other error.
func faultsOf(err error) error {
	var faults *bundle.FaultsError
	if !errors.As(err, &faults) {
		return nil
	}
	p := faultsProblem{Faults: faults.Faults}
	p.Status, p.Title, p.Detail = http.StatusUnprocessableEntity, "The bundle has faults", faults.Error()
	return p
}
