package kiosk

import "time"

// Manifest heads a configuration bundle. The bundle is signed over the exact
// bytes of the manifest, which holds the hash of every file.
type Manifest struct {
	// Version only ever grows; a borne refuses one that is not above its own.
	Version uint64 `json:"version"`
	// Organisation and Groups say whom the bundle is for; no group means all.
	Organisation string   `json:"organisation"`
	Groups       []string `json:"groups,omitempty"`
	// NotBefore and Expires bound its use. An expired bundle raises an alarm
	// and stays in use.
	NotBefore time.Time `json:"not_before"`
	Expires   time.Time `json:"expires"`
	// Previous is the SHA-256, in hex, of the manifest that this one follows.
	Previous string `json:"previous,omitempty"`
	// Files maps the name of each file to its SHA-256 in hex.
	Files map[string]string `json:"files"`
}

// Configuration is what a bundle holds once loaded and checked.
type Configuration struct {
	Version   uint64    `json:"version"`
	Catalogue Catalogue `json:"catalogue"`
	Policy    Policy    `json:"policy"`
	Settings  Settings  `json:"settings"`
}
