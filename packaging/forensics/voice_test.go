package forensics_test

import (
	"context"
	"errors"

	"borne/kiosk"
	"borne/packaging/demo/drive"
)

// Buttons of the bar, by their place from the left, where there is a voice.
const (
	listenAtThemes  drive.BarButton = 2
	listenOnPage    drive.BarButton = 3
	keyboardOnPage  drive.BarButton = 7
	documentsOnPage drive.BarButton = 4
)

// voiceOn touches « Écouter », on the choice of themes. What said the last words to the visitor before is gone first.
func (s *scene) voiceOn(ctx context.Context) error {
	if err := quickly(ctx, "silence", func() (bool, error) { return !s.Speaks(), nil }); err != nil {
		return err
	}
	if _, err := s.themes(ctx); err != nil {
		return err
	}
	var err error
	for range tries {
		if err = s.borne.Shell.PressBar(ctx, listenAtThemes); err != nil {
			return err
		}
		if err = s.brieflyUntil(ctx, "the voice", s.Speaks); err == nil {
			return nil
		}
	}
	return err
}

// hear has the list of documents read aloud, and looks into the voice.
func (s *scene) hear(ctx context.Context) error {
	if err := s.inFront(ctx); err != nil {
		return err
	}
	for range tries {
		pressing, cancel := context.WithTimeout(ctx, patience/10)
		err := s.borne.Shell.PressBar(pressing, documentsOnPage) // not there where the list is
		cancel()
		if ctx.Err() != nil {
			return err
		}
		if s.soonMet(ctx, "speech-dispatch", "vo") {
			return s.borne.Shell.PressBar(ctx, drive.BarBack)
		}
	}
	return errors.New("the name of the document is not met in the voice")
}

// readPage has the page in front read aloud, and looks into the voice.
func (s *scene) readPage(ctx context.Context) error {
	for range tries {
		if err := s.borne.Shell.PressBar(ctx, listenOnPage); err != nil {
			return err
		}
		if s.soonMet(ctx, "speech-dispatch", "rd") {
			return nil
		}
	}
	return errors.New("the page's words are not met in the voice")
}

// practise fills in the practice form and sends it: by keys alone, in a page that begins with what is to be touched.
func (s *scene) practise(ctx context.Context, visit int) (err error) {
	for range tries {
		if err = s.practiceForm(ctx, s.words.Word(visit, "pt")); err == nil && s.soonMet(ctx, "borned egress-worker", "pt") {
			return nil
		}
	}
	return errors.Join(errors.New("what was typed for practice is not met in the proxy"), err)
}

func (s *scene) practiceForm(ctx context.Context, word string) error {
	if err := s.bus.OpenService(ctx, kiosk.Practice); err != nil {
		return err
	}
	screen := s.borne.Screen
	for _, step := range []struct {
		title string
		do    func(context.Context) error
	}{
		{"S’entraîner", func(ctx context.Context) error { return screen.Key(ctx, "Tab", "Return") }},
		{"Remplir un formulaire", func(ctx context.Context) error { return screen.Key(ctx, "Tab") }},
	} {
		limited, cancel := context.WithTimeout(ctx, patience/4)
		_, err := screen.WaitTitle(limited, step.title)
		cancel()
		if err != nil {
			return err
		}
		if err := s.inFront(ctx); err != nil {
			return err
		}
		if _, err := screen.Settled(ctx); err != nil {
			return err
		}
		if err := step.do(ctx); err != nil {
			return err
		}
	}
	if err := screen.Type(ctx, word); err != nil {
		return err
	}
	return screen.Key(ctx, "Return")
}

// inFront waits until a page is in front of the shell's "un instant".
func (s *scene) inFront(ctx context.Context) error {
	return s.until(ctx, "the page in front", func(n kiosk.Snapshot) bool { return n.State == kiosk.Visiting && n.Notice == kiosk.NoNotice })
}

// soonMet looks for a word in the memory of a program again and again, for a while.
func (s *scene) soonMet(ctx context.Context, program, code string) bool {
	return s.brieflyUntil(ctx, "a word in "+program, func() bool {
		pids, err := s.scene.Called(program)
		if err != nil {
			return false
		}
		places, _ := s.scene.Part(pids) // one that is gone holds nothing
		return s.seen(places, code)
	}) == nil
}
