package indicators

import "borne/kiosk"

// Indicator is the key of a figure that periods and sites are compared by.
type Indicator string

// The indicators, as the JSON export names them. Their definitions, in French,
// stand beside the figures in admin/console.
const (
	Sessions        Indicator = "sessions"
	PerOpenDay      Indicator = "sessions_per_open_day"
	Occupancy       Indicator = "occupancy"
	Visits          Indicator = "visits"
	Finished        Indicator = "finished"
	WillReturn      Indicator = "will_return"
	Abandoned       Indicator = "idle_abandon"
	Long            Indicator = "sessions_of_30_minutes_or_more"
	HelpCalls       Indicator = "help_calls"
	HelpSoon        Indicator = "help_within_5_minutes"
	HelpUnanswered  Indicator = "help_unanswered"
	OtherLanguages  Indicator = "other_languages"
	WithAid         Indicator = "aids"
	Alone           Indicator = "alone"
	Happy           Indicator = "happy"
	RefusedPages    Indicator = "refused_pages"
	SessionFaults   Indicator = "session_faults"
	WipeFaults      Indicator = "wipe_faults"
	Availability    Indicator = "availability"
	MinutesOfOutage Indicator = "offline"
	CoverageShare   Indicator = "coverage"
)

// All lists every indicator, in the order that they are shown.
func All() []Indicator {
	return []Indicator{Sessions, PerOpenDay, Occupancy, Visits, Finished, WillReturn, Abandoned, Long, HelpCalls, HelpSoon, HelpUnanswered,
		OtherLanguages, WithAid, Alone, Happy, RefusedPages, SessionFaults, WipeFaults, Availability, MinutesOfOutage, CoverageShare}
}

// Form is how a value is read.
type Form string

// The forms.
const (
	Count Form = "count"
	// Share is a part of a whole, 0 to 1.
	Share Form = "share"
	// Rate is so many for each of something.
	Rate Form = "rate"
)

// Value is an indicator's figure. Of a share or a rate, N is divided by Of; it
// is not known where Of is 0: nobody answered, nothing was open. A count is N.
type Value struct {
	Form Form
	N    float64
	Of   uint64
}

// Known reports whether there is a figure; "non communiqué" otherwise.
func (v Value) Known() bool { return v.Form == Count || v.Of > 0 }

// Figure is the value itself, 0 when it is not known.
func (v Value) Figure() float64 {
	switch {
	case v.Form == Count:
		return v.N
	case v.Of == 0:
		return 0
	}
	return v.N / float64(v.Of)
}

// Change is how much v is above (or below, when negative) an earlier value: for
// counts and rates as a part of the earlier one, for shares the difference. It
// is not known when either is not, or when the earlier count is 0.
func (v Value) Change(earlier Value) (change float64, known bool) {
	switch {
	case !v.Known() || !earlier.Known():
		return 0, false
	case v.Form == Share:
		return v.Figure() - earlier.Figure(), true
	case earlier.Figure() == 0:
		return 0, false
	}
	return v.Figure()/earlier.Figure() - 1, true
}

// Value reckons an indicator. Shares of answers leave out "non communiqué",
// which is itself a figure beside them.
func (f Facts) Value(i Indicator) Value {
	count := func(n uint64) Value { return Value{Form: Count, N: float64(n)} }
	share := func(n, of uint64) Value { return Value{Share, float64(n), of} }
	answered := func(kind kiosk.CellKind) uint64 { return f.Total(kind) - f.Second(kind, kiosk.None) }
	switch i {
	case Sessions:
		return count(f.Total(kiosk.CellSession))
	case PerOpenDay:
		return Value{Rate, float64(f.Total(kiosk.CellSession)), uint64(f.OpenDays)}
	case Occupancy:
		// Outage of the network does not keep people from sitting there.
		return Value{Share, f.Busy(), f.First(kiosk.CellAvailability, kiosk.AvailableOpen, kiosk.AvailableOffline)}
	case Visits:
		return count(f.Total(kiosk.CellVisit))
	case Finished:
		return share(f.Second(kiosk.CellOutcome, string(kiosk.OutcomeDone)), answered(kiosk.CellOutcome))
	case WillReturn:
		return share(f.Second(kiosk.CellOutcome, string(kiosk.OutcomeLater)), answered(kiosk.CellOutcome))
	case Abandoned:
		return share(f.First(kiosk.CellSession, string(kiosk.EndIdle)), f.Total(kiosk.CellSession))
	case Long:
		return share(f.Second(kiosk.CellSession, "30-60", "60-120", "120+"), answered(kiosk.CellSession))
	case HelpCalls:
		return count(f.Total(kiosk.CellHelp))
	case HelpSoon:
		return share(f.Second(kiosk.CellHelp, "0-1", "1-5"), f.Total(kiosk.CellHelp))
	case HelpUnanswered:
		return share(f.Second(kiosk.CellHelp, kiosk.NotAnswered), f.Total(kiosk.CellHelp))
	case OtherLanguages:
		told := f.Total(kiosk.CellInclusion) - f.First(kiosk.CellInclusion, kiosk.None)
		french := f.First(kiosk.CellInclusion, string(kiosk.French)) + f.First(kiosk.CellInclusion, string(kiosk.EasyFrench))
		return share(told-french, told)
	case WithAid:
		return count(f.Total(kiosk.CellAid))
	case Alone:
		return share(f.Second(kiosk.CellAutonomy, string(kiosk.AutonomyAlone)), answered(kiosk.CellAutonomy))
	case Happy:
		return share(f.Second(kiosk.CellSatisfaction, string(kiosk.FaceHappy)), answered(kiosk.CellSatisfaction))
	case RefusedPages:
		return count(f.First(kiosk.CellDevice, kiosk.DeviceRefusedHost))
	case SessionFaults:
		return share(f.First(kiosk.CellSession, string(kiosk.EndBrowser), string(kiosk.EndShell), string(kiosk.EndPower)), f.Total(kiosk.CellSession))
	case WipeFaults:
		return count(f.First(kiosk.CellDevice, kiosk.DeviceWipeFault))
	case Availability:
		return share(f.First(kiosk.CellAvailability, kiosk.AvailableOpen), f.First(kiosk.CellAvailability, kiosk.AvailableOpen, kiosk.AvailableOffline, kiosk.AvailableOutOfService))
	case MinutesOfOutage:
		return share(f.First(kiosk.CellAvailability, kiosk.AvailableOffline), f.First(kiosk.CellAvailability, kiosk.AvailableOpen, kiosk.AvailableOffline, kiosk.AvailableOutOfService))
	case CoverageShare:
		return share(uint64(f.Coverage.Received), uint64(f.Coverage.Expected))
	}
	return Value{} // no form: never known
}
