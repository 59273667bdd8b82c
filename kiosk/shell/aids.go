package shell

import (
	"context"
	"time"

	"borne/kiosk"
)

// textSize is how large a visitor wants the letters.
type textSize int

// The sizes. The zero value is the usual one.
const (
	textStandard textSize = iota
	textLarge
	textExtra
)

// colours is what a visitor wants to read on.
type colours int

// The sets of colours. The zero value is the usual one.
const (
	coloursStandard colours = iota
	coloursContrast
	coloursDark
)

// aids are what a visitor chose to read by. They end with the visit.
type aids struct {
	size    textSize
	colours colours
	// speech is true while the screens are read aloud.
	speech bool
	// byHeadset is true while that is for a headset that was plugged in.
	byHeadset bool
	// manner is how the voice speaks.
	manner kiosk.Manner
}

func (a aids) sized(size textSize) aids { a.size = size; return a }
func (a aids) coloured(c colours) aids  { a.colours = c; return a }

// scale is how much larger letters are; WCAG 1.4.4 asks for 200 %.
func (a aids) scale() float32 {
	switch a.size {
	case textLarge:
		return 1.4
	case textExtra:
		return 2
	}
	return 1
}

// zoomSteps is how many times the page is made larger, so that it is about as
// large as the shell: 150 % and 200 %.
func (a aids) zoomSteps() int {
	switch a.size {
	case textLarge:
		return 2
	case textExtra:
		return 3
	}
	return 0
}

// used names what is counted, once a visit.
func (a aids) used() (used []kiosk.Aid) {
	if a.size != textStandard {
		used = append(used, kiosk.AidLargeText)
	}
	if a.colours != coloursStandard {
		used = append(used, kiosk.AidContrast)
	}
	if a.speech {
		used = append(used, kiosk.AidSpeech)
	}
	return used
}

// readyAids is how long a choice made on the first screen waits for its visit.
const readyAids = 90 * time.Second

// Aids counts what helps a visitor.
type Aids interface {
	UseAid(ctx context.Context, a kiosk.Aid) error
}

// openAids shows the choice of sizes and colours, closeAids what was there before
// that, or before the choice of the voice.
func (s *Shell) openAids() {
	s.choice.aids, s.choice.voice = true, false
	s.aidsTouched()
	s.draw()
}

func (s *Shell) closeAids() {
	s.choice.aids, s.choice.voice = s.choice.voice, false
	s.draw()
}

// chooseAids shows everything so from now on.
func (s *Shell) chooseAids(a aids) {
	s.aids = a
	s.tune()
	s.aidsTouched()
	if s.snapshot.State.InSession() {
		s.tellAids()
	}
	s.draw()
}

// aidsTouched lets a choice on the first screen lapse when nobody begins.
func (s *Shell) aidsTouched() {
	stop(&s.stopAids)
	if s.snapshot.State.InSession() {
		return
	}
	s.stopAids = s.after(readyAids, func() {
		if !s.snapshot.State.InSession() && s.choice.after == afterNothing {
			s.forgetAids()
			s.draw()
		}
	})
}

// forgetAids is for the next visitor.
func (s *Shell) forgetAids() {
	stop(&s.stopAids)
	s.aids, s.zoomed, s.choice.aids, s.choice.voice = aids{}, 0, false, false
	s.tune()
}

// tellAids has borned count what this visitor uses.
func (s *Shell) tellAids() {
	for _, a := range s.aids.used() {
		if a != kiosk.AidSpeech || s.speaks(s.language) {
			s.countAid(a)
		}
	}
}

// countAid has borned count one, which it does once a visit.
func (s *Shell) countAid(a kiosk.Aid) {
	if s.options.Aids == nil {
		return
	}
	s.aside(func() {
		ctx, cancel := context.WithTimeout(context.Background(), callTimeout)
		defer cancel()
		if err := s.options.Aids.UseAid(ctx, a); err != nil {
			s.options.Log.Debug("an aid was not counted", "error", err)
		}
	})
}

// zoomWithLetters makes the page as large as the letters, when it shows and
// the visitor has chosen another size since. What the visitor then does with
// the page's own buttons stays.
func (s *Shell) zoomWithLetters(screen screenID) {
	want := s.aids.zoomSteps()
	if screen != screenPage || s.zoomed == want {
		return
	}
	s.zoomed = want
	s.call("Zoom", func(ctx context.Context) error {
		if err := s.options.Page.Zoom(ctx, 0); err != nil {
			return err
		}
		for range want {
			if err := s.options.Page.Zoom(ctx, 1); err != nil {
				return err
			}
		}
		return nil
	})
}
