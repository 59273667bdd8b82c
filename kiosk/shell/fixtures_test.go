package shell

import (
	"bytes"
	"context"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	assets "borne/assets/shell"
	"borne/kiosk"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"
)

// recorder is a borned that only notes what was asked of it.
type recorder struct {
	calls chan string
	// sounds is what was to be heard.
	sounds chan string
	err    error
	mu     sync.Mutex
	page   bool
	bar    int
	foot   int
	// ready is what the display can type, typed what was.
	ready, typed string
	offer        kiosk.Offer
	// said is what was to be said, a line each time.
	said []string
	// text is what the page says, over hears of its end.
	text kiosk.PageText
	over func()
	// manner is how it is said.
	manner kiosk.Manner
}

func (r *recorder) note(s string) error { r.calls <- s; return r.err }

func (r *recorder) StartSession(_ context.Context, l kiosk.Language) error {
	return r.note("StartSession " + string(l))
}
func (r *recorder) OpenService(_ context.Context, id kiosk.ServiceID) error {
	return r.note("OpenService " + string(id))
}
func (r *recorder) EndSession(_ context.Context, why kiosk.EndReason) error {
	return r.note("EndSession " + string(why))
}
func (r *recorder) Report(_ context.Context, a kiosk.Report) error {
	return r.note(fmt.Sprintf("Report %q %q %q %q", a.Service, a.Outcome, a.Face, a.Autonomy))
}
func (r *recorder) Speaks(l kiosk.Language) bool { return l != kiosk.Pashto }
func (r *recorder) Say(of []kiosk.Utterance)     { r.says("say", of) }
func (r *recorder) Read(of []kiosk.Utterance, over func()) {
	r.says("read", of)
	r.mu.Lock()
	defer r.mu.Unlock()
	r.over = over
}
func (r *recorder) Tune(m kiosk.Manner) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.manner = m
}
func (r *recorder) ReadPage(context.Context) (kiosk.PageText, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.text, r.err
}
func (r *recorder) Leave() { r.says("leave", nil) }
func (r *recorder) says(line string, of []kiosk.Utterance) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, u := range of {
		line += fmt.Sprintf(" %s:%s", u.Language, u.Text)
	}
	r.said = append(r.said, line)
}

func (r *recorder) Chime()                             { r.sounds <- "chime" }
func (r *recorder) Hush()                              { r.sounds <- "hush" }
func (r *recorder) Extend(context.Context) error       { return r.note("Extend") }
func (r *recorder) Back(context.Context) error         { return r.note("Back") }
func (r *recorder) Home(context.Context) error         { return r.note("Home") }
func (r *recorder) CallMediator(context.Context) error { return r.note("CallMediator") }
func (r *recorder) Zoom(_ context.Context, step int) error {
	if step < 0 {
		return r.note("Zoom out")
	}
	return r.note("Zoom in")
}

func (r *recorder) GiveFile(_ context.Context, id string) error { return r.note("GiveFile " + id) }
func (r *recorder) Documents(context.Context) (kiosk.Offer, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.offer, nil
}

func (r *recorder) ShowDocument(_ context.Context, id string) error {
	return r.note("ShowDocument " + id)
}
func (r *recorder) SaveDocument(_ context.Context, id string) error {
	return r.note("SaveDocument " + id)
}

func (r *recorder) PreparePrint(_ context.Context, id string) error {
	return r.note("PreparePrint " + id)
}
func (r *recorder) Print(_ context.Context, id string) error { return r.note("Print " + id) }

func (r *recorder) Scan(_ context.Context, o kiosk.ScanOrder) error {
	return r.note("Scan " + string(o))
}

// ScanView is a sheet with a grey card on it.
func (r *recorder) ScanView(context.Context) (width, height int, pixels []byte, err error) {
	width, height = 480, 679
	pixels = bytes.Repeat([]byte{244}, 3*width*height)
	for y := 60; y < 240; y++ {
		copy(pixels[3*(y*width+50):], bytes.Repeat([]byte{150, 170, 190}, 280))
	}
	return width, height, pixels, r.err
}

// shelve changes what may be given.
func (r *recorder) shelve(o kiosk.Offer) { r.mu.Lock(); r.offer = o; r.mu.Unlock() }

func (r *recorder) ShowPage(shown bool) { r.mu.Lock(); r.page = shown; r.mu.Unlock() }
func (r *recorder) Ready(characters string) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.ready = characters
	return nil
}

func (r *recorder) Type(text string) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, c := range text {
		if !strings.ContainsRune(r.ready, c) {
			return fmt.Errorf("%q is not ready", c)
		}
	}
	r.typed += text
	return nil
}

