package shell

import (
	"slices"
	"strings"
	"unicode/utf8"

	"borne/kiosk"

	"fyne.io/fyne/v2"
)

// Voice says the screens aloud. None of its methods waits.
type Voice interface {
	// Speaks reports whether there is a voice for the language.
	Speaks(l kiosk.Language) bool
	// Say says these in place of what is being said; none is silence.
	Say(of []kiosk.Utterance)
	// Read does so too, and calls over, on any goroutine, once these were said or
	// cannot be; not when something else takes their place.
	Read(of []kiosk.Utterance, over func())
	// Leave is silence until the next visitor, and forgets what was said.
	Leave()
}

// speech is what was said of the screen that is there.
type speech struct {
	on     bool
	screen screenID
	said   []kiosk.Utterance
	// focused is the button that was said last.
	focused string
	// barSaid is true once the bar was said, which is the same everywhere.
	barSaid bool
}

// saying is the layout of a container that shows a text: it knows the whole,
// where what is drawn may be pieces in the order in which they are seen.
type saying struct {
	fixed
	text     string
	language kiosk.Language
}

// saying makes a container that shows s.
func (k kit) saying(s string, w words, size fyne.Size, objects ...fyne.CanvasObject) *fyne.Container {
	c := k.box(size, objects...)
	of := &saying{fixed: fixed(size), text: s, language: w.voice}
	if c.Layout = of; w.voice == "" {
		of.language = k.lang
	}
	return c
}

// unsaid is the voice of what is on the screen in many languages at once.
const unsaid kiosk.Language = "unsaid"

// barLayout is that of the bar, which is not read with each screen.
type barLayout struct{ fixed }

// forgetSaid lets go of what objects said: they have left the screen.
func forgetSaid(objects []fyne.CanvasObject) {
	for _, o := range objects {
		switch o := o.(type) {
		case *pressable:
			o.forget()
			forgetSaid([]fyne.CanvasObject{o.content})
		case *fyne.Container:
			if layout, ok := o.Layout.(*saying); ok {
				layout.text = ""
			}
			forgetSaid(o.Objects)
		}
	}
}

// readAloud says a screen as it comes, and of a screen that changes what is new.
func (s *Shell) readAloud(v view) {
	voice := s.options.Voice
	if voice == nil {
		return
	}
	if !s.isRead(v) {
		if s.speech.on {
			voice.Leave()
		}
		s.speech = speech{}
		return
	}
	another := !s.speech.on || s.speech.screen != v.screen
	now := utterances(s.stage.objects, v.language.RightToLeft())
	if v.screen == screenPage { // the page is not ours, and read when it is asked for
		now = append(now, say(v.language, s.options.Texts.in(v.language, textSpeechPage, nil))...)
	}
	if !s.speech.barSaid {
		now = append(now, barUtterances(s.stage.objects)...)
	}
	if another {
		s.sayNow(sentences(now))
		s.speech.focused = ""
	} else if fresh := newOnes(now, s.speech.said); len(fresh) > 0 {
		s.sayNow(sentences(fresh))
	}
	s.speech.on, s.speech.screen, s.speech.said = true, v.screen, now
	s.speech.barSaid = s.speech.barSaid || v.bar
	for _, p := range pressables(s.stage.objects) {
		p.onFocus = func() { s.focusAloud(p) }
	}
}

// isRead reports whether the visitor listens to this screen. What follows a
// visit is silent until the wipe is proved, for it ends the voice as well.
func (s *Shell) isRead(v view) bool {
	if !v.aids.speech || v.mute || technical(v.screen) {
		return false
	}
	switch {
	case s.snapshot.State == kiosk.Ending:
		return false
	case s.snapshot.State.InSession():
		return true
	}
	return v.screen != screenFaces && v.screen != screenOutcome && v.screen != screenAutonomy
}

// focusAloud says a button that the keyboard comes to.
func (s *Shell) focusAloud(p *pressable) {
	if !s.speech.on || p.label == "" || p.label == s.speech.focused {
		return
	}
	s.speech.focused = p.label
	s.sayNow(sentences(s.named(p)))
}

// speaks reports whether there is a voice for the language.
func (s *Shell) speaks(l kiosk.Language) bool {
	return s.options.Voice != nil && s.options.Voice.Speaks(l)
}

// toggleSpeech begins to read everything aloud, or ends it; over a page of a
// site, it reads that.
func (s *Shell) toggleSpeech() {
	say := func() string {
		_, text := s.speechWords(s.drawn)
		return s.options.Texts.in(s.drawn.language, text, nil)
	}
	onButton := s.focusedLabel() == say()
	if s.readsPages(s.drawn.screen) {
		s.togglePage()
	} else {
		a := s.aids
		a.speech, a.byHeadset = !a.speech, false
		s.chooseAids(a)
	}
	if onButton { // it says something else now
		s.speech.focused = say()
		s.focus(say())
	}
}

// cornerSpeech is the button on the first screen, which has no bar.
func (s *Shell) cornerSpeech(k kit) *pressable {
	icon, text := s.speechWords(view{screen: screenReady})
	return k.button(icon, k.say(text), k.plainSkin(), 200, s.toggleSpeech)
}

// speechWords says what a touch does: begin, or be silent.
func (s *Shell) speechWords(v view) (icon string, text textID) {
	if v.reading || s.aids.speech && !s.readsPages(v.screen) {
		return "ui/silent", textSpeechStop
	}
	return "ui/listen", textSpeechStart
}

// newOnes returns what is among now and was not before.
func newOnes(now, before []kiosk.Utterance) (fresh []kiosk.Utterance) {
	for _, u := range now {
		if !slices.Contains(before, u) {
			fresh = append(fresh, u)
		}
	}
	return fresh
}

// sentences joins what is in one language, with a stop after each, where the
// voice breathes.
func sentences(of []kiosk.Utterance) (joined []kiosk.Utterance) {
	for _, u := range of {
		u.Text = strings.TrimSpace(u.Text)
		if last, _ := utf8.DecodeLastRuneInString(u.Text); !strings.ContainsRune(".…?!:؟።", last) {
			u.Text += "."
		}
		if last := len(joined) - 1; last >= 0 && joined[last].Language == u.Language {
			joined[last].Text += "\n" + u.Text
			continue
		}
		joined = append(joined, u)
	}
	return joined
}
