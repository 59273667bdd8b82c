package session

import (
	"fmt"
	"time"

	"borne/kiosk"
)

// How long the maintenance screen lasts. Time runs from the last touch, and
// has an end whatever is touched.
const (
	codeFor, codeMost         = time.Minute, 3 * time.Minute
	maintainFor, maintainMost = 5 * time.Minute, 2 * time.Hour
)

// maintained reports whether a technician is there, or somebody who is asked
// for the code.
func (s State) maintained() bool { return s.MaintainedUntil > 0 }

// askMaintenance asks for the code, when nobody visits and the last visit is
// over. The browser that waits is wiped: a code is never typed while one lives.
func (s State) askMaintenance(m Moment) (State, []Effect) {
	switch s.Phase {
	case kiosk.Ready, kiosk.Closed, kiosk.OutOfService, kiosk.Starting:
	case kiosk.MaintenanceCode, kiosk.Maintenance:
		return s.maintenanceTouched(m), nil
	case kiosk.Choosing, kiosk.Visiting:
		return s, refuse(kiosk.ErrSessionActive)
	default:
		return s, refuse(kiosk.ErrNotReady)
	}
	if s.Wiping || s.HadSession || s.Exiting || s.BundleWaits || s.Phase == kiosk.Starting && !s.Proved {
		return s, refuse(kiosk.ErrNotReady)
	}
	s.Phase, s.MaintainedSince, s.RetryAt = kiosk.MaintenanceCode, m.Elapsed, 0
	s = s.maintenanceTouched(m)
	if s.Browser == noBrowser {
		return s, nil
	}
	return s.wipe(m)
}

// openMaintenance follows a right code, which is checked elsewhere.
func (s State) openMaintenance(m Moment) (State, []Effect) {
	switch {
	case s.Phase != kiosk.MaintenanceCode:
		return s, refuse(fmt.Errorf("%w: nobody was asked for a code", kiosk.ErrBadArgument))
	case s.Wiping || s.Browser != noBrowser:
		return s, refuse(kiosk.ErrNotReady)
	}
	s.Phase, s.MaintainedSince, s.Proved = kiosk.Maintenance, m.Elapsed, false
	return s.maintenanceTouched(m), nil
}

// maintenanceTouched lets the screen stay a little longer.
func (s State) maintenanceTouched(m Moment) State {
	last, most := codeFor, codeMost
	if s.Phase == kiosk.Maintenance {
		last, most = maintainFor, maintainMost
	}
	s.MaintainedUntil = min(m.Elapsed+last, s.MaintainedSince+most)
	return s
}

// leaveMaintenance goes back to visitors, through the wipe that stands between
// any two.
func (s State) leaveMaintenance(m Moment) (State, []Effect) {
	s.MaintainedSince, s.MaintainedUntil = 0, 0
	s.Phase = kiosk.Starting
	return s.wipe(m)
}
