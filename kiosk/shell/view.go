package shell

import "borne/kiosk"

// screenID names a screen.
type screenID string

// Every screen, in the order of a visit.
const (
	screenStarting    screenID = "starting"
	screenReady       screenID = "ready"
	screenHome        screenID = "home"
	screenTheme       screenID = "theme"
	screenNeeds       screenID = "needs"
	screenOpening     screenID = "opening"
	screenPage        screenID = "page"
	screenIdle        screenID = "idle"
	screenLimit       screenID = "limit"
	screenBlocked     screenID = "blocked"
	screenUnreachable screenID = "unreachable"
	screenPick        screenID = "pick"
	screenConfirm     screenID = "confirm"
	screenEnding      screenID = "ending"
	screenErased      screenID = "erased"
	screenClosed      screenID = "closed"
	screenOut         screenID = "out-of-service"
)

// goingOn is pending between "Je continue" and borned's answer: a second tap
// must not ask for more time again. It is no screen.
const goingOn screenID = "going-on"

// giving is pending between the choice of a file and borned's answer.
const giving screenID = "giving"

// view is all that decides how the window looks, but the time left. Two equal
// views look the same, so an update that changes nothing draws nothing.
type view struct {
	screen   screenID
	language kiosk.Language
	// bar is true while a visit is on: it is always there, so that no screen
	// is a dead end.
	bar     bool
	timed   bool
	help    kiosk.Help
	message string
	failed  bool
	theme   kiosk.ThemeID
	service kiosk.ServiceID
	page    int
	// files is the revision of what may be given, on the screens that show it.
	files int
	// host and reason are what was refused, on the screen that says so.
	host   string
	reason kiosk.Reason
}

// choice is where the visitor is among the shell's own screens, and what the
// shell shows for a moment before borned has answered.
type choice struct {
	theme      kiosk.ThemeID
	service    kiosk.ServiceID
	homePage   int
	themePage  int
	confirming bool
	erased     bool
	failed     bool
	// pending is shown from a tap to borned's answer, so that a tap is seen.
	pending screenID
}

// view decides what is shown: what borned says first, then what the visitor
// is choosing.
func (c choice) view(s kiosk.Snapshot, language kiosk.Language) view {
	v := view{language: language, bar: s.State.InSession(), help: s.Help, message: s.Message, failed: c.failed,
		timed: s.State.InSession() && !s.Deadline.IsZero()}
	v.screen = c.screen(s)
	switch v.screen {
	case screenHome:
		v.page = c.homePage
	case screenTheme:
		v.page, v.theme = c.themePage, c.theme
	case screenNeeds:
		v.service = c.service
	case screenBlocked:
		v.host, v.reason = readableHost(s.BlockedHost), s.BlockedReason
	case screenIdle, screenLimit:
		v.timed = false // the screen itself says how long
	case screenEnding:
		v.bar = false
	}
	return v
}

func (c choice) screen(s kiosk.Snapshot) screenID {
	switch s.State {
	case kiosk.Ready:
		if c.erased {
			return screenErased
		}
		return screenReady
	case kiosk.Ending:
		return screenEnding
	case kiosk.Closed:
		return screenClosed
	case kiosk.OutOfService:
		return screenOut
	case kiosk.Choosing, kiosk.Visiting:
		return c.visitScreen(s)
	}
	return screenStarting
}

func (c choice) visitScreen(s kiosk.Snapshot) screenID {
	switch {
	case c.pending == screenEnding:
		return screenEnding
	case s.Notice == kiosk.IdleWarning:
		return screenIdle
	case s.Notice == kiosk.LimitWarning:
		return screenLimit
	case c.confirming:
		return screenConfirm
	case s.Notice == kiosk.Opening, c.pending == screenOpening:
		return screenOpening
	case s.Notice == kiosk.Blocked:
		return screenBlocked
	case s.Notice == kiosk.Unreachable:
		return screenUnreachable
	case s.Notice == kiosk.PickFile:
		return screenPick
	case s.State == kiosk.Visiting:
		return screenPage
	case c.service != "":
		return screenNeeds
	case c.theme != "":
		return screenTheme
	}
	return screenHome
}
