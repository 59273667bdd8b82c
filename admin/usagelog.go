package admin

import "time"

// UsageLog is one usage log of a borne, as far as it has come. A borne has one,
// and another for each time that it had to begin anew.
type UsageLog struct {
	Epoch string `json:"epoch"`
	// Held is the number up to which every counter is here.
	Held uint64 `json:"held"`
	// Began is when it was first heard of, Last when something new last came.
	Began time.Time `json:"began"`
	Last  time.Time `json:"last"`
	// MissingFrom and MissingTo are the numbers that have not come though later
	// ones have, both included; 0 for none. They were asked for since Since.
	MissingFrom uint64    `json:"missing_from,omitempty"`
	MissingTo   uint64    `json:"missing_to,omitempty"`
	Since       time.Time `json:"missing_since,omitzero"`
	// Apart are counters that came while the borne was quarantined or revoked:
	// they are in no figure until an operator has decided.
	Apart Apart `json:"apart,omitzero"`
}

// Missing is how many counters have not come though later ones have.
func (l UsageLog) Missing() uint64 {
	if l.MissingFrom == 0 || l.MissingTo < l.MissingFrom {
		return 0
	}
	return l.MissingTo - l.MissingFrom + 1
}

// Apart says what is kept apart of a usage log.
type Apart struct {
	Cells int `json:"cells"`
	// FirstDay and LastDay are the days that they count, "2006-01-02".
	FirstDay string `json:"first_day"`
	LastDay  string `json:"last_day"`
	// Since is when the first of them came.
	Since time.Time `json:"since"`
}

// IsZero reports whether nothing is kept apart.
func (a Apart) IsZero() bool { return a.Cells == 0 }
