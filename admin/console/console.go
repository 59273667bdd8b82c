package console

import (
	"context"
	"crypto/ed25519"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"net/http"
	"strings"
	"time"
	_ "time/tzdata" // Europe/Paris must be right on a machine without zone files

	"borne/admin"
)

// Sessions says who is asking, and lets browsers in and out.
type Sessions interface {
	Authenticate(r *http.Request) (admin.Operator, error)
	StartSession(w http.ResponseWriter, r *http.Request, o admin.Operator) error
	EndSession(w http.ResponseWriter, r *http.Request) error
}

// SignIn checks what people show to come in.
type SignIn interface {
	TakeLink(r *http.Request, token string) (admin.Operator, error)
	TakePassword(r *http.Request, mail, password string) (admin.Operator, error)
	SetPassword(ctx context.Context, o admin.Operator, password string) error
}

// Authenticator is what the console needs of admin/auth.
type Authenticator interface {
	Sessions
	SignIn
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
}

// Standings are which bornes are listened to, and what came of those that are
// not.
type Standings interface {
	SetStanding(ctx context.Context, id string, standing admin.Standing, reason, actor string) error
	UsageLogs(ctx context.Context, id string) ([]admin.UsageLog, error)
	DecideApart(ctx context.Context, id string, keep bool, actor string) (decided int, err error)
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

// Releases are the published bundles.
type Releases interface {
	Releases(ctx context.Context) ([]admin.Release, error)
	Archive(ctx context.Context, version uint64) ([]byte, error)
}

// Records are what is only read.
type Records interface {
	Usage(ctx context.Context, q admin.UsageQuery) ([]admin.UsageRow, error)
	Margins(ctx context.Context, q admin.MarginQuery) ([]admin.UsageMargin, error)
	AuditLog(ctx context.Context, f admin.AuditFilter) ([]admin.AuditEntry, error)
	SecretOwner(ctx context.Context, kind admin.SecretKind, hash string) (admin.Operator, error)
}

// Arrivals say how much of what bornes counted has come.
type Arrivals interface {
	Received(ctx context.Context, days, sites []string) ([]admin.DayReceived, error)
	ReceivedBySite(ctx context.Context, from, to string) (map[string]int, error)
	Enrolled(ctx context.Context, sites []string) ([]admin.Enrolled, error)
}

// Store is what the console needs of admin/store.
type Store interface {
	Places
	Fleet
	Standings
	Codes
	Commands
	Releases
	Records
	Arrivals
	People
	MaintenanceNotes
}

// Options are what a console is made of; all are needed but Version.
type Options struct {
	Store     Store
	Auth      Authenticator
	Publisher Publisher
	// BundleKeys open the organisation's own releases, for their catalogue.
	BundleKeys []ed25519.PublicKey
	// Shipped is the bundle that bornes use before any release.
	Shipped fs.FS
	// MaintenanceCode works out the code of a borne's maintenance screen, at a
	// time of the borne's clock.
	MaintenanceCode func(k admin.Kiosk, at time.Time) (admin.MaintenanceCode, error)
	// PublicURL is the address that bornes and browsers use.
	PublicURL string
	Now       func() time.Time
	Log       *slog.Logger
	// Version of borne-admin, told at the foot of pages.
	Version string
}

type console struct {
	Options
	location *time.Location
	pages    pages
	static   static
	names    *names
	released released
}

// New returns the console's handler, to be mounted under "/". It fails when
// an embedded page is missing, unknown or not well formed, so that no such
// program starts.
func New(o Options) (http.Handler, error) {
	if o.Store == nil || o.Auth == nil || o.Publisher == nil || o.Shipped == nil || o.MaintenanceCode == nil || o.Now == nil || o.Log == nil || o.PublicURL == "" || len(o.BundleKeys) == 0 {
		return nil, errors.New("console: an option is missing")
	}
	o.PublicURL = strings.TrimRight(o.PublicURL, "/")
	location, err := time.LoadLocation("Europe/Paris")
	if err != nil {
		return nil, fmt.Errorf("console: %w", err)
	}
	c := &console{Options: o, location: location}
	if c.static, err = loadStatic(); err != nil {
		return nil, fmt.Errorf("console: %w", err)
	}
	if c.pages, err = loadPages(c.functions()); err != nil {
		return nil, fmt.Errorf("console: %w", err)
	}
	if c.names, err = newNames(o.Store, o.BundleKeys, o.Shipped); err != nil {
		return nil, fmt.Errorf("console: %w", err)
	}
	return c.handler(), nil
}

// today is the date in Europe/Paris, the day that counters are kept by.
func (c *console) today() time.Time { return c.Now().In(c.location) }
