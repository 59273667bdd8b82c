package kiosk

import "time"

// State is what the borne is doing, as the bus property State tells it.
type State string

// The states. The zero value is not a state: a client that sees it knows
// nothing yet and shows "un instant".
const (
	// Starting: the last visit is not yet proved gone. No visitor.
	Starting State = "starting"
	// Ready: nobody is here; the first screen invites.
	Ready State = "ready"
	// Choosing: a session is on and the shell is in front.
	Choosing State = "choosing"
	// Visiting: a session is on and an official site is in front.
	Visiting State = "visiting"
	// Ending: the session is being wiped. No visitor.
	Ending State = "ending"
	// Closed: staff or opening hours closed the borne.
	Closed State = "closed"
	// OutOfService: a wipe could not be proved, or a fault persists.
	OutOfService State = "out-of-service"
	// MaintenanceCode: somebody touched what opens the maintenance screen, and
	// is asked for the code. Maintenance: a technician gave it. No visitor.
	MaintenanceCode State = "maintenance-code"
	Maintenance     State = "maintenance"
)

// InSession reports whether a visitor is at the borne in this state.
func (s State) InSession() bool { return s == Choosing || s == Visiting }

// Notice is what the shell must tell the visitor over the present screen.
type Notice string

// The notices.
const (
	NoNotice Notice = ""
	// Opening: the chosen site is on its way.
	Opening Notice = "opening"
	// IdleWarning: no input for a while; the session ends at Deadline.
	IdleWarning Notice = "idle-warning"
	// LimitWarning: the session ends at Deadline.
	LimitWarning Notice = "limit-warning"
	// PickFile: the site asks for a file; the shell offers those there are.
	PickFile Notice = "pick-file"
	// Blocked: a page outside the allowlist was asked for.
	Blocked Notice = "blocked"
	// Unreachable: an allowed site does not answer.
	Unreachable Notice = "unreachable"
)

// Help is where a call for a mediator stands.
type Help string

// The stages of a call for help.
const (
	NoHelp     Help = ""
	HelpCalled Help = "called"
	HelpComing Help = "coming"
)

// EndReason says how a session ended. Counters keep it; nothing else does.
type EndReason string

// The reasons for an end.
const (
	EndButton  EndReason = "button"
	EndIdle    EndReason = "idle"
	EndLimit   EndReason = "limit"
	EndStaff   EndReason = "staff"
	EndBrowser EndReason = "browser-fault"
	EndShell   EndReason = "shell-fault"
	EndStop    EndReason = "stop"
	EndPower   EndReason = "power"
)

// EndReasons lists every reason, for checks and counters.
func EndReasons() []EndReason {
	return []EndReason{EndButton, EndIdle, EndLimit, EndStaff, EndBrowser, EndShell, EndStop, EndPower}
}

// Snapshot is what the bus tells of the borne at one moment.
type Snapshot struct {
	State State `json:"state"`
	// Reason explains Closed and OutOfService to staff, in English.
	Reason   string    `json:"reason,omitempty"`
	Notice   Notice    `json:"notice,omitempty"`
	Help     Help      `json:"help,omitempty"`
	Language Language  `json:"language,omitempty"`
	Service  ServiceID `json:"service,omitempty"`
	// BlockedHost and BlockedReason say what was refused while the notice is
	// Blocked. The host is for the visitor's eyes: it is written nowhere.
	BlockedHost   string `json:"blocked_host,omitempty"`
	BlockedReason Reason `json:"blocked_reason,omitempty"`
	// Deadline is when the session ends unless something happens; zero when
	// nothing runs out soon. It carries a monotonic reading.
	Deadline time.Time `json:"deadline,omitzero"`
	// OpensAt is when a borne that its opening hours closed opens again; zero
	// when staff closed it, or when it never does.
	OpensAt time.Time `json:"opens_at,omitzero"`
	// Questions is true from the end of a visit until its Report came, or the
	// next visit begins: the shell may ask how it went.
	Questions bool `json:"questions,omitempty"`
	// Message is a technician's word to the visitor or to staff.
	Message string `json:"message,omitempty"`
}

// Proof is the outcome of looking for leftovers of a session.
type Proof struct {
	// Clean is true only when the search was complete and found nothing.
	Clean bool `json:"clean"`
	// Leftovers names what was found, as kinds and counts, never content:
	// "2 processes of the session", "1 file in /dev/shm".
	Leftovers []string `json:"leftovers,omitempty"`
	// Took is how long the search alone lasted.
	Took time.Duration `json:"took"`
}
