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
	screenDocuments   screenID = "documents"
	screenPrint       screenID = "print"
	screenSave        screenID = "save"
	screenScan        screenID = "scan"
	screenConfirm     screenID = "confirm"
	screenEnding      screenID = "ending"
	screenFaces       screenID = "faces"
	screenOutcome     screenID = "outcome"
	screenAutonomy    screenID = "autonomy"
	screenErased      screenID = "erased"
	screenClosed      screenID = "closed"
	screenOut         screenID = "out-of-service"
	screenUrgent      screenID = "urgent"
	screenDirectory   screenID = "directory"
	screenAids        screenID = "aids"
	screenVoice       screenID = "voice"
	screenSearch      screenID = "search"
	screenAttract     screenID = "attract"
	screenLesson      screenID = "lesson"
	screenLessonType  screenID = "lesson-type"
	screenCode        screenID = "code"
	screenMaintenance screenID = "maintenance"
	screenEnrol       screenID = "enrol"
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
	aids     aids
	// mute is true when the screen is to be read aloud, and no voice speaks the
	// language.
	mute bool
	// reading is true while the page is read aloud.
	reading bool
	// bar is true while a visit is on: it is always there, so that no screen
	// is a dead end.
	bar bool
	// keyboard is true while the on-screen keyboard is there, searched the
	// revision of what was searched.
	keyboard bool
	searched int
	// letter is the one that the lesson's keyboard typed.
	letter string
	// technical is the revision of the technician's screen.
	technical int
	timed     bool
	help      kiosk.Help
	message   string
	failed    bool
	theme     kiosk.ThemeID
	service   kiosk.ServiceID
	page      int
	// practising is true over the practice pages.
	practising bool
	// files is the revision of what may be given, on the screens that show it.
	files int
	// host and reason are what was refused, on the screen that says so.
	host   string
	reason kiosk.Reason
	// onSite is true when an end is asked over a site, proved when the wipe of
	// the visit that ended is, over when it did not end by its button.
	onSite, proved, over bool
	// opens says when a closed borne opens, reasonForStaff why it is out of
	// service.
	opens, reasonForStaff string
}

// choice is where the visitor is among the shell's own screens, and what the
// shell shows for a moment before borned has answered.
type choice struct {
	theme   kiosk.ThemeID
	service kiosk.ServiceID
	// lesson is where the visitor is in it, letter what was typed there, and
	// attract the place of the invitation's language, from 1.
	lesson     lessonStep
	letter     string
	attract    int
	homePage   int
	themePage  int
	needsPage  int
	confirming bool
	// card is what is read over the other screens, and its page.
	card     card
	cardPage int
	// aids is true while the visitor chooses sizes and colours, searching while
	// a service is searched by its name.
	aids, searching bool
	// voice is true while the visitor chooses, from there, how the voice speaks.
	voice bool
	// documents is where the visitor is among the visit's documents, paper what
	// is to be printed; viewed is true while one lies in the browser. kept is
	// what is to be kept on the USB key, keeping is true once that was asked for.
	documents documentsStep
	paper     string
	kept      string
	keeping   bool
	viewed    bool
	// after is what follows a visit; proved and over are as in a view.
	after        afterStep
	proved, over bool
	failed       bool
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
	case screenPage:
		v.practising = s.Service == kiosk.Practice
	case screenTheme:
		v.page, v.theme = c.themePage, c.theme
	case screenUrgent, screenDirectory:
		v.page = c.cardPage
	case screenLesson, screenLessonType:
		v.page, v.letter = int(c.lesson), c.letter
	case screenAttract:
		v.page = c.attract - 1
	case screenNeeds:
		v.service, v.page = c.service, c.needsPage
	case screenBlocked:
		v.host, v.reason = readableHost(s.BlockedHost), s.BlockedReason
	case screenIdle, screenLimit:
		v.timed = false // the screen itself says how long
	case screenConfirm:
		v.onSite = s.State == kiosk.Visiting && s.Service != kiosk.Practice // practice has nothing to sign out of
	case screenEnding:
		v.bar, v.over = false, c.over && s.State == kiosk.Ending
	case screenFaces, screenOutcome, screenAutonomy, screenErased:
		v.proved, v.over = c.proved, c.over
	case screenOut:
		v.reasonForStaff = forStaff(s)
	}
	return v
}

func (c choice) screen(s kiosk.Snapshot) screenID {
	if screen := c.afterScreen(s.State); screen != "" {
		return screen
	}
	if c.cardScreen(s) != "" && !s.State.InSession() && s.State != kiosk.Ending {
		return c.cardScreen(s)
	}
	switch s.State {
	case kiosk.Ready:
		if c.aids {
			return c.aidsScreen()
		}
		if c.lesson != lessonAway {
			return c.lesson.screen()
		}
		if c.attract > 0 {
			return screenAttract
		}
		return screenReady
	case kiosk.Ending:
		return screenEnding
	case kiosk.Closed:
		return screenClosed
	case kiosk.OutOfService:
		return screenOut
	case kiosk.MaintenanceCode:
		return screenCode
	case kiosk.Maintenance:
		return screenMaintenance
	case kiosk.Choosing, kiosk.Visiting:
		return c.visitScreen(s)
	}
	return screenStarting
}

// afterScreen is what follows a visit, "" when nothing does. It stays over a
// borne that prepares for the next visitor, but says nothing of a wipe that is
// not proved.
func (c choice) afterScreen(state kiosk.State) screenID {
	switch state {
	case kiosk.Ending, kiosk.Starting, kiosk.Ready, kiosk.Closed:
	default:
		return ""
	}
	switch {
	case c.after == afterFace:
		return screenFaces
	case c.after == afterOutcome:
		return screenOutcome
	case c.after == afterAutonomy:
		return screenAutonomy
	case c.after == afterErased && c.proved:
		return screenErased
	case c.after == afterErased:
		return screenEnding
	}
	return ""
}

func (c choice) aidsScreen() screenID {
	if c.voice {
		return screenVoice
	}
	return screenAids
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
	case c.cardScreen(s) != "":
		return c.cardScreen(s)
	case c.aids:
		return c.aidsScreen()
	case c.documents == documentsList && s.Notice != kiosk.Opening && s.Notice != kiosk.PickFile:
		return screenDocuments
	case c.documents == documentsPrint && s.Notice != kiosk.Opening && s.Notice != kiosk.PickFile:
		return screenPrint
	case c.documents == documentsSave && s.Notice != kiosk.Opening && s.Notice != kiosk.PickFile:
		return screenSave
	case c.documents == documentsScan && s.Notice != kiosk.Opening && s.Notice != kiosk.PickFile:
		return screenScan
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
	case c.lesson != lessonAway:
		return c.lesson.screen()
	case c.service != "":
		return screenNeeds
	case c.searching:
		return screenSearch
	case c.theme != "":
		return screenTheme
	}
	return screenHome
}
