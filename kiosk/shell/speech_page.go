package shell

import (
	"context"
	"time"

	"borne/kiosk"

	"fyne.io/fyne/v2"
)

// Reader knows what the page in front says.
type Reader interface {
	ReadPage(ctx context.Context) (kiosk.PageText, error)
}

// readWithin is how long a page has to say what it says; borned gives up sooner.
const readWithin = 5 * time.Second

// reading is a page that is read aloud. Its words are not kept here: they go from
// borned to the voice.
type reading struct {
	on bool
	// turn tells one reading from the next.
	turn int
}

// readsPages reports whether « Écouter » means the page on this screen.
func (s *Shell) readsPages(screen screenID) bool {
	return screen == screenPage && s.options.Reader != nil && s.options.Voice != nil
}

// togglePage reads the page aloud from where it is scrolled, or stops. The bar
// waits for neither.
func (s *Shell) togglePage() {
	if s.reading.on {
		s.quitPage()
		s.draw()
		return
	}
	s.reading.on = true
	s.reading.turn++
	turn := s.reading.turn
	s.countAid(kiosk.AidSpeech)
	s.draw()
	s.aside(func() {
		ctx, cancel := context.WithTimeout(context.Background(), readWithin)
		defer cancel()
		text, err := s.options.Reader.ReadPage(ctx)
		fyne.Do(func() { s.pageRead(turn, text, err) })
	})
}

// pageRead has the page's words said, or why there are none.
func (s *Shell) pageRead(turn int, text kiosk.PageText, err error) {
	if !s.reading.on || s.reading.turn != turn {
		return
	}
	l := s.drawn.language
	own := func(id textID) []kiosk.Utterance { return say(l, s.options.Texts.in(l, id, nil)) }
	words := make([]kiosk.Utterance, 0, len(text.Said)+1)
	for _, u := range text.Said {
		if u.Language == "" || !s.speaks(u.Language) {
			u.Language = kiosk.French // what sites are written in
		}
		words = append(words, u)
	}
	switch {
	case err != nil:
		s.options.Log.Debug("the page is not read aloud", "error", err)
		words = own(textSpeechPageHung)
	case len(words) == 0:
		words = own(textSpeechPageEmpty)
	case text.More:
		words = append(words, own(textSpeechPageMore)...)
	}
	s.options.Voice.Read(words, func() {
		fyne.Do(func() {
			if s.reading.turn == turn {
				s.reading.on = false
				s.draw()
			}
		})
	})
}

// quitPage ends the reading of a page. The voice stays for the screens when they
// are read.
func (s *Shell) quitPage() {
	s.reading.on = false
	s.reading.turn++
	if s.speech.on {
		s.options.Voice.Say(nil)
	} else {
		s.options.Voice.Leave()
	}
}

// sayNow says something of a screen, in place of all else, the page too.
func (s *Shell) sayNow(of []kiosk.Utterance) {
	if s.reading.on {
		s.reading.on = false
		s.reading.turn++
		s.after(0, s.draw) // the bar offers to go on
	}
	s.options.Voice.Say(of)
}