// sampleSearch finds by what names hold.
func sampleSearch(c kiosk.Catalogue) Finder {
	return func(query string, l kiosk.Language, limit int) (found []kiosk.ServiceID) {
		for _, s := range c.Services {
			if query != "" && len(found) < limit && strings.Contains(strings.ToLower(s.Name.In(l)), strings.ToLower(query)) {
				found = append(found, s.ID)
			}
		}
		return found
	}
}

func (r *recorder) SetFoot(height int) { r.mu.Lock(); r.foot = height; r.mu.Unlock() }
func (r *recorder) SetBar(height int)  { r.mu.Lock(); r.bar = height; r.mu.Unlock() }

// manualClock moves when the test says so.
type manualClock struct {
	mu     sync.Mutex
	now    time.Time
	timers []*manualTimer
}

type manualTimer struct {
	at   time.Time
	f    func()
	done bool
}

func newManualClock() *manualClock {
	return &manualClock{now: time.Date(2026, 3, 2, 10, 0, 0, 0, time.UTC)}
}

func (c *manualClock) Now() time.Time { c.mu.Lock(); defer c.mu.Unlock(); return c.now }

func (c *manualClock) AfterFunc(d time.Duration, f func()) func() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	t := &manualTimer{at: c.now.Add(d), f: f}
	c.timers = append(c.timers, t)
	return func() bool {
		c.mu.Lock()
		defer c.mu.Unlock()
		was := !t.done
		t.done = true
		return was
	}
}

func (c *manualClock) next(end time.Time) *manualTimer {
	c.mu.Lock()
	defer c.mu.Unlock()
	var first *manualTimer
	for _, t := range c.timers {
		if !t.done && !t.at.After(end) && (first == nil || t.at.Before(first.at)) {
			first = t
		}
	}
	if first == nil {
		c.now = end
		return nil
	}
	first.done = true
	c.now = first.at
	return first
}

// advance moves the clock and runs what falls due, in order. It returns how
// many timers ran.
func (c *manualClock) advance(d time.Duration) (ran int) {
	end := c.Now().Add(d)
	for t := c.next(end); t != nil; t = c.next(end) {
		t.f()
		ran++
	}
	return ran
}

type fixture struct {
	*Shell
	t     *testing.T
	borne *recorder
	clock *manualClock
}

// loaded is what all fixtures share: Fyne reads typefaces anew for each app and
// each theme, and keeps what it made of them.
var loaded = sync.OnceValues(func() (all struct {
	app   fyne.App
	texts *Texts
	look  *look
}, err error) {
	all.app = test.NewApp()
	if all.texts, err = LoadTexts(assets.Files); err != nil {
		return all, err
	}
	all.look, err = newLook(assets.Files)
	return all, err
})

func newFixture(t *testing.T, width, height float32) *fixture {
	t.Helper()
	all, err := loaded()
	if err != nil {
		t.Fatal(err)
	}
	texts := all.texts
	borne, clock := &recorder{calls: make(chan string, 16), sounds: make(chan string, 64)}, newManualClock()
	settings := kiosk.DefaultSettings()
	settings.Organisation, settings.Site = "Caf du Gard", "Maison de l’inclusion numérique, Nîmes"
	s, err := New(all.app, assets.Files, Options{Kiosk: borne, Page: borne, Files: borne, Paper: borne, Scanning: borne, Placement: borne, Sound: borne, Maintenance: borne, Workshop: borne, Voice: borne, Reader: borne, Tuner: borne, Typist: borne, Search: sampleSearch, Texts: texts,
		Catalogue: sampleCatalogue(), Settings: settings, Clock: clock, look: all.look})
	if err != nil {
		t.Fatal(err)
	}
	s.aside = func(f func()) { f() }
	s.Window().Resize(fyne.NewSize(width, height))
	t.Cleanup(s.Window().Close)
	return &fixture{s, t, borne, clock}
}

// tap presses the button that says label.
func (f *fixture) tap(label string) {
	f.t.Helper()
	p := find(f.stage.objects, label)
	if p == nil {
		var there []string
		for _, p := range pressables(f.stage.objects) {
			there = append(there, p.label)
		}
		f.t.Fatalf("no button says %q; there are %q", label, there)
	}
	p.Tapped(nil)
}

func (f *fixture) wantCall(want string) {
	f.t.Helper()
	if got := <-f.borne.calls; got != want {
		f.t.Fatalf("borned was asked %q, want %q", got, want)
	}
}

