package kiosk

import "time"

// Settings are what an organisation chooses for its bornes. The zero value is
// not usable: DefaultSettings gives the field's defaults.
type Settings struct {
	// Organisation and Site are shown to visitors: "Caf du Gard", "Nîmes".
	Organisation string `json:"organisation"`
	Site         string `json:"site"`
	// Colour takes the place of the shell's own, and Logo, a PNG picture, stands
	// on the first screen; empty for neither.
	Colour Colour `json:"colour,omitempty"`
	Logo   []byte `json:"logo,omitempty"`
	// Languages are offered on the first screen, in this order.
	Languages []Language `json:"languages"`
	// IdleTimeout without input ends a session; IdleWarning before that the
	// visitor is asked (at least 20 s, WCAG 2.2.1).
	IdleTimeout time.Duration `json:"idle_timeout"`
	IdleWarning time.Duration `json:"idle_warning"`
	// SessionLimit is the longest session, without extension. Extend adds
	// Extension, any number of times while the borne is open.
	SessionLimit time.Duration `json:"session_limit"`
	Extension    time.Duration `json:"extension"`
	// Opening closes the borne outside these hours.
	Opening OpeningHours `json:"opening,omitzero"`
	// Printing is off unless the organisation says otherwise.
	Printing Printing `json:"printing,omitzero"`
	// USB keeps nothing on visitors' keys unless the organisation says so.
	USB USB `json:"usb,omitzero"`
	// Scanning is off unless the organisation names its scanner.
	Scanning Scanning `json:"scanning,omitzero"`
	// ScreenDiagonal is the screen's, in millimetres, for bornes whose screen does
	// not say how large it is; 0 leaves it to the screen.
	ScreenDiagonal float64 `json:"screen_diagonal_mm,omitempty"`
	// Directory is who helps people in the house, in the order that they are
	// shown.
	Directory []Contact `json:"directory,omitempty"`
	// CACertificates are PEM certificates that the browser also trusts: the
	// private authority of an inspecting proxy, or of demonstration sites.
	CACertificates []string `json:"ca_certificates,omitempty"`
}

// DefaultSettings returns what a borne uses until its bundle says otherwise.
// Five minutes of idle time and ten extensions at least are the rules of
// docs/guides and WCAG 2.2.1.
func DefaultSettings() Settings {
	return Settings{
		Organisation: "Borne en libre-service",
		Languages:    Languages(),
		IdleTimeout:  5 * time.Minute,
		IdleWarning:  45 * time.Second,
		SessionLimit: time.Hour,
		Extension:    10 * time.Minute,
	}
}
