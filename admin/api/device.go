package api

import (
	"context"
	"crypto/ed25519"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"sync"
	"time"

	"borne/admin"
	"borne/kiosk"
	"borne/kiosk/httpsig"
)

// Enroller gives bornes their identity.
type Enroller interface {
	Enrol(ctx context.Context, code string, key ed25519.PublicKey) (admin.Kiosk, error)
	Organisation(ctx context.Context) (admin.Organisation, error)
}

// Keys says which key a borne signs with, and whether it may still speak.
type Keys interface {
	DeviceKey(ctx context.Context, id string) (ed25519.PublicKey, error)
	// KnownKey is for what is kept apart of those that may not.
	KnownKey(ctx context.Context, id string) (ed25519.PublicKey, error)
}

// Orders are the commands on their way to a borne.
type Orders interface {
	Outstanding(ctx context.Context, kiosk string) ([]admin.Command, error)
	MarkSent(ctx context.Context, ids []string) error
	ReportCommand(ctx context.Context, kiosk, id string, r kiosk.CommandReport) error
}

// Archives are the releases meant for a borne.
type Archives interface {
	WantedRelease(ctx context.Context, kiosk string) (admin.Release, error)
	Archive(ctx context.Context, version uint64) ([]byte, error)
}

// CellKeeper takes batches of cells.
type CellKeeper interface {
	Ingest(ctx context.Context, kiosk string, batch kiosk.CellBatch) (kiosk.Watermark, error)
}

// DeviceStore is what the device API needs of admin/store.
type DeviceStore interface {
	Enroller
	Keys
	Orders
	Archives
	CellKeeper
}

// Attempts says whether one more may be made from an address.
type Attempts interface{ Allow(key string) bool }

// Device is the device API.
type Device struct {
	Store    DeviceStore
	Presence *Presence
	Bell     *Bell
	// Enrolments slows guesses at enrolment codes.
	Enrolments Attempts
	// BundleKeys may sign bundles; bornes learn them when they enrol.
	BundleKeys []ed25519.PublicKey
	// MaintenanceSecret is what a borne makes the codes of its maintenance screen
	// of; nil for none. Nothing of it is kept here.
	MaintenanceSecret func(kioskID string, borne ed25519.PublicKey) ([]byte, error)
	Now               func() time.Time
	Log               *slog.Logger
	// MostWaiting is how many check-ins are held at a time, 0 for any number;
	// bornes beyond them are told when to come again.
	MostWaiting int

	work     work
	batches  batchDecoder
	checkIns checkInDecoder
	// offered is the bundle last offered to each borne: one that it already
	// knows of does not cut its wait short.
	mu      sync.Mutex
	offered map[string]uint64
}

// Limits of bodies, in bytes.
const (
	maxEnrolBytes   = 16 << 10
	maxCheckInBytes = 64 << 10
	maxReportBytes  = 16 << 10
	// A batch that does not compress grows a little.
	maxCellsBytes = kiosk.MaxBatchBytes + 4<<10
)

// Register adds the device API's routes.
func (d *Device) Register(mux *http.ServeMux) (err error) {
	if d.batches, err = newBatchDecoder(); err != nil {
		return err
	}
	if d.checkIns, err = newCheckInDecoder(); err != nil {
		return err
	}
	d.offered = map[string]uint64{}
	d.work = make(work, mostAtWork)
	mux.Handle("POST "+kiosk.PathEnrol, d.open(maxEnrolBytes, d.enrol))
	mux.Handle("POST "+kiosk.PathCheckIn, d.signed(maxCheckInBytes, d.checkIn))
	mux.Handle("GET "+kiosk.PathBundle, d.signed(0, d.bundle))
	mux.Handle("POST "+kiosk.PathCells, d.signedBy(maxCellsBytes, d.Store.KnownKey, d.cells))
	mux.Handle("POST "+kiosk.PathCommands+"/{id}", d.signed(maxReportBytes, d.report))
	return nil
}

// open reads the body of a request that nobody signs, and answers errors.
func (d *Device) open(limit int64, handle func(w http.ResponseWriter, r *http.Request, body []byte) error) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, err := readBody(w, r, limit)
		if err == nil {
			err = d.inTurn(r.Context(), func() error { return handle(w, r, body) })
		}
		if err != nil {
			writeProblem(w, r, d.Log, d.Now(), err)
		}
	})
}

