package shell

import (
	"errors"
	"strings"
	"testing"
	"time"

	"borne/kiosk"

	"fyne.io/fyne/v2"
)

// spoken returns what was to be said since it was last asked.
func (f *fixture) spoken() (said []string) {
	f.borne.mu.Lock()
	defer f.borne.mu.Unlock()
	said, f.borne.said = f.borne.said, nil
	return said
}

// wantSpoken wants one order that holds these, in this order.
func (f *fixture) wantSpoken(words ...string) string {
	f.t.Helper()
	said := f.spoken()
	if len(said) != 1 {
		f.t.Fatalf("%d orders to the voice, want one: %q", len(said), said)
	}
	rest := said[0]
	for _, w := range words {
		i := strings.Index(rest, w)
		if i < 0 {
			f.t.Fatalf("%q is not said in its place: %q", w, said[0])
		}
		rest = rest[i+len(w):]
	}
	return said[0]
}

func (f *fixture) wantSilence() {
	f.t.Helper()
	if said := f.spoken(); len(said) > 0 {
		f.t.Fatalf("said: %q", said)
	}
}

func TestTheScreensAreReadAloud(t *testing.T) {
	f, counted := newFixture(t, 1280, 800), &counter{}
	f.options.Aids = counted
	f.at("", kiosk.Ready, nil)
	f.wantSilence()
	f.tap("Écouter")
	f.wantSpoken("say fr:", "Silence.", "Affichage.", "Bienvenue", "Français.", " en:English.")
	if len(counted.used) != 0 {
		t.Errorf("%v counted, and nobody has begun", counted.used)
	}
	f.at(kiosk.French, kiosk.Choosing, nil)
	f.wantSpoken("say fr:", "Famille et enfants.", "Aide.", "Terminer.")
	if len(counted.used) != 1 || counted.used[0] != kiosk.AidSpeech {
		t.Errorf("counted %v", counted.used)
	}
	f.tap("Famille et enfants")
	if said := f.wantSpoken("say fr:", "Famille et enfants", "Caf – Allocations familiales."); strings.Contains(said, "Terminer") {
		t.Errorf("the bar is said with each screen: %q", said)
	}
	f.at(kiosk.French, kiosk.Choosing, func(s *kiosk.Snapshot) { s.Help = kiosk.HelpCalled })
	if said := f.wantSpoken("say fr:"); strings.Contains(said, "Caf") {
		t.Errorf("what was there is said again: %q", said)
	}
	f.at(kiosk.French, kiosk.Choosing, func(s *kiosk.Snapshot) { s.Help = kiosk.HelpCalled })
	f.wantSilence()
	f.tap("Silence")
	f.wantSpoken("leave")
	f.tap("Accueil")
	f.wantSilence()
}

// The voice ends with the visit; once the wipe is proved it says that all is
// erased, which tells nothing of the visit, and leaves.
func TestTheVoiceEndsWithTheVisit(t *testing.T) {
	f := newFixture(t, 1280, 800)
	f.at(kiosk.French, kiosk.Choosing, nil)
	f.tap("Écouter")
	f.spoken()
	f.tap("Terminer")
	f.wantSpoken("say fr:", "Terminer")
	f.at(kiosk.French, kiosk.Ending, func(s *kiosk.Snapshot) { s.Questions = true })
	f.wantSpoken("leave")
	f.Update(kiosk.Snapshot{State: kiosk.Ready, Questions: true})
	f.clock.advance(askedFor)
	f.wantScreen(screenErased)
	f.wantSpoken("say fr:", "effacé")
	f.clock.advance(erasedFor)
	f.wantScreen(screenReady)
	f.wantSpoken("leave")
	f.at(kiosk.English, kiosk.Choosing, nil)
	f.wantSilence()
}

func TestTheFocusedButtonIsSaid(t *testing.T) {
	f := newFixture(t, 1280, 800)
	f.at(kiosk.French, kiosk.Choosing, nil)
	f.tap("Écouter")
	f.spoken()
	f.focus("Logement")
	f.wantSpoken("say fr:Logement.\nbouton.")
	find(f.stage.objects, "Logement").TypedKey(&fyne.KeyEvent{Name: fyne.KeyRight})
	f.wantSpoken("say fr:")
	f.at(kiosk.French, kiosk.Choosing, func(s *kiosk.Snapshot) {
		s.Notice, s.Deadline = kiosk.IdleWarning, f.clock.Now().Add(45*time.Second)
	})
	f.wantSpoken("say fr:", "Je continue.")
	f.wantHeard() // the voice is the warning's sound
}

func TestNothingTypedIsSaid(t *testing.T) {
	f := newFixture(t, 1280, 800)
	f.at(kiosk.French, kiosk.Choosing, nil)
	f.tap("Écouter")
	f.tap("Chercher")
	f.spoken()
	for _, r := range "zzqx" {
		f.typedRune(r)
	}
	for _, said := range f.spoken() {
		if strings.ContainsAny(said, "qx") && strings.Contains(said, "zz") {
			t.Errorf("what is typed is said: %q", said)
		}
	}
	f.at(kiosk.French, kiosk.Visiting, nil)
	f.wantSpoken("say fr:La page du site est à l’écran.", "touchez « Écouter »")
	f.tap("Clavier")
	f.spoken()
	for _, row := range f.keyboard.rows(kiosk.French, func(textID) string { return "" }) {
		for _, k := range row {
			f.struck(k)
		}
	}
	f.wantSilence()
}

