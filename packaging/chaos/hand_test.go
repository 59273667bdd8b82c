package chaos_test

import (
	"context"
	"errors"
	"fmt"
	"image"
	"image/color"
	"time"

	"borne/kiosk"
	"borne/packaging/demo/drive"
	"borne/packaging/demo/stage"
	"borne/packaging/vm"
)

// hand is a visitor's: it touches the screen, nothing else. It knows by heart where buttons were, and looks again where a
// touch did nothing.
type hand struct {
	s     *scene
	known map[string]image.Point
	// touches are those of the present step.
	touches uint64
}

func newHand(s *scene) *hand { return &hand{s: s, known: map[string]image.Point{}} }

// atOnce is how long a touch may take to be followed by what it is for, on a button known by heart.
const atOnce = 900 * time.Millisecond

// press touches the button that find finds, until done says that it was felt.
func (h *hand) press(ctx context.Context, name string, find func(drive.Picture) (image.Rectangle, bool), done func() bool) error {
	h.touches = 0
	touch := func(at image.Point, wait time.Duration) (bool, error) {
		h.touches++
		if err := h.s.borne.Screen.Tap(ctx, at.X, at.Y); err != nil {
			return false, err
		}
		limited, cancel := context.WithTimeout(ctx, wait)
		defer cancel()
		return soon(limited, 10*time.Millisecond, name, func() (bool, error) { return done(), nil }) == nil, nil
	}
	if at, ok := h.known[name]; ok {
		if felt, err := touch(at, atOnce); felt || err != nil {
			return err
		}
	}
	return soon(ctx, 50*time.Millisecond, name, func() (bool, error) {
		if done() {
			return true, nil
		}
		p, err := h.s.borne.Screen.Picture(ctx)
		if err != nil {
			return false, err
		}
		place, ok := find(p)
		if !ok {
			return false, errors.New("the button is not on the screen")
		}
		at := middle(place)
		felt, err := touch(at, 2*atOnce)
		if felt {
			h.known[name] = at
		}
		return felt, err
	})
}

// button finds the n-th button of a look.
func (h *hand) button(look drive.Look, n int) func(drive.Picture) (image.Rectangle, bool) {
	return func(p drive.Picture) (image.Rectangle, bool) {
		found := h.s.borne.Shell.Buttons(p, look)
		if n >= len(found) {
			return image.Rectangle{}, false
		}
		return found[n], true
	}
}

// in reports whether the borne says that it is in one of these states.
func (h *hand) in(ctx context.Context, states ...kiosk.State) func() bool {
	return func() bool {
		now, err := h.s.now(ctx)
		for _, s := range states {
			if err == nil && now.State == s {
				return true
			}
		}
		return false
	}
}

// first waits until the first screen is there to be touched. An end screen of the visit before is touched away, and so is
// the invitation that comes when nobody touches anything.
func (h *hand) first(ctx context.Context) error {
	return soon(ctx, 30*time.Millisecond, "the first screen", func() (bool, error) {
		now, err := h.s.now(ctx)
		if err != nil || now.State != kiosk.Ready {
			return false, errors.Join(err, fmt.Errorf("the borne is %q: %s", now.State, now.Reason))
		}
		p, err := h.s.borne.Screen.Picture(ctx)
		if err != nil {
			return false, err
		}
		if vm.FirstScreen(p) {
			return true, nil
		}
		if h.s.borne.Shell.Bare(p) {
			return false, errors.Join(errors.New("nothing to touch is shown"), h.s.borne.Shell.Wake(ctx))
		}
		// The last button is « Recommencer », or skips a question.
		if n := len(h.s.borne.Shell.Buttons(p, drive.Plain)); n > 0 {
			place, _ := h.button(drive.Plain, n-1)(p)
			at := middle(place)
			err = h.s.borne.Screen.Tap(ctx, at.X, at.Y)
		}
		return false, errors.Join(err, errors.New("the first screen is not shown"))
	})
}

// language touches the first language.
func (h *hand) language(ctx context.Context) error {
	return h.press(ctx, "the language", h.button(drive.Primary, 0), h.in(ctx, kiosk.Choosing))
}

// homeButton is « Accueil », the first of the bar.
var homeButton = image.Pt(58, 50)

// tile is the place of the witness among the themes.
const tile = 3

