package fleet

import (
	"fmt"
	"time"

	"borne/kiosk"
)

// Names of the agent's lines in a borne's health.
const (
	FactOffice = "central-office"
	FactClock  = "clock"
)

// staleAfter is when silence of the central office is worth a warning: several
// long polls and backoffs.
const staleAfter = 15 * time.Minute

// clockTolerance is how wrong a clock may be without a word.
const clockTolerance = 2 * time.Minute

// Status says how the connection with the central office is.
type Status struct {
	Enrolled bool   `json:"enrolled"`
	Server   string `json:"server,omitempty"`
	KioskID  string `json:"kiosk_id,omitempty"`
	Name     string `json:"name,omitempty"`
	// LastContact is the last check-in that went well, by the central
	// office's clock; zero when there was none since borned started.
	LastContact time.Time `json:"last_contact,omitzero"`
	// ClockOffset is what to add to the machine's clock.
	ClockOffset time.Duration `json:"clock_offset_ns"`
	// Problem says what went wrong last, in words; empty when nothing did
	// since.
	Problem string `json:"problem,omitempty"`

	contact time.Time // monotonic
}

// Status returns how the connection is now.
func (a *Agent) Status() Status {
	a.mu.Lock()
	defer a.mu.Unlock()
	s := a.status
	s.ClockOffset = a.offset
	if a.identity != nil {
		s.Enrolled, s.Server, s.KioskID, s.Name = true, a.identity.Server, a.identity.KioskID, a.identity.Name
	}
	return s
}

// Health returns the agent's lines for a borne's health.
func (a *Agent) Health() []kiosk.Fact {
	s := a.Status()
	office := kiosk.Fact{Name: FactOffice, Level: kiosk.LevelOK, Detail: "heard by " + s.Server}
	switch {
	case !s.Enrolled:
		office.Level, office.Detail = kiosk.LevelWarn, kiosk.ErrNotEnrolled.Error()
	case s.Problem != "":
		office.Level, office.Detail = kiosk.LevelWarn, s.Problem
	case s.contact.IsZero():
		office.Detail = "not asked yet"
	case time.Since(s.contact) > staleAfter:
		office.Level, office.Detail = kiosk.LevelWarn, "no contact since "+s.LastContact.UTC().Format(time.RFC3339)
	}
	facts := []kiosk.Fact{office}
	if s.ClockOffset.Abs() > clockTolerance {
		facts = append(facts, kiosk.Fact{Name: FactClock, Level: kiosk.LevelWarn,
			Detail: fmt.Sprintf("the machine's clock is wrong by %s: check its battery and the time service", s.ClockOffset.Abs().Round(time.Second))})
	}
	return facts
}

// contacted notes a check-in that went well.
func (a *Agent) contacted() {
	now := a.officeTime()
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.status.contact.IsZero() {
		a.log.Info("fleet: in contact with the central office")
	}
	a.status.LastContact, a.status.contact = now, time.Now()
}

// settled notes how all that followed went.
func (a *Agent) settled(err error) {
	if err != nil {
		a.failed(err)
		return
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.status.Problem != "" {
		a.log.Info("fleet: all is well again with the central office")
	}
	a.status.Problem = ""
}

// failed notes a problem, and logs it when it is not the one of the last time.
func (a *Agent) failed(err error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if text := clean(err.Error()); text != a.status.Problem {
		a.log.Warn("fleet: " + text)
		a.status.Problem = text
	}
}