// « Écouter » over a site reads the page, a second touch ends it; the voice stays
// where the screens are read anyway.
func TestAPageIsReadAloud(t *testing.T) {
	f, counted := newFixture(t, 1280, 800), &counter{}
	f.options.Aids = counted
	f.borne.text = kiosk.PageText{Said: []kiosk.Utterance{{Language: kiosk.Arabic, Text: "أهلا."}, {Text: "Guten Tag."}, {Language: kiosk.Pashto, Text: "په خير."}}, More: true}
	f.at(kiosk.French, kiosk.Visiting, nil)
	f.tap("Écouter")
	f.wantSpoken("read ar:أهلا. fr:Guten Tag. fr:په خير. fr:La page continue.")
	if len(counted.used) != 1 || counted.used[0] != kiosk.AidSpeech {
		t.Errorf("counted %v", counted.used)
	}
	f.tap("Silence")
	f.wantSpoken("leave")
	f.tap("Écouter")
	f.wantSpoken("read")
	ended := f.borne.over
	f.tap("Silence")
	f.tap("Écouter")
	f.spoken()
	ended() // of the one before
	if !f.drawn.reading {
		t.Error("an end that is over ends the next")
	}
	f.borne.over()
	f.tap("Écouter")
	f.wantSpoken("read")
	f.at(kiosk.French, kiosk.Visiting, func(s *kiosk.Snapshot) { s.Help = kiosk.HelpCalled })
	f.wantSilence()
	f.tap("Documents")
	f.wantSpoken("leave")
	f.tap("Écouter") // the screens now
	f.spoken()
	f.tap("Retour")
	f.wantSpoken("say fr:", "La page du site est à l’écran.")
	f.borne.text = kiosk.PageText{}
	f.tap("Écouter")
	f.wantSpoken("read fr:Il n’y a rien à lire ici.")
	f.tap("Silence")
	f.wantSpoken("say")
	f.borne.err = errors.New("hangs")
	f.tap("Écouter")
	f.wantSpoken("read fr:La page ne répond pas.")
	f.focus("Agrandir") // the keyboard goes on
	f.wantSpoken("say fr:Agrandir.")
	f.clock.advance(time.Second)
	if f.drawn.reading || f.focusedLabel() != "Agrandir" {
		t.Errorf("the bar: reading %v, focus on %q", f.drawn.reading, f.focusedLabel())
	}
	if f.drawn.failed {
		t.Error("a page that hangs is an apology on the screen")
	}
}

// Words that come when nobody waits for them any more are not said.
func TestAPageThatAnswersLateIsNotRead(t *testing.T) {
	f := newFixture(t, 1280, 800)
	var later []func()
	f.aside = func(do func()) { later = append(later, do) }
	f.borne.text = kiosk.PageText{Said: []kiosk.Utterance{{Text: "Trop tard."}}}
	f.at(kiosk.French, kiosk.Visiting, nil)
	for _, leave := range []func(){func() { f.tap("Silence") }, func() { f.at(kiosk.French, kiosk.Choosing, nil) }} {
		f.at(kiosk.French, kiosk.Visiting, nil)
		f.tap("Écouter")
		leave()
		for _, do := range later {
			do()
		}
		later = nil
		for _, said := range f.spoken() {
			if strings.Contains(said, "tard") {
				t.Errorf("said: %q", said)
			}
		}
	}
}

func TestALanguageWithoutAVoiceIsToldOnTheScreen(t *testing.T) {
	f, counted := newFixture(t, 1280, 800), &counter{}
	f.options.Aids = counted
	f.at(kiosk.Pashto, kiosk.Choosing, nil)
	f.tap(f.options.Texts.in(kiosk.Pashto, textSpeechStart, nil))
	f.wantSilence()
	if _, text := bandWords(newKit(f.look, f.options.Texts, kiosk.Pashto, fyne.NewSize(1280, 800)), f.drawn); text != f.options.Texts.in(kiosk.Pashto, textSpeechNone, nil) {
		t.Errorf("the band says %q", text)
	}
	if len(counted.used) != 0 {
		t.Errorf("counted %v", counted.used)
	}
}

// Arabic is drawn in pieces from left to right; it is said as it is written.
func TestWhatIsDrawnInPiecesIsSaidWhole(t *testing.T) {
	f := newFixture(t, 1280, 800)
	f.at(kiosk.Arabic, kiosk.Visiting, func(s *kiosk.Snapshot) {
		s.Notice, s.BlockedHost, s.BlockedReason = kiosk.Blocked, "www.example.org", kiosk.ReasonHostNotListed
	})
	f.tap(f.options.Texts.in(kiosk.Arabic, textSpeechStart, nil))
	f.wantSpoken("say ar:", f.options.Texts.in(kiosk.Arabic, textBlockedTitle, nil), "www.example.org")
}

// Screens that are gone hold nothing of what they said.
func TestWhatWasSaidIsForgotten(t *testing.T) {
	f := newFixture(t, 1280, 800)
	f.at(kiosk.French, kiosk.Visiting, func(s *kiosk.Snapshot) {
		s.Notice, s.BlockedHost, s.BlockedReason = kiosk.Blocked, "www.example.org", kiosk.ReasonHostNotListed
	})
	gone := f.stage.objects
	if all := utterances(gone, false); !strings.Contains(sentences(all)[0].Text, "www.example.org") {
		t.Fatalf("%q", all)
	}
	f.at(kiosk.French, kiosk.Visiting, nil)
	for _, u := range utterances(gone, false) {
		if u.Text != "" {
			t.Errorf("%q is still known", u.Text)
		}
	}
}
