package shell

import (
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"math"
	"slices"
	"time"

	"borne/kiosk"

	"fyne.io/fyne/v2"
)

// failedFor is how long an apology stays.
const failedFor = 8 * time.Second

// Shell is the visitor's window. Its exported methods may be called from any
// goroutine; all the rest runs on the interface's own.
type Shell struct {
	options Options
	look    *look
	window  fyne.Window
	stage   *stage

	snapshot   kiosk.Snapshot
	catalogue  kiosk.Catalogue
	settings   kiosk.Settings
	language   kiosk.Language
	aids       aids
	keyboard   keyboard
	search     search
	technician technician
	choice     choice
	shelf      shelf
	asking     asking
	calm       calm
	speech     speech
	reading    reading
	rung       rung
	drawn      view
	drawnSize  fyne.Size

	// aside runs what may take its time; tests run it at once.
	aside func(func())

	// lastService is the last site of the visit that is on, or kiosk.Practice when
	// it has had none but that.
	lastService kiosk.ServiceID

	// zoomed is how many steps the page was made larger for the letters' sake.
	zoomed   int
	stopAids func() bool

	// stopLesson keeps the lesson from lapsing, stopAttract the invitation from
	// coming or turning on the screen attractOf.
	stopLesson, stopAttract func() bool
	attractOf               screenID

	// stopCard keeps a card from lapsing.
	stopCard func() bool

	// scan is the picture of a page that was scanned.
	scan scanView

	clocks []clockText
	// printed is true once something of the visit that is on, or was just there,
	// was sent to the printer.
	printed bool
	// keyed is true once a USB key was seen in that visit.
	keyed                                                  bool
	stopTick, stopErased, stopFailed, stopWaiting, stopDay func() bool
	// wanted is a language that was touched while the borne was preparing.
	wanted kiosk.Language
	// waited is true once what a tap asked for has taken long enough to say so.
	waited bool
}

// New makes the shell's window on app, with the letters and signs of files
// (assets/shell). The window is shown by ShowAndRun or by the caller.
func New(app fyne.App, files fs.FS, o Options) (*Shell, error) {
	if o.Kiosk == nil || o.Page == nil || o.Files == nil || o.Paper == nil || o.Placement == nil || o.Texts == nil {
		return nil, errors.New("a shell needs a Kiosk, a Page, Files, Paper, a Placement and Texts")
	}
	l := o.look.again()
	if l == nil {
		var err error
		if l, err = newLook(files); err != nil {
			return nil, fmt.Errorf("open shell: %w", err)
		}
	}
	if o.Clock == nil {
		o.Clock = machineClock{}
	}
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	if o.Sound == nil {
		o.Sound = silence{}
	}
	if _, ours := app.Settings().Theme().(appTheme); !ours { // it makes Fyne read every typeface anew
		app.Settings().SetTheme(newAppTheme())
	}
	s := &Shell{options: o, look: l, catalogue: o.Catalogue, settings: o.Settings,
		aside: func(f func()) { go f() }}
	s.language = s.firstLanguage()
	s.stage = newStage(s.draw)
	s.window = app.NewWindow("Borne")
	s.window.SetPadded(false)
	s.window.SetContent(s.stage)
	s.window.Canvas().SetOnTypedKey(s.typed)
	s.window.Canvas().SetOnTypedRune(s.typedRune)
	return s, nil
}

// Window is the shell's window.
func (s *Shell) Window() fyne.Window { return s.window }

// Update shows another state of the borne.
func (s *Shell) Update(n kiosk.Snapshot) { fyne.Do(func() { s.update(n) }) }

// SetCatalogue offers another catalogue under other settings.
func (s *Shell) SetCatalogue(c kiosk.Catalogue, settings kiosk.Settings) {
	fyne.Do(func() {
		s.catalogue, s.settings, s.search.find = c, settings, nil
		if !s.snapshot.State.InSession() && s.choice.after == afterNothing {
			s.language = s.firstLanguage()
		}
		s.drawn = view{}
		s.draw()
	})
}

func (s *Shell) firstLanguage() kiosk.Language {
	if len(s.settings.Languages) > 0 {
		return s.settings.Languages[0]
	}
	return kiosk.French
}

func (s *Shell) update(n kiosk.Snapshot) {
	before := s.snapshot
	s.snapshot = n
	if n.Language != "" {
		s.language = n.Language
	}
	if n.Service != "" && n.State.InSession() && (n.Service != kiosk.Practice || s.lastService == "") {
		s.lastService = n.Service
	}
	another := before.State != n.State || before.Notice != n.Notice || before.Service != n.Service
	if another || s.choice.pending == goingOn && moved(before.Deadline, n.Deadline) {
		s.choice.pending = ""
	}
	s.follow(before.State, n)
	if before.State != n.State {
		s.turn(before.State, n.State)
	}
	s.draw()
	if wanted := s.wanted; wanted != "" && n.State == kiosk.Ready {
		s.wanted = ""
		s.start(wanted)
	}
}

// moved reports whether a deadline is another one: the bus rounds it anew each
// time.
func moved(before, now time.Time) bool {
	return before.IsZero() != now.IsZero() || now.Sub(before).Abs() > time.Second
}

