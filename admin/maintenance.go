package admin

import "time"

// MaintenanceCode opens one borne's maintenance screen, once.
type MaintenanceCode struct {
	Code string `json:"code"`
	// Until is when it no longer opens, by the borne's own clock.
	Until time.Time `json:"until"`
}
