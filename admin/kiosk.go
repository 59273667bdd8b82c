package admin

import (
	"crypto/ed25519"
	"time"

	"borne/kiosk"
)

// Standing says whether the central office listens to a borne.
type Standing string

// The standings. The zero value is none of them and is refused.
const (
	Active Standing = "active"
	// Quarantined: its log or key turned up where it should not; it is
	// answered 403 until a technician decides.
	Quarantined Standing = "quarantined"
	// Revoked: sold, stolen or scrapped; it has to enrol anew.
	Revoked Standing = "revoked"
)

// OfflineAfter is how long after its last word a borne counts as offline: two
// long polls and some patience for a slow network.
const OfflineAfter = 3 * time.Minute

// Kiosk is a borne as the central office knows it.
type Kiosk struct {
	ID        string            `json:"id"`
	Name      string            `json:"name"`
	Site      string            `json:"site"`
	SiteName  string            `json:"site_name"`
	Groups    []string          `json:"groups,omitempty"`
	PublicKey ed25519.PublicKey `json:"-"`
	Standing  Standing          `json:"standing"`
	// StandingReason says why it is quarantined or revoked.
	StandingReason string    `json:"standing_reason,omitempty"`
	Enrolled       time.Time `json:"enrolled"`
	// Status is what it last told; its Seen is zero before the first word.
	Status Status `json:"status"`
	// BundleWanted is the newest release meant for it, 0 for none.
	BundleWanted uint64 `json:"bundle_wanted"`
}

// Online reports whether the borne spoke recently enough.
func (k Kiosk) Online(now time.Time) bool {
	return !k.Status.Seen.IsZero() && now.Sub(k.Status.Seen) < max(OfflineAfter, 2*k.Status.Every+OfflineAfter/3)
}

// BundleLate reports whether the borne runs an older bundle than it should.
func (k Kiosk) BundleLate() bool { return k.Status.BundleVersion < k.BundleWanted }

// Status is a borne's last check-in, as it came.
type Status struct {
	Seen     time.Time      `json:"seen,omitzero"`
	State    kiosk.State    `json:"state,omitempty"`
	Reason   string         `json:"reason,omitempty"`
	Help     kiosk.Help     `json:"help,omitempty"`
	Versions kiosk.Versions `json:"versions"`
	Health   []kiosk.Fact   `json:"health,omitempty"`
	// BundleVersion is in use, 0 for the one that ships.
	BundleVersion uint64 `json:"bundle_version"`
	BundleFault   string `json:"bundle_fault,omitempty"`
	// ClockOffset is how far the borne's clock is ahead of ours.
	ClockOffset time.Duration `json:"clock_offset_ns"`
	// Pending is the number of cells that it has not yet brought.
	Pending uint64 `json:"pending"`
	// Every is its own rhythm, 0 when its check-ins are held.
	Every time.Duration `json:"every_ns,omitempty"`
}

// HealthLevel returns the worst level among the facts, LevelOK when there is none.
func (s Status) HealthLevel() kiosk.Level {
	worst := kiosk.LevelOK
	for _, f := range s.Health {
		switch {
		case f.Level == kiosk.LevelFail:
			return kiosk.LevelFail
		case f.Level != kiosk.LevelOK:
			worst = kiosk.LevelWarn
		}
	}
	return worst
}

// mostEvery bounds a rhythm in seconds: who is silent for longer is offline.
const mostEvery = 3600

// StatusOf turns a check-in into the status kept of it.
func StatusOf(c kiosk.CheckIn, now time.Time) Status {
	s := Status{
		Seen: now, State: c.State, Reason: c.Reason, Help: c.Help, Versions: c.Versions, Health: c.Health,
		BundleVersion: c.BundleVersion, BundleFault: c.BundleFault, Pending: c.Pending,
		Every: time.Duration(min(max(c.EverySeconds, 0), mostEvery)) * time.Second,
	}
	if !c.Clock.IsZero() {
		s.ClockOffset = c.Clock.Sub(now).Round(time.Millisecond)
	}
	return s
}

// NewKiosk is a borne whose key was made elsewhere, to be registered.
type NewKiosk struct {
	// Name may be empty: the central office then makes one.
	Name      string            `json:"name,omitempty" maxLength:"120"`
	Groups    []string          `json:"groups,omitempty" maxItems:"50"`
	PublicKey ed25519.PublicKey `json:"public_key" doc:"Ed25519, base64"`
}

// KioskFilter narrows a list of bornes; empty fields do not.
type KioskFilter struct {
	Site  string
	Group string
	// Text is looked for in names, without case.
	Text string
	// After is the id of the last borne of the previous page; Limit is the
	// size of a page, 0 for 1000.
	After string
	Limit int
}