// turn forgets what the visitor was choosing when the visit moves on.
func (s *Shell) turn(from, to kiosk.State) {
	s.forgetCard()
	stop(&s.stopLesson)
	s.choice.lesson, s.choice.letter = lessonAway, ""
	if to != kiosk.Starting && to != kiosk.Ready { // a standby browser that is started anew is no reason
		s.choice.attract = 0
	}
	s.choice.confirming, s.choice.aids, s.choice.voice = false, false, false
	s.turnTechnician(to)
	if to != kiosk.Choosing || from != kiosk.Choosing {
		s.choice.theme, s.choice.service, s.choice.homePage, s.choice.themePage, s.choice.needsPage = "", "", 0, 0, 0
		s.choice.searching = false
	}
	if !to.InSession() && s.choice.after == afterNothing {
		s.language = s.firstLanguage()
		if from.InSession() || from == kiosk.Ending {
			s.forgetAids()
		}
	}
	if !to.InSession() {
		s.forgetKeyboard()
	}
	if !from.InSession() && to.InSession() {
		stop(&s.stopAids)
		s.tellAids()
		s.printed, s.keyed = false, false
	}
	if !to.InSession() {
		s.choice.documents, s.choice.paper, s.choice.viewed = documentsAway, "", false
		s.choice.kept, s.choice.keeping = "", false
		s.forgetScan()
		s.lastService = ""
		stop(&s.stopFailed)
		s.choice.failed = false
	}
}

// draw brings the window up to date, and does nothing when it is.
func (s *Shell) draw() {
	v, size := s.choice.view(s.snapshot, s.language), s.stage.Size()
	if technical(v.screen) {
		v = s.technicalView(v)
	} else if !slices.Contains([]screenID{screenStarting, screenAttract, screenClosed, screenOut}, v.screen) { // nobody reads these for long
		v.aids = s.aids
	}
	v.keyboard, v.searched = s.keyboardOn(v.screen), s.search.at(v.screen)
	if s.reading.on && v.screen != screenPage {
		s.quitPage()
	}
	v.reading = s.reading.on
	v.mute = v.aids.speech && !s.speaks(v.language)
	s.lookAtFiles(v.screen)
	switch v.screen {
	case screenPick, screenErased, screenDocuments, screenPrint, screenSave, screenScan, screenConfirm:
		v.files = s.shelf.revision
	case screenClosed:
		v.opens = s.options.Texts.opens(v.language, s.snapshot.OpensAt, s.options.Clock.Now())
	}
	s.watchDay(v.screen == screenClosed)
	if s.watchAttract(v.screen); v.screen == screenAttract {
		v.language = s.attractLanguage(v.page)
	}
	if waits, settles := s.waits(v), s.settles(v); size.Width < 1 || v == s.drawn && size == s.drawnSize || waits || settles {
		s.tick()
		s.readAloud(s.drawn)
		return
	}
	sameScreen := v.screen == s.drawn.screen
	focused := s.focusedLabel()
	if s.drawn.screen == screenSearch && v.screen != screenSearch {
		s.forgetSearch()
	}
	s.drawn, s.drawnSize, s.clocks = v, size, nil
	if v.screen != screenReady {
		s.wanted = ""
	}
	k := newKit(s.look, s.options.Texts, v.language, size)
	diagonal, _ := s.diagonal(size)
	k = k.measured(diagonal)
	k.own = s.settings.Colour
	k = k.with(v.aids)
	s.look.reuse()
	s.stage.set(s.compose(k, v)...)
	switch {
	case sameScreen && focused != "":
		s.focus(focused)
	case v.screen == screenIdle || v.screen == screenLimit:
		s.focus(k.say(textWarningContinue)) // Enter is enough to go on
	}
	s.tick()
	s.place(k, v)
	s.zoomWithLetters(v.screen)
	s.readAloud(v)
}

// tapWaits is how long a site, or the end, may take before we say that it is on
// its way. Most are there sooner, and a screen that flashes by tells nobody
// anything.
const tapWaits = 200 * time.Millisecond

// waits reports whether to leave "Il vous faut", or the question before the
// end, where it is for a moment.
func (s *Shell) waits(v view) bool {
	opens := v.screen == screenOpening && (s.drawn.screen == screenNeeds || s.drawn.screen == screenHome)
	ends := v.screen == screenEnding && s.drawn.screen == screenConfirm && s.snapshot.State.InSession()
	if !opens && !ends {
		stop(&s.stopWaiting)
		s.waited = false
		return false
	}
	if s.waited {
		return false
	}
	if s.stopWaiting == nil {
		s.stopWaiting = s.after(tapWaits, func() { s.waited = true; s.draw() })
	}
	return true
}

// place leaves the page the room under the bar and the band. Without a visit
// it keeps the bar's height, for the browser that waits behind the shell.
func (s *Shell) place(k kit, v view) {
	height := float32(BarHeight(int(k.size.Width), int(k.size.Height)))
	if v.bar {
		height = s.topHeight(k, v)
	}
	s.options.Placement.SetBar(int(math.Ceil(float64(height * s.window.Canvas().Scale()))))
	foot := float32(0)
	if v.keyboard && v.screen == screenPage {
		foot = k.padHeight()
	}
	s.options.Placement.SetFoot(int(math.Ceil(float64(foot * s.window.Canvas().Scale()))))
	s.options.Placement.ShowPage(v.screen == screenPage)
	s.readyKeys(v.screen)
}

// BarHeight returns the height of the bar alone, in pixels, on a screen of
// that size in pixels: where the page begins when no band is shown.
func BarHeight(width, height int) int {
	k := newKit(nil, nil, kiosk.French, fyne.NewSize(float32(width), float32(height)))
	bar := k.px(barHeight)
	if k.portrait() { // two rows
		bar *= 2
	}
	return int(math.Ceil(float64(bar)))
}

// after calls f on the interface's goroutine once d has passed.
func (s *Shell) after(d time.Duration, f func()) func() bool {
	return s.options.Clock.AfterFunc(d, func() { fyne.Do(f) })
}

func stop(f *func() bool) {
	if *f != nil {
		(*f)()
		*f = nil
	}
}