func (f *fixture) wantScreen(want screenID) {
	f.t.Helper()
	if f.drawn.screen != want {
		f.t.Fatalf("the screen is %q, want %q", f.drawn.screen, want)
	}
}

func both(fr, en string) kiosk.Text { return kiosk.Text{kiosk.French: fr, kiosk.English: en} }

func all(fr, en, uk, ru string) kiosk.Text {
	return kiosk.Text{kiosk.French: fr, kiosk.English: en, kiosk.Ukrainian: uk, kiosk.Russian: ru}
}

// sampleCatalogue has every theme, long names, a theme of one service and a
// service with many needs.
func sampleCatalogue() kiosk.Catalogue {
	var c kiosk.Catalogue
	for _, t := range []struct {
		id   string
		name kiosk.Text
	}{
		{"famille", all("Famille et enfants", "Family and children", "Сім’я та діти", "Семья и дети")},
		{"emploi", all("Emploi et formation", "Work and training", "Робота та навчання", "Работа и обучение")},
		{"sante", all("Santé", "Health", "Здоров’я", "Здоровье")},
		{"retraite", all("Retraite", "Retirement", "Пенсія", "Пенсия")},
		{"logement", all("Logement", "Housing", "Житло", "Жильё")},
		{"papiers", all("Papiers d’identité", "Identity papers", "Документи, що посвідчують особу", "Удостоверения личности")},
		{"vehicule", all("Permis et véhicule", "Licence and vehicle", "Права та автомобіль", "Права и автомобиль")},
		{"impots", all("Impôts", "Taxes", "Податки", "Налоги")},
		{"etrangers", all("Étrangers en France", "Foreigners in France", "Іноземці у Франції", "Иностранцы во Франции")},
		{"handicap", all("Handicap", "Disability", "Інвалідність", "Инвалидность")},
		{"justice", all("Justice et droits", "Justice and rights", "Правосуддя", "Правосудие")},
		{"urgences", all("Urgences", "Emergencies", "Екстрена допомога", "Экстренная помощь")},
		{"demarches", both("Autres démarches", "Other procedures")},
		{"etudes", both("Études et bourses", "Studies and grants")},
		{"local", both("Ma commune, mon département", "My town and county")},
		{"apprendre", both("Apprendre le numérique", "Learn computers")},
		{"droits", both("Quelles aides pour moi ?", "Which benefits for me?")},
	} {
		c.Themes = append(c.Themes, kiosk.Theme{ID: kiosk.ThemeID(t.id), Icon: t.id, Name: t.name})
		if t.id != "famille" {
			c.Services = append(c.Services, kiosk.Service{ID: kiosk.ServiceID("service-" + t.id), Theme: kiosk.ThemeID(t.id), Name: t.name})
		}
	}
	c.Services = append(c.Services,
		kiosk.Service{ID: "caf", Theme: "famille", Operator: "Cnaf", OwnPhone: true, Minutes: 20,
			Name: all("Caf – Allocations familiales", "Caf – Family benefits", "Caf – Сімейні виплати", "Caf – Семейные пособия"),
			Tasks: []kiosk.Text{both("Demander une aide", "Ask for a benefit"), both("Déclarer mes revenus", "Declare my income"),
				both("Changer ma situation", "Change my situation"), both("Obtenir une attestation", "Get a certificate"), both("Prendre rendez-vous", "Make an appointment")},
			Needs: []kiosk.Text{
				all("Votre numéro d’allocataire (7 chiffres) ou votre numéro de sécurité sociale", "Your Caf number (7 digits) or your social security number",
					"Ваш номер отримувача (7 цифр) або номер соціального страхування", "Ваш номер получателя (7 цифр) или номер социального страхования"),
				all("Votre mot de passe", "Your password", "Ваш пароль", "Ваш пароль"),
				all("Vos revenus des trois derniers mois : fiches de paie, chômage, pensions", "Your income of the last three months: payslips, benefits, pensions",
					"Ваші доходи за останні три місяці", "Ваши доходы за последние три месяца"),
				all("Un relevé d’identité bancaire (RIB)", "Your bank details (RIB)", "Банківські реквізити (RIB)", "Банковские реквизиты (RIB)")}},
		kiosk.Service{ID: "msa", Theme: "famille", Operator: "MSA", Name: both("MSA – Sécurité sociale agricole", "MSA – Farm workers"),
			Tasks: []kiosk.Text{both("Demander une aide", "Ask for a benefit"), both("Voir mes paiements", "See my payments")}},
		kiosk.Service{ID: "colonies", Theme: "famille", Name: both("Vacances des enfants", "Children’s holidays"), Minutes: 1})
	return c
}
