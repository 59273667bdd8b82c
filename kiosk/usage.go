package kiosk

import (
	"fmt"
	"slices"
	"time"
)

// CellKind is one kind of counter.
type CellKind string

// The kinds that a borne counts today; docs/usage.md says why each dimension
// is needed.
const (
	CellSession      CellKind = "session"      // hour; how it ended, duration band
	CellVisit        CellKind = "visit"        // day; service, duration band
	CellInclusion    CellKind = "inclusion"    // day; language
	CellAid          CellKind = "aid"          // day; which aid
	CellHelp         CellKind = "help"         // day; service, answer-time band
	CellOutcome      CellKind = "outcome"      // day; service or none, finished or not
	CellSatisfaction CellKind = "satisfaction" // day; service or none, face
	CellAutonomy     CellKind = "autonomy"     // day; service or none, how far alone
	CellRefusal      CellKind = "refusal"      // day; why, service or none
	CellDevice       CellKind = "device"       // day; what happened, service or none
	CellAvailability CellKind = "availability" // hour; open, closed, out of service or offline: minutes
)

// None is the value of a dimension that does not apply: "non communiqué".
const None = "none"

// Cell is a counter, never an event: Count things of this kind happened in
// that day or hour. Two kinds share the time and one dimension at most, and
// those kept by hour say nothing of services or languages, so that no cells
// can be joined into a visit. A test of kiosk/usage states the rule and its one
// exception, the band of a duration. The tables of kiosk/usage list every value
// too: a new one needs a migration there.
type Cell struct {
	Key
	Count uint64 `json:"count"`
}

// Key identifies a cell on one borne.
type Key struct {
	Kind CellKind `json:"kind"`
	// Day is "2006-01-02" in Europe/Paris.
	Day string `json:"day"`
	// Hour is 0 to 23 in Europe/Paris, or NoHour for kinds kept by day.
	Hour int `json:"hour"`
	// First and Second are the kind's dimensions, None where one does not
	// apply. Their values come from closed lists or from the catalogue.
	First  string `json:"first"`
	Second string `json:"second"`
}

// NoHour is the hour of a cell kept by day.
const NoHour = -1

// Dimension is one axis of a kind.
type Dimension struct {
	Name string
	// Values is the closed list of values; nil means ids of the catalogue's
	// services (and None).
	Values []string
	// Reason says why it is needed, for a data protection officer.
	Reason string
}

// KindDefinition fixes what a kind counts.
type KindDefinition struct {
	Kind   CellKind
	Hourly bool
	First  Dimension
	Second Dimension
	Reason string
}

// What device cells count.
const (
	DeviceRefusedHost  = "refused-host"
	DeviceRefusedNoise = "refused-noise"
	DeviceHostAdded    = "host-added"
	DeviceUpload       = "upload"
	DeviceDownload     = "download"
	DeviceWipeClean    = "wipe-clean"
	DeviceWipeFault    = "wipe-fault"
	DeviceEvicted      = "evicted"
	DeviceLogLost      = "log-lost"      // the usage log was damaged and began anew
	DeviceShellRenewed = "shell-renewed" // the shell was started anew between visitors, for its memory
	DeviceBrowserHung  = "browser-hung"  // the browser was ended because it no longer answered
	DevicePages        = "pages"         // that came out of the printer
	DevicePrintFault   = "print-fault"   // a document that did not come out
	DeviceSaved        = "saved"         // a document that somebody kept on a USB key
	DeviceSaveFault    = "save-fault"    // one that the key did not take
)

// What availability cells count, in minutes.
const (
	AvailableOpen         = "open"
	AvailableOutOfService = "out-of-service"
	AvailableOffline      = "offline"
	AvailableClosed       = "closed" // by its opening hours, or by staff
)

// NotAnswered is the answer-time band of a call that nobody answered.
const NotAnswered = "unanswered"

// unused is the dimension of a kind that has only one.
var unused = Dimension{Name: "unused", Values: []string{None}, Reason: "not used by this kind"}

// Kinds returns the definition of every kind.
func Kinds() []KindDefinition {
	ends, refusals := values(EndReasons()), values(RefusalReasons())
	service := Dimension{Name: "service", Reason: "what the borne is used for"}
	// A power cut leaves no duration: it is not communicated.
	duration := append(DurationBands(), None)
	return []KindDefinition{
		{CellSession, true, Dimension{"end", ends, "abandonment and faults must be seen"},
			Dimension{"duration", duration, "how long people need"}, "affluence by hour"},
		{CellVisit, false, service,
			Dimension{"duration", duration, "which sites take long"}, "use by service and theme"},
		{CellInclusion, false, Dimension{"language", append([]string{None}, values(Languages())...), "languages to staff for"},
			unused, "who is reached, without knowing who"},
		// What one person cannot see, read or hold stands beside nothing else.
		{CellAid, false, Dimension{"aid", values(Aids()), "which aids are used, so that they are kept and improved"},
			unused, "visits in which an aid was used"},
		{CellHelp, false, service,
			Dimension{"answer", append(AnswerBands(), NotAnswered), "whether help comes in time"}, "which sites need help"},
		{CellOutcome, false, service, Dimension{"outcome", values(Outcomes()), "whether people get there"},
			"which procedures people finish here"},
		{CellSatisfaction, false, service, Dimension{"face", values(Faces()), "how it was, in three faces"},
			"which sites people find hard"},
		{CellAutonomy, false, service, Dimension{"autonomy", values(Autonomies()), "how far people manage alone, as La Coop counts it"},
			"which procedures need somebody beside the person"},
		{CellRefusal, false, Dimension{"reason", refusals, "which lock held, and which site trips it"}, service,
			"ways out that were tried, and sites whose list lacks something"},
		{CellDevice, false, Dimension{"what", []string{DeviceRefusedHost, DeviceRefusedNoise, DeviceHostAdded, DeviceUpload, DeviceDownload,
			DeviceWipeClean, DeviceWipeFault, DeviceEvicted, DeviceLogLost, DeviceShellRenewed, DeviceBrowserHung, DevicePages, DevicePrintFault,
			DeviceSaved, DeviceSaveFault}, "friction and faults"}, service, "friction by service; proof of wipes"},
		{CellAvailability, true, Dimension{"what", []string{AvailableOpen, AvailableOutOfService, AvailableOffline, AvailableClosed},
			"whether the borne served"}, unused, "minutes of service"},
	}
}

