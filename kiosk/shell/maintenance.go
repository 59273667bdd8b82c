package shell

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"strings"
	"time"

	"borne/kiosk"

	"fyne.io/fyne/v2"
)

// Maintenance is the way to the technician's screen and back.
type Maintenance interface {
	AskMaintenance(ctx context.Context) error
	OpenMaintenance(ctx context.Context, code string) error
	LeaveMaintenance(ctx context.Context) error
}

// Workshop is what a technician does there. borned refuses it while the screen
// is not open.
type Workshop interface {
	MaintenanceReport(ctx context.Context) (kiosk.MaintenanceReport, error)
	Maintain(ctx context.Context, a kiosk.MaintenanceAction) error
	EnrolHere(ctx context.Context, server, code string) (name string, err error)
}

const (
	// knocks within knockWithin on the corner ask for the code: more than
	// anybody touches by chance, and nothing that a visitor is shown.
	knocks      = 7
	knockWithin = 6 * time.Second
	// codeDigits is how long a code is.
	codeDigits = 8
	// reportEvery is how often the technician's screen is brought up to date.
	reportEvery = 5 * time.Second
	// enrolWithin bounds an enrolment, through a slow network.
	enrolWithin = 25 * time.Second
	// mostInField bounds what is typed into a field.
	mostInField = 120
)

// section is one page of the technician's screen; the zero value is the menu.
type section string

// The sections.
const (
	sectionMenu        section = ""
	sectionNetwork     section = "network"
	sectionEnrolment   section = "enrolment"
	sectionEnrol       section = "enrol" // with the keyboard
	sectionSound       section = "sound"
	sectionScreen      section = "screen"
	sectionPrinter     section = "printer"
	sectionDiagnostics section = "diagnostics"
	sectionVersions    section = "versions"
	sectionRestart     section = "restart"
	sectionReboot      section = "reboot" // asks again
)

// technician is what the technician's screen knows. It is forgotten as that
// goes.
type technician struct {
	knocked []time.Time
	// code is what was typed so far, fields are the address of a central office
	// and its code, and field is the one that is written in.
	code   []rune
	fields [2][]rune
	field  int

	section section
	page    int
	report  kiosk.MaintenanceReport
	known   bool
	// says is what came of the last touch, wrong is true when it failed.
	says  string
	wrong bool
	// waiting is true while borned is asked for something.
	waiting  bool
	revision int
	stop     func() bool
}

// technical reports whether a screen is the technician's.
func technical(screen screenID) bool {
	return screen == screenCode || screen == screenMaintenance || screen == screenEnrol
}

// at is the revision that a screen shows.
func (t technician) at(screen screenID) int {
	if !technical(screen) {
		return 0
	}
	return t.revision + 1
}

// technicalView is the technician's, whatever a visitor chose to read before.
func (s *Shell) technicalView(v view) view {
	if v.screen == screenMaintenance && s.technician.section == sectionEnrol {
		v.screen = screenEnrol
	}
	v.language, v.technical, v.message, v.failed = kiosk.French, s.technician.at(v.screen), "", false
	return v
}

// typedCode takes what a keyboard that is plugged in says beside digits.
func (s *Shell) typedCode(e *fyne.KeyEvent) {
	switch e.Name {
	case fyne.KeyBackspace:
		s.eraseDigit()
	case fyne.KeyEscape:
		s.leaveMaintenance()
	}
}

// knock is called for each touch of the corner.
func (s *Shell) knock() {
	now := s.options.Clock.Now()
	var kept []time.Time
	for _, at := range s.technician.knocked {
		if now.Sub(at) < knockWithin {
			kept = append(kept, at)
		}
	}
	if s.technician.knocked = append(kept, now); len(s.technician.knocked) < knocks {
		return
	}
	s.technician.knocked = nil
	s.ask("AskMaintenance", s.options.Maintenance.AskMaintenance, func(error) {})
}

// ask asks borned for something aside. Nothing of an answer is a visitor's to
// read, so no apology is shown.
func (s *Shell) ask(name string, f func(context.Context) error, then func(error)) {
	s.aside(func() {
		ctx, cancel := context.WithTimeout(context.Background(), max(callTimeout, enrolWithin))
		defer cancel()
		err := f(ctx)
		if err != nil {
			s.options.Log.Info("borned refused", "method", name, "error", err)
		}
		fyne.Do(func() { then(err) })
	})
}

// turnTechnician begins and ends the technician's screen with the borne's state.
func (s *Shell) turnTechnician(to kiosk.State) {
	t := &s.technician
	clear(t.code)
	for _, f := range t.fields {
		clear(f)
	}
	stop(&t.stop)
	*t = technician{revision: t.revision + 1}
	if to == kiosk.Maintenance {
		s.askReport()
	}
}

// askReport brings what is shown up to date, again and again.
func (s *Shell) askReport() {
	s.aside(func() {
		ctx, cancel := context.WithTimeout(context.Background(), callTimeout)
		defer cancel()
		r, err := s.options.Workshop.MaintenanceReport(ctx)
		fyne.Do(func() {
			if s.snapshot.State != kiosk.Maintenance {
				return
			}
			t := &s.technician
			stop(&t.stop)
			t.stop = s.after(reportEvery, s.askReport)
			if err != nil || t.known && sameReport(t.report, r) {
				return
			}
			t.report, t.known = r, true
			s.redrawTechnician()
		})
	})
}