// inTurn does one piece of work when it is its turn.
func (d *Device) inTurn(ctx context.Context, f func() error) error {
	if err := d.work.begin(ctx); err != nil {
		return err
	}
	defer d.work.end()
	return f()
}

// signed is open for requests that a borne has signed; handle gets its id.
func (d *Device) signed(limit int64, handle func(w http.ResponseWriter, r *http.Request, id string, body []byte) error) http.Handler {
	return d.signedBy(limit, d.Store.DeviceKey, handle)
}

// signedBy is signed for whom key says.
func (d *Device) signedBy(limit int64, key func(ctx context.Context, id string) (ed25519.PublicKey, error), handle func(w http.ResponseWriter, r *http.Request, id string, body []byte) error) http.Handler {
	return d.open(limit, func(w http.ResponseWriter, r *http.Request, body []byte) error {
		var id string
		var err error
		apart(func() {
			id, err = httpsig.Verify(r, body, func(id string) (ed25519.PublicKey, error) { return key(r.Context(), id) }, d.Now())
		})
		if err != nil {
			return signatureError(err)
		}
		return handle(w, r, id, body)
	})
}

// signatureError makes every refusal of httpsig one of ours.
func signatureError(err error) error {
	for _, refused := range []error{httpsig.ErrMissing, httpsig.ErrInvalid, httpsig.ErrDigest, httpsig.ErrStale} {
		if errors.Is(err, refused) {
			return fmt.Errorf("%w: %w", admin.ErrSignature, err)
		}
	}
	return err
}

func readBody(w http.ResponseWriter, r *http.Request, limit int64) ([]byte, error) {
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, limit))
	var tooLarge *http.MaxBytesError
	switch {
	case errors.As(err, &tooLarge):
		return nil, fmt.Errorf("%w: at most %d bytes here", admin.ErrTooLarge, limit)
	case err != nil:
		return nil, fmt.Errorf("%w: the body broke off: %w", admin.ErrInvalid, err)
	}
	return body, nil
}

func (d *Device) enrol(w http.ResponseWriter, r *http.Request, body []byte) error {
	address, _, err := net.SplitHostPort(r.RemoteAddr)
	if err != nil {
		address = r.RemoteAddr
	}
	if !d.Enrolments.Allow(address) {
		return admin.ErrTooMany
	}
	var in kiosk.EnrolRequest
	if err := decodeStrict(body, &in); err != nil {
		return err
	}
	k, err := d.Store.Enrol(r.Context(), in.Code, in.PublicKey)
	if err != nil {
		return err
	}
	organisation, err := d.Store.Organisation(r.Context())
	if err != nil {
		return err
	}
	var secret []byte
	if d.MaintenanceSecret != nil {
		if secret, err = d.MaintenanceSecret(k.ID, in.PublicKey); err != nil {
			return err
		}
	}
	d.Log.Info("borne enrolled", "kiosk", k.ID, "name", k.Name, "site", k.SiteName, "version", clip(in.Versions.Borne))
	return writeJSON(w, kiosk.EnrolReply{KioskID: k.ID, Name: k.Name, Organisation: organisation.ID, Site: k.SiteName,
		Groups: k.Groups, BundleKeys: d.BundleKeys, Maintenance: secret})
}

func (d *Device) cells(w http.ResponseWriter, r *http.Request, id string, body []byte) error {
	batch, err := d.batches.decode(body)
	if err != nil {
		return err
	}
	mark, err := d.Store.Ingest(r.Context(), id, batch)
	if err != nil {
		return err
	}
	return writeJSON(w, mark)
}

func (d *Device) report(w http.ResponseWriter, r *http.Request, id string, body []byte) error {
	var in kiosk.CommandReport
	if err := decodeStrict(body, &in); err != nil {
		return err
	}
	in.Detail = clip(in.Detail)
	if err := d.Store.ReportCommand(r.Context(), id, r.PathValue("id"), in); err != nil {
		return err
	}
	w.WriteHeader(http.StatusNoContent)
	return nil
}