// open goes from the themes to the site: its tile, then « Commencer ». A tile is felt by what shows next.
func (h *hand) open(ctx context.Context) error {
	visiting := func() bool {
		now, err := h.s.now(ctx)
		return err == nil && now.State == kiosk.Visiting && now.Service == service
	}
	begin := h.button(drive.Primary, 0)
	if at, ok := h.known["the tile"]; ok {
		if go_, ok := h.known["begin"]; ok {
			// By heart: both, as fast as the screen follows.
			for range 3 {
				if err := h.s.borne.Screen.Tap(ctx, at.X, at.Y); err != nil {
					return err
				}
				if err := h.pause(ctx, 120*time.Millisecond); err != nil {
					return err
				}
				if err := h.s.borne.Screen.Tap(ctx, go_.X, go_.Y); err != nil {
					return err
				}
				limited, cancel := context.WithTimeout(ctx, atOnce/3)
				err := soon(limited, 10*time.Millisecond, "the visit", func() (bool, error) { return visiting(), nil })
				cancel()
				if err == nil {
					return nil
				}
			}
		}
	}
	return soon(ctx, 50*time.Millisecond, "the site", func() (bool, error) {
		switch now, err := h.s.now(ctx); {
		case err == nil && now.State == kiosk.Visiting && now.Service == service:
			return true, nil
		case err == nil && now.State == kiosk.Visiting: // a screen that was half drawn: « Accueil », as anybody would
			clear(h.known)
			err := h.s.borne.Screen.Tap(ctx, homeButton.X, homeButton.Y)
			return false, errors.Join(err, h.pause(ctx, 300*time.Millisecond), fmt.Errorf("another site was opened: %s", now.Service))
		}
		p, err := h.s.borne.Screen.Picture(ctx)
		if err != nil {
			return false, err
		}
		if place, ok := h.button(drive.Tile, tile)(p); ok {
			at := middle(place)
			if err := h.s.borne.Screen.Tap(ctx, at.X, at.Y); err != nil {
				return false, err
			}
			h.known["the tile"] = at
			return false, h.pause(ctx, 300*time.Millisecond)
		}
		if place, ok := begin(p); ok {
			at := middle(place)
			if err := h.s.borne.Screen.Tap(ctx, at.X, at.Y); err != nil {
				return false, err
			}
			h.known["begin"] = at
			return false, h.pause(ctx, 300*time.Millisecond)
		}
		return false, errors.New("neither tiles nor a beginning")
	})
}

func middle(r image.Rectangle) image.Point { return image.Pt((r.Min.X+r.Max.X)/2, (r.Min.Y+r.Max.Y)/2) }

func (h *hand) pause(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-timer.C:
		return nil
	}
}

// page waits until the page has looked around and left its marks, pastes what the clipboard holds, and touches the page.
func (h *hand) page(ctx context.Context) error {
	err := soon(ctx, 15*time.Millisecond, "the page", func() (bool, error) { return h.s.witness.seen().planted, nil })
	if err != nil {
		return err
	}
	screen := h.s.borne.Screen
	if err := screen.Tap(ctx, 100, stage.Height-70); err != nil {
		return err
	}
	if err := screen.Key(ctx, "ctrl+v"); err != nil {
		return err
	}
	return h.press(ctx, "the page's middle", func(drive.Picture) (image.Rectangle, bool) {
		return image.Rect(stage.Width/2-1, stage.Height/2-1, stage.Width/2+1, stage.Height/2+1), true
	}, func() bool { return h.s.witness.seen().touched > 0 })
}

// ask touches « Terminer »: a question is shown.
func (h *hand) ask(ctx context.Context) error {
	at, ok := h.known["the end"]
	for !ok {
		p, err := h.s.borne.Screen.Picture(ctx)
		if err != nil {
			return err
		}
		bar := image.Rect(0, 0, stage.Width, stage.Height/8)
		if found := p.Areas(bar, color.RGBA{0xa6, 0x1b, 0x1b, 0xff}, image.Pt(50, 40)); vm.Bar(p) && len(found) == 1 {
			at, ok = middle(found[0]), true
			h.known["the end"] = at
		} else if err := h.pause(ctx, 50*time.Millisecond); err != nil {
			return errors.Join(errors.New("no bar is on the screen"), err)
		}
	}
	if err := h.s.borne.Screen.Tap(ctx, at.X, at.Y); err != nil {
		return err
	}
	return h.pause(ctx, 250*time.Millisecond)
}

// end ends the visit: « Terminer », and yes.
func (h *hand) end(ctx context.Context) error {
	over := h.in(ctx, kiosk.Ending, kiosk.Starting, kiosk.Ready)
	return soon(ctx, 50*time.Millisecond, "the end", func() (bool, error) {
		if over() {
			return true, nil
		}
		limited, cancel := context.WithTimeout(ctx, 5*time.Second)
		defer cancel()
		if err := h.ask(limited); err != nil {
			return false, err
		}
		err := h.press(limited, "yes, the end", h.button(drive.Danger, 0), over)
		return err == nil, err
	})
}