// sameReport ignores the clocks, which always differ.
func sameReport(a, b kiosk.MaintenanceReport) bool {
	a.Clock, b.Clock = time.Time{}, time.Time{}
	a.LastContact, b.LastContact = a.LastContact.Truncate(time.Minute), b.LastContact.Truncate(time.Minute)
	return reflect.DeepEqual(a, b)
}

func (s *Shell) redrawTechnician() {
	s.technician.revision++
	s.draw()
}

// digit adds to the code; the last one sends it.
func (s *Shell) digit(r rune) {
	t := &s.technician
	if t.waiting || r < '0' || r > '9' || len(t.code) == codeDigits {
		return
	}
	t.code, t.says = append(t.code, r), ""
	if len(t.code) == codeDigits {
		s.sendCode()
		return
	}
	s.redrawTechnician()
}

func (s *Shell) eraseDigit() {
	t := &s.technician
	if n := len(t.code); n > 0 && !t.waiting {
		t.code[n-1] = 0
		t.code, t.says = t.code[:n-1], ""
		s.redrawTechnician()
	}
}

// sendCode asks borned whether the code opens. A borne that still wipes keeps
// what was typed.
func (s *Shell) sendCode() {
	t := &s.technician
	if t.waiting || len(t.code) != codeDigits {
		return
	}
	t.waiting, t.says = true, wordChecking
	s.redrawTechnician()
	code := string(t.code)
	s.ask("OpenMaintenance", func(ctx context.Context) error { return s.options.Maintenance.OpenMaintenance(ctx, code) }, func(err error) {
		t.waiting, t.says, t.wrong = false, "", err != nil
		switch seconds := 0; {
		case err == nil:
			return // the borne's state follows
		case errors.Is(err, kiosk.ErrNotReady):
			t.says = wordNotReady
		case errors.Is(err, kiosk.ErrCodeWait):
			_, _ = fmt.Sscanf(err.Error()[strings.LastIndex(err.Error(), "wait")+len("wait"):], "%d", &seconds)
			t.says = fmt.Sprintf(wordWait, max(seconds, 1))
		default:
			t.says = wordWrongCode
		}
		if !errors.Is(err, kiosk.ErrNotReady) {
			clear(t.code)
			t.code = t.code[:0]
		}
		s.redrawTechnician()
	})
}

func (s *Shell) leaveMaintenance() {
	s.ask("LeaveMaintenance", s.options.Maintenance.LeaveMaintenance, func(error) {})
}

// openSection shows a page of the technician's screen.
func (s *Shell) openSection(to section) {
	t := &s.technician
	t.section, t.page, t.says, t.wrong = to, 0, "", false
	s.redrawTechnician()
}

// act has borned do something, and says what came of it.
func (s *Shell) act(a kiosk.MaintenanceAction, done string) {
	t := &s.technician
	if t.waiting {
		return
	}
	t.waiting, t.says, t.wrong = true, wordOneMoment, false
	s.redrawTechnician()
	s.ask("Maintain", func(ctx context.Context) error { return s.options.Workshop.Maintain(ctx, a) }, func(err error) {
		t.waiting, t.says, t.wrong = false, done, err != nil
		if err != nil {
			t.says = wordFailed + " " + problemText(err.Error())
		}
		s.redrawTechnician()
	})
}

// writeField adds to the field that is written in.
func (s *Shell) writeField(text string) {
	t := &s.technician
	f := &t.fields[t.field]
	switch {
	case text == "\b" && len(*f) > 0:
		*f = (*f)[:len(*f)-1]
	case text == "\t":
		t.field = 1 - t.field
	case text == "\n" && t.field == 0:
		t.field = 1
	case text == "\n":
		s.enrol()
		return
	case text == "\b", text == "←", text == "→", text == " ":
		return
	default:
		if len(*f) < mostInField {
			*f = append(*f, []rune(text)...)
		}
	}
	t.says = ""
	s.redrawTechnician()
}

// enrol joins the central office that was typed.
func (s *Shell) enrol() {
	t := &s.technician
	server, code := strings.TrimSpace(string(t.fields[0])), strings.TrimSpace(string(t.fields[1]))
	if t.waiting || server == "" || code == "" {
		return
	}
	if !strings.Contains(server, "://") {
		server = "https://" + server
	}
	t.waiting, t.says, t.wrong = true, wordOneMoment, false
	s.redrawTechnician()
	name := ""
	s.ask("EnrolHere", func(ctx context.Context) (err error) {
		name, err = s.options.Workshop.EnrolHere(ctx, server, code)
		return err
	}, func(err error) {
		t.waiting, t.wrong = false, err != nil
		if err != nil {
			t.says = wordFailed + " " + problemText(err.Error())
		} else {
			clear(t.fields[1])
			t.fields, t.section, t.says = [2][]rune{}, sectionEnrolment, fmt.Sprintf(wordEnrolled, name)
			s.askReport()
		}
		s.redrawTechnician()
	})
}
