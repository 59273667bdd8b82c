package forensics_test

import (
	"context"
	"errors"
	"fmt"
	"image"
	"slices"
	"strconv"
	"strings"

	"borne/packaging/demo/drive"
	"borne/packaging/demo/stage"
	"borne/packaging/vm"
)

// keys are the rows of the keyboard that the shell draws in French, as far as words need them. ⇧ stands for what does not.
var keys = []string{"1234567890", "azertyuiop", "qsdfghjklm", "⇧wxcvbn"}

// Places of its keys, in pixels of the stage's screen.
const (
	keyWidth, keyHeight = 106, 85
	keysLeft            = 4
	keysTop             = stage.Height - 429
)

// points are where a finger writes a word.
func points(word string) (all []image.Point, err error) {
	for _, r := range word {
		row := slices.IndexFunc(keys, func(row string) bool { return strings.ContainsRune(row, r) })
		if row < 0 {
			return nil, fmt.Errorf("no key for %q", r)
		}
		column := slices.Index([]rune(keys[row]), r)
		all = append(all, image.Pt(keysLeft+keyWidth*column+keyWidth/2, keysTop+keyHeight*row+keyHeight/2))
	}
	return all, nil
}

// tries is how often a hand begins again that was not felt.
const tries = 3

// themes waits for the choice of themes, still: the first screen has white buttons too.
func (s *scene) themes(ctx context.Context) (p drive.Picture, err error) {
	err = quickly(ctx, "the choice of themes", func() (bool, error) {
		var err error
		p, err = s.borne.Screen.Settled(ctx)
		return err == nil && vm.Bar(p) && len(s.borne.Shell.Buttons(p, drive.Tile)) > 0, err
	})
	return p, err
}

// openSearch touches « Chercher »: the white button that stands last beside the title, above the tiles.
func (s *scene) openSearch(ctx context.Context) error {
	p, err := s.themes(ctx)
	if err != nil {
		return err
	}
	var last image.Rectangle
	for _, b := range s.borne.Shell.Buttons(p, drive.Plain) {
		if b.Max.Y < stage.Height*3/10 {
			last = b
		}
	}
	if last.Empty() {
		return errors.New("no button to search with is on the screen")
	}
	return s.borne.Screen.Tap(ctx, (last.Min.X+last.Max.X)/2, (last.Min.Y+last.Max.Y)/2)
}

// search writes a word on the shell's own search, and leaves it there.
func (s *scene) search(ctx context.Context, visit int) error {
	word := s.words.Word(visit, "rs")
	written, err := points(word)
	if err != nil {
		return err
	}
	for range tries {
		if err = s.openSearch(ctx); err != nil {
			return err
		}
		err = quickly(ctx, "the shell's search", func() (bool, error) {
			p, err := s.borne.Screen.Picture(ctx)
			if err != nil {
				return false, err
			}
			white := s.borne.Shell.Buttons(p, drive.Plain)
			return len(white) > 0 && white[0].Min.Y > stage.Height/2, nil // its own space bar
		})
		if err != nil {
			return err
		}
		if _, err := s.borne.Screen.Settled(ctx); err != nil {
			return err
		}
		if err := s.borne.Screen.TapAll(ctx, written); err != nil {
			return err
		}
		if s.soonMet(ctx, "borne-shell", "rs") {
			return nil
		}
		if err := s.borne.Shell.PressBar(ctx, drive.BarHome); err != nil {
			return err
		}
	}
	return errors.New("what was searched for is not met in the shell")
}

// touchWord writes a word on the keyboard on the screen, into the field that has the page's keyboard.
func (s *scene) touchWord(ctx context.Context, word string) error {
	written, err := points(word)
	if err != nil {
		return err
	}
	if err := s.putKeyboard(ctx, true); err != nil {
		return err
	}
	for range tries {
		if err := s.borne.Screen.TapAll(ctx, written); err != nil {
			return err
		}
		err = s.brieflyUntil(ctx, "the touched word in the page", func() bool { return slices.Contains(s.site.State().Said, "written") })
		if err == nil {
			return s.putKeyboard(ctx, false)
		}
		if err := s.borne.Screen.Key(ctx, "ctrl+a", "BackSpace"); err != nil {
			return err
		}
	}
	return err
}

// putKeyboard shows the keyboard, or puts it away; the page hears of it by its height.
func (s *scene) putKeyboard(ctx context.Context, shown bool) (err error) {
	for range tries {
		if err = s.borne.Shell.PressBar(ctx, keyboardOnPage); err != nil {
			return err
		}
		err = s.brieflyUntil(ctx, "the keyboard", func() bool {
			height := 0
			for _, said := range s.site.State().Said {
				if text, ok := strings.CutPrefix(said, "height "); ok {
					height, _ = strconv.Atoi(text) // what is no number is no height
				}
			}
			return height > 0 && (height < stage.Height/2) == shown
		})
		if err == nil {
			return nil
		}
	}
	return err
}
