package admin

import "time"

// Release is a published bundle. Its archive is kept apart.
type Release struct {
	Version uint64 `json:"version"`
	// SHA256, in hex, and Size, in bytes, are those of the archive.
	SHA256 string `json:"sha256"`
	Size   int64  `json:"size"`
	// ManifestSHA256, in hex, is what the next release names as Previous.
	ManifestSHA256 string `json:"manifest_sha256"`
	// Groups it is meant for; none means every borne.
	Groups    []string  `json:"groups,omitempty"`
	NotBefore time.Time `json:"not_before"`
	Expires   time.Time `json:"expires"`
	Author    string    `json:"author"`
	Created   time.Time `json:"created"`
	// Comment says in a few words what changed.
	Comment string `json:"comment,omitempty"`
	// Applied and Wanted count the bornes that run it, or a newer one, and
	// those that should.
	Applied int `json:"applied"`
	Wanted  int `json:"wanted"`
}
