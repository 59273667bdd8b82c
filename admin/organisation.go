package admin

import "time"

// Organisation runs the bornes: a Caf, a département, a town.
type Organisation struct {
	// ID never changes: it is the audience of bundles, so that a change of
	// name does not make bornes refuse them.
	ID   string `json:"id"`
	Name string `json:"name"`
}

// Site is a place where bornes stand.
type Site struct {
	ID   string `json:"id"`
	Name string `json:"name"`
}

// EnrolmentCode lets one borne enrol, once, before it expires. Only its hash
// is kept: Code is filled when it is made and never again.
type EnrolmentCode struct {
	ID   string `json:"id"`
	Code string `json:"code,omitempty"`
	Site string `json:"site"`
	// KioskName is given to the borne that enrols with it.
	KioskName string    `json:"kiosk_name"`
	Groups    []string  `json:"groups,omitempty"`
	Author    string    `json:"author"`
	Created   time.Time `json:"created"`
	Expires   time.Time `json:"expires"`
	// Used is zero while the code may still be used.
	Used time.Time `json:"used,omitzero"`
}
