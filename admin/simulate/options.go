package simulate

import (
	"context"
	"fmt"
	"time"

	"borne/admin"
)

// SitePrefix begins the names of the sites that simulated bornes stand at.
const SitePrefix = "Simulation "

// Office is what a simulation needs of an operator's rights.
type Office interface {
	CreateSite(ctx context.Context, name string) (admin.Site, error)
	CreateCode(ctx context.Context, site, name string, groups []string, life time.Duration) (admin.EnrolmentCode, error)
	Register(ctx context.Context, site string, bornes []admin.NewKiosk) (ids []string, err error)
	Usage(ctx context.Context, q admin.UsageQuery) ([]admin.UsageRow, error)
}

// Options of a simulation.
type Options struct {
	// Server is the central office's address, https.
	Server string
	// CAFile holds PEM certificates that are trusted beside the system's.
	CAFile string
	Kiosks int
	// For is how long bornes check in and count, before what is left is sent
	// and checked.
	For time.Duration
	// LongPolls is how many of the bornes hold their check-ins; the others
	// check in each Every.
	LongPolls int
	Every     time.Duration
	// CellsPerDay is how many cells each borne closes in a day; Day is the
	// time in which a day passes. They close by the hour, as on a borne.
	CellsPerDay int
	Day         time.Duration
	// Every line is down from OutageAt for OutageFor; 0 is never.
	OutageAt, OutageFor time.Duration
	// Drain bounds how long what is left may take to be sent.
	Drain time.Duration
	// CheckKiosks is how many bornes are checked cell by cell, beside the
	// whole site.
	CheckKiosks int
	// Progress is called every ProgressEvery; may be nil.
	Progress      func(Progress)
	ProgressEvery time.Duration
}

// Validate says what cannot be simulated.
func (o Options) Validate() error {
	switch {
	case o.Kiosks < 1:
		return fmt.Errorf("%w: simulate one borne at least", admin.ErrInvalid)
	case o.For <= 0:
		return fmt.Errorf("%w: say for how long", admin.ErrInvalid)
	case o.LongPolls < 0 || o.LongPolls > o.Kiosks:
		return fmt.Errorf("%w: %d of %d bornes cannot hold a long poll", admin.ErrInvalid, o.LongPolls, o.Kiosks)
	case o.LongPolls < o.Kiosks && o.Every <= 0:
		return fmt.Errorf("%w: say how often the bornes without long poll check in", admin.ErrInvalid)
	case o.LongPolls < o.Kiosks && o.Every < time.Second:
		return fmt.Errorf("%w: a borne checks in once a second at most: take %d bornes or more", admin.ErrInvalid,
			int(time.Duration(o.Kiosks-o.LongPolls)*time.Second/o.Every))
	case o.CellsPerDay < 0 || o.CellsPerDay > 0 && o.Day <= 0:
		return fmt.Errorf("%w: say in what time a day passes", admin.ErrInvalid)
	case (o.OutageFor > 0) != (o.OutageAt > 0) || o.OutageAt+o.OutageFor > o.For:
		return fmt.Errorf("%w: an outage begins after the start and ends within the simulation", admin.ErrInvalid)
	}
	return nil
}

// Progress is how a simulation stands.
type Progress struct {
	Elapsed time.Duration `json:"elapsed_ns"`
	// CheckIns per second since the last Progress, those that were held too.
	CheckInsPerSecond float64 `json:"check_ins_per_second"`
	// Holding is how many check-ins are held by the central office now.
	Holding int `json:"holding"`
	// Closed, and Acknowledged of them, are cells.
	Closed       uint64 `json:"closed"`
	Acknowledged uint64 `json:"acknowledged"`
	Errors       int    `json:"errors"`
	LineDown     bool   `json:"line_down"`
}
