package api

import (
	"context"
	"io/fs"
	"log/slog"
	"net/http"
	"time"

	"borne/admin"
	"borne/kiosk"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"
)

// PathOpenAPI is where the operators' API describes itself, without the
// ending: ".json" and ".yaml" are served.
const PathOpenAPI = "/api/openapi"

// Authenticator says who is asking, and lets people in.
type Authenticator interface {
	Authenticate(r *http.Request) (admin.Operator, error)
	TakeLink(r *http.Request, token string) (admin.Operator, error)
	TakePassword(r *http.Request, mail, password string) (admin.Operator, error)
	NewToken(ctx context.Context, o admin.Operator, label, actor string) (token string, expires time.Time, err error)
}

// Publisher signs and keeps releases.
type Publisher interface {
	Publish(ctx context.Context, dir fs.FS, r admin.Release, author string) (admin.Release, error)
}

// Places are the organisation and its sites.
type Places interface {
	Organisation(ctx context.Context) (admin.Organisation, error)
	Sites(ctx context.Context) ([]admin.Site, error)
	CreateSite(ctx context.Context, name, actor string) (admin.Site, error)
	FindSite(ctx context.Context, idOrName string) (admin.Site, error)
}

// Fleet is the bornes.
type Fleet interface {
	Kiosks(ctx context.Context, f admin.KioskFilter) ([]admin.Kiosk, error)
	FindKiosk(ctx context.Context, idOrName string) (admin.Kiosk, error)
	UpdateKiosk(ctx context.Context, id, name, site string, groups []string, actor string) error
	SetStanding(ctx context.Context, id string, standing admin.Standing, reason, actor string) error
	UsageLogs(ctx context.Context, id string) ([]admin.UsageLog, error)
	DecideApart(ctx context.Context, id string, keep bool, actor string) (int, error)
	Register(ctx context.Context, site string, bornes []admin.NewKiosk, actor string) (ids []string, err error)
}

// Codes are the enrolment codes.
type Codes interface {
	CreateCode(ctx context.Context, e admin.EnrolmentCode) (admin.EnrolmentCode, error)
	Codes(ctx context.Context) ([]admin.EnrolmentCode, error)
}

// Commands are what bornes are asked to do.
type Commands interface {
	CreateCommand(ctx context.Context, c admin.Command) (admin.Command, error)
	Command(ctx context.Context, id string) (admin.Command, error)
	Commands(ctx context.Context, f admin.CommandFilter) ([]admin.Command, error)
	CancelCommand(ctx context.Context, id, actor string) error
}

// Records are what is only read.
type Records interface {
	Releases(ctx context.Context) ([]admin.Release, error)
	Usage(ctx context.Context, q admin.UsageQuery) ([]admin.UsageRow, error)
	AuditLog(ctx context.Context, f admin.AuditFilter) ([]admin.AuditEntry, error)
}

// OperatorStore is what the operators' API needs of admin/store.
type OperatorStore interface {
	Places
	Fleet
	Codes
	Commands
	Records
	MaintenanceNotes
}

// Operators is the operators' API.
type Operators struct {
	Store     OperatorStore
	Auth      Authenticator
	Publisher Publisher
	Now       func() time.Time
	Log       *slog.Logger
	// MaintenanceCode works out the code of a borne's maintenance screen at a time
	// of its clock; nil for none.
	MaintenanceCode func(k admin.Kiosk, at time.Time) (admin.MaintenanceCode, error)
	// Version of borne-admin, for the OpenAPI document.
	Version string
}

// Register adds the operators' API's routes and its document's.
func (o *Operators) Register(mux *http.ServeMux) {
	config := huma.DefaultConfig("Borne: central office", o.Version)
	config.Info.Description = "What bornectl and other programs of the organisation use. Bornes themselves speak another, signed, API."
	config.OpenAPIPath, config.DocsPath, config.SchemasPath = PathOpenAPI, "", ""
	config.CreateHooks = nil // no "$schema" in answers
	config.Components.SecuritySchemes = map[string]*huma.SecurityScheme{"token": {Type: "http", Scheme: "bearer",
		Description: "From POST /api/v1/login, or borne-admin token."}}
	config.Security = []map[string][]string{{"token": {}}}
	api := humago.New(mux, config)
	api.UseMiddleware(o.admit(api))
	o.registerLogin(api)
	o.registerPlaces(api)
	o.registerFleet(api)
	o.registerMaintenance(api)
	o.registerCommands(api)
	o.registerReleases(api)
	o.registerRecords(api)
	o.registerLogs(api)
}

// operatorKey is under which a request's operator travels.
type operatorKey struct{}

// Metadata of an operation: who may call it.
const (
	metaPermission = "permission"
	metaPublic     = "public"
)

// admit lets an operation run for those whose role allows it; an operation
// that names no permission runs for nobody.
func (o *Operators) admit(api huma.API) func(huma.Context, func(huma.Context)) {
	return func(ctx huma.Context, next func(huma.Context)) {
		ctx.SetHeader("Cache-Control", "no-store")
		meta := ctx.Operation().Metadata
		if public, _ := meta[metaPublic].(bool); public {
			next(ctx)
			return
		}
		r, w := humago.Unwrap(ctx)
		who, err := o.Auth.Authenticate(r)
		if err == nil {
			if p, _ := meta[metaPermission].(admin.Permission); p == "" || !who.May(p) {
				err = admin.ErrForbidden
			}
		}
		if err != nil {
			writeProblem(w, r, o.Log, o.Now(), err)
			return
		}
		next(huma.WithValue(ctx, operatorKey{}, who))
	}
}

// operatorOf is who asks; nobody, who may do nothing, outside admit.
func operatorOf(ctx context.Context) admin.Operator {
	who, _ := ctx.Value(operatorKey{}).(admin.Operator)
	return who
}

// may describes an operation and who may call it.
func may(p admin.Permission, method, path, id, summary string) huma.Operation {
	return huma.Operation{OperationID: id, Method: method, Path: "/api/v1" + path, Summary: summary,
		Metadata: map[string]any{metaPermission: p}, Errors: []int{401, 403, 404, 409, 422}}
}

// body is an answer of one JSON value.
type body[T any] struct{ Body T }

// problem is kiosk.Problem as an error that huma answers as it stands.
type problem struct{ kiosk.Problem }

func (p problem) Error() string             { return p.Detail }
func (p problem) GetStatus() int            { return p.Status }
func (p problem) ContentType(string) string { return "application/problem+json" }

// fail turns an error of the store into an answer.
func (o *Operators) fail(err error) error {
	status := admin.HTTPStatus(err)
	p := problem{kiosk.Problem{Status: status, Title: http.StatusText(status)}}
	if status == http.StatusInternalServerError {
		o.Log.Error("request failed", "error", err)
	} else {
		p.Detail = err.Error()
	}
	return p
}

// answer is v, or the answer that tells err.
func answer[T any](o *Operators, v T, err error) (*body[T], error) {
	if err != nil {
		return nil, o.fail(err)
	}
	return &body[T]{v}, nil
}
