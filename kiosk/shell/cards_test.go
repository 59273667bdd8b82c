package shell

import (
	"strings"
	"testing"
	"time"

	"borne/kiosk"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
)

// sampleDirectory has somebody of whom all is known, somebody by telephone
// only, and enough others for a second page.
func sampleDirectory() []kiosk.Contact {
	people := []kiosk.Contact{
		{Name: both("Accueil de la maison", "The house’s desk"), For: both("Vous orienter, prendre un rendez-vous", "Show you the way, book an appointment"),
			Where: both("Au rez-de-chaussée, à gauche en entrant", "Ground floor, on the left as you come in"), Hours: both("Du lundi au vendredi, de 9 h à 12 h et de 14 h à 17 h", "Monday to Friday, 9 to 12 and 2 to 5"), Phone: "04 66 00 00 00"},
		{Name: both("Conseiller numérique", "Digital adviser"), For: both("Apprendre à utiliser un ordinateur, un téléphone, Internet", "Learn to use a computer, a phone, the Internet"),
			Where: both("Bureau 12, premier étage", "Office 12, first floor"), Hours: both("Mardi et jeudi après-midi", "Tuesday and Thursday afternoons")},
		{Name: both("Impôts service", "Taxes by telephone"), For: both("Vos questions sur les impôts", "Your questions about taxes"), Phone: "0809 401 401"},
	}
	for _, name := range []string{"Assistante sociale", "Écrivain public", "Point justice"} {
		people = append(people, kiosk.Contact{Name: kiosk.Text{kiosk.French: name}, For: kiosk.Text{kiosk.French: "Sur rendez-vous"}, Where: kiosk.Text{kiosk.French: "Demandez à l’accueil"}})
	}
	return people
}

// peopled gives the house its people.
func (f *fixture) peopled() {
	settings := f.settings
	settings.Directory = sampleDirectory()
	f.SetCatalogue(f.catalogue, settings)
}

func cardStories() []story {
	card := func(name string, state kiosk.State, c card, page int) story {
		return story{name, func(f *fixture, l kiosk.Language) {
			f.peopled()
			f.at(l, state, nil)
			f.clock.advance(settle)
			f.showCard(c)
			f.turnCard(page)
		}}
	}
	return []story{
		card("50-urgent", kiosk.Choosing, urgentCard, 0),
		card("51-urgent-closed", kiosk.Closed, urgentCard, 0),
		card("52-directory", kiosk.Choosing, directoryCard, 0),
		card("53-directory-last", kiosk.Choosing, directoryCard, 1),
		card("54-directory-out", kiosk.OutOfService, directoryCard, 0),
		{"55-home-peopled", func(f *fixture, l kiosk.Language) { f.peopled(); f.at(l, kiosk.Choosing, nil) }},
		{"56-blocked-peopled", func(f *fixture, l kiosk.Language) {
			f.peopled()
			f.at(l, kiosk.Visiting, func(s *kiosk.Snapshot) {
				s.Notice, s.BlockedHost, s.BlockedReason = kiosk.Blocked, "www.achats-et-jeux.example", kiosk.ReasonHostNotListed
			})
		}},
	}
}

// TestUrgentNumbersAreOneTouchAway: from the themes, from a page that is
// refused or does not answer, and from a borne that takes nobody.
func TestUrgentNumbersAreOneTouchAway(t *testing.T) {
	for name, tell := range map[string]func(f *fixture){
		"home": func(f *fixture) { f.at(kiosk.French, kiosk.Choosing, nil) },
		"blocked": func(f *fixture) {
			f.at(kiosk.French, kiosk.Visiting, func(s *kiosk.Snapshot) { s.Notice = kiosk.Blocked })
		},
		"unreachable": func(f *fixture) {
			f.at(kiosk.French, kiosk.Visiting, func(s *kiosk.Snapshot) { s.Notice = kiosk.Unreachable })
		},
		"closed":         func(f *fixture) { f.at("", kiosk.Closed, nil); f.clock.advance(settle) },
		"out of service": func(f *fixture) { f.at("", kiosk.OutOfService, nil); f.clock.advance(settle) },
	} {
		t.Run(name, func(t *testing.T) {
			f := newFixture(t, 1280, 800)
			tell(f)
			before := f.drawn.screen
			f.tap("Urgences")
			f.wantScreen(screenUrgent)
			if said := spoken(f); !strings.Contains(said, "15") || !strings.Contains(said, "Un enfant en danger") {
				t.Errorf("the card says %s", said)
			}
			f.back()
			f.wantScreen(before)
		})
	}
}

// TestCardWithoutAVisitLapses, and its way back is on the screen, which has no
// bar then.
func TestCardWithoutAVisitLapses(t *testing.T) {
	f := newFixture(t, 1280, 800)
	f.at("", kiosk.Closed, nil)
	f.clock.advance(settle)
	f.tap("Urgences")
	f.clock.advance(cardFor - time.Second)
	f.wantScreen(screenUrgent)
	f.clock.advance(2 * time.Second)
	f.wantScreen(screenClosed)
	f.tap("Urgences")
	f.tap("Retour")
	f.wantScreen(screenClosed)
	f.tap("Urgences")
	f.at("", kiosk.Ready, nil)
	f.wantScreen(screenReady)
}

// TestCardEndsWithTheVisit: the next visitor does not find it, and a warning
// is never under it.
func TestCardEndsWithTheVisit(t *testing.T) {
	f := newFixture(t, 1280, 800)
	f.at(kiosk.French, kiosk.Choosing, nil)
	f.tap("Urgences")
	f.at(kiosk.French, kiosk.Choosing, func(s *kiosk.Snapshot) { s.Notice = kiosk.IdleWarning })
	f.wantScreen(screenIdle)
	f.at(kiosk.French, kiosk.Choosing, nil)
	f.wantScreen(screenUrgent)
	f.at(kiosk.French, kiosk.Ending, nil)
	f.at("", kiosk.Ready, nil)
	f.at(kiosk.French, kiosk.Choosing, nil)
	f.wantScreen(screenHome)
}

// TestDirectory: a house that names nobody has no button to it; one that does
// shows them in the visitor's language, a number in one piece.
func TestDirectory(t *testing.T) {
	f := newFixture(t, 1280, 800)
	f.at(kiosk.English, kiosk.Choosing, nil)
	f.tap("Emergency")
	if find(f.stage.objects, "Who helps?") != nil {
		t.Error("nobody is named, and a button leads there")
	}
	f.peopled()
	f.tap("Who helps?")
	f.wantScreen(screenDirectory)
	if said := spoken(f); !strings.Contains(said, "Ground floor") || !strings.Contains(said, "04\u00a066\u00a000\u00a000\u00a000") {
		t.Errorf("the directory says %s", said)
	}
	f.tap("More")
	f.tap("More")
	if said := spoken(f); !strings.Contains(said, "Point justice") {
		t.Errorf("the last page says %s", said)
	}
	f.home()
	f.wantScreen(screenHome)
	f.tap("More")
	f.tap("More")
	f.tap("Who can help me here?") // after the last theme
	f.wantScreen(screenDirectory)
}

// spoken is every word on the screen, lines joined.
func spoken(f *fixture) string {
	var said []string
	var read func(objects []fyne.CanvasObject)
	read = func(objects []fyne.CanvasObject) {
		for _, o := range objects {
			switch o := o.(type) {
			case *canvas.Text:
				said = append(said, o.Text)
			case *fyne.Container:
				read(o.Objects)
			case *pressable:
				read([]fyne.CanvasObject{o.content})
			}
		}
	}
	read(f.stage.objects)
	return strings.Join(said, " ")
}
