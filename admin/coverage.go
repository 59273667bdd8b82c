package admin

import "time"

// Enrolled is how many bornes of a site, not revoked, were enrolled in an hour:
// enough to know the day in any zone of whole hours, and few rows for a large
// fleet.
type Enrolled struct {
	Site   string
	Hour   time.Time
	Kiosks int
}