func values[T ~string](list []T) []string {
	var vs []string
	for _, v := range list {
		vs = append(vs, string(v))
	}
	return vs
}

// Definition returns the definition of kind; ok is false when there is none.
func Definition(kind CellKind) (d KindDefinition, ok bool) {
	for _, d := range Kinds() {
		if d.Kind == kind {
			return d, true
		}
	}
	return KindDefinition{}, false
}

// Validate checks that a key is one that its kind allows. isService tells
// whether an id may stand for a service; nil allows any id of the right form,
// since the central office sees catalogues that it no longer holds.
func (k Key) Validate(isService func(string) bool) error {
	d, ok := Definition(k.Kind)
	if !ok {
		return fmt.Errorf("cell kind %q is unknown", k.Kind)
	}
	return d.Check(k, isService)
}

// Check is Key.Validate for a key of this kind, for who checks many.
func (d KindDefinition) Check(k Key, isService func(string) bool) error {
	if k.Kind != d.Kind {
		return fmt.Errorf("cell kind %q is not %q", k.Kind, d.Kind)
	}
	if t, err := time.Parse(time.DateOnly, k.Day); err != nil || t.Format(time.DateOnly) != k.Day {
		return fmt.Errorf("cell day %q is not a date like 2006-01-02", k.Day)
	}
	if d.Hourly && (k.Hour < 0 || k.Hour > 23) || !d.Hourly && k.Hour != NoHour {
		return fmt.Errorf("cell hour %d does not fit kind %s", k.Hour, k.Kind)
	}
	for _, v := range []struct {
		d     Dimension
		value string
	}{{d.First, k.First}, {d.Second, k.Second}} {
		switch {
		case v.d.Values != nil && !slices.Contains(v.d.Values, v.value):
			return fmt.Errorf("cell %s: %s %q is not one of %v", k.Kind, v.d.Name, v.value, v.d.Values)
		case v.d.Values == nil && v.value != None && (!ValidID(v.value) || isService != nil && !isService(v.value)):
			return fmt.Errorf("cell %s: %s %q is not an id of the catalogue", k.Kind, v.d.Name, v.value)
		}
	}
	return nil
}

// ValidID reports whether s has the form of a service or theme id: one to 40
// lower-case ASCII letters, digits and hyphens, with a letter first.
func ValidID(s string) bool {
	if len(s) == 0 || len(s) > 40 || s[0] < 'a' || s[0] > 'z' {
		return false
	}
	for _, c := range []byte(s) {
		if (c < 'a' || c > 'z') && (c < '0' || c > '9') && c != '-' {
			return false
		}
	}
	return true
}

// bands are upper bounds and their names, in order.
type band struct {
	under time.Duration
	name  string
}

// The State's own bands are under 30 minutes, 30 to 60, 1 to 2 hours and
// above (La Coop de la médiation numérique); ours are finer under 30.
var durationBands = []band{
	{5 * time.Minute, "0-5"}, {15 * time.Minute, "5-15"}, {30 * time.Minute, "15-30"},
	{time.Hour, "30-60"}, {2 * time.Hour, "60-120"}, {1<<63 - 1, "120+"},
}

var answerBands = []band{
	{time.Minute, "0-1"}, {5 * time.Minute, "1-5"}, {15 * time.Minute, "5-15"}, {1<<63 - 1, "15+"},
}

// DurationBands lists the duration bands, in minutes, shortest first.
func DurationBands() []string { return bandNames(durationBands) }

// AnswerBands lists the bands of the time to answer a call, in minutes.
func AnswerBands() []string { return bandNames(answerBands) }

// DurationBand returns the band that d falls in.
func DurationBand(d time.Duration) string { return bandOf(durationBands, d) }

// AnswerBand returns the band that an answer after d falls in.
func AnswerBand(d time.Duration) string { return bandOf(answerBands, d) }

func bandNames(bs []band) []string {
	var names []string
	for _, b := range bs {
		names = append(names, b.name)
	}
	return names
}

func bandOf(bs []band, d time.Duration) string {
	for _, b := range bs {
		if d < b.under {
			return b.name
		}
	}
	return bs[len(bs)-1].name
}

// SequencedCell is a closed cell on its way to the central office. A sequence
// number never changes its content, so sending it twice changes nothing.
type SequencedCell struct {
	Seq uint64 `json:"seq"`
	Cell
}

// CellBatch is what a borne sends, at most MaxBatchCells and MaxBatchBytes.
type CellBatch struct {
	// Epoch is random per database: a borne that lost its log starts anew.
	Epoch string          `json:"epoch"`
	Cells []SequencedCell `json:"cells"`
}

// Limits of a batch, before compression.
const (
	MaxBatchCells = 500
	MaxBatchBytes = 256 << 10
)

// Watermark is the answer to a batch: the central office holds every sequence
// number up to Seq of that epoch.
type Watermark struct {
	Epoch string `json:"epoch"`
	Seq   uint64 `json:"seq"`
}
