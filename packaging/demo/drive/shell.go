package drive

import (
	"context"
	"errors"
	"fmt"
	"image"
	"image/color"
	"slices"
)

// Look is a kind of button of the shell, told by its fill as an eye tells it.
type Look int

// The kinds of button.
const (
	Plain   Look = iota // white: tiles, and another way
	Primary             // petrol blue: the one thing to do
	Danger              // red: what cannot be undone
	Tile                // white and high: a theme or a site to choose
)

// fill repeats the colours of kiosk/shell's palette on purpose: this package looks at a screen, not at the program.
func (l Look) fill() color.RGBA {
	switch l {
	case Primary:
		return color.RGBA{0x0b, 0x4f, 0x6c, 0xff}
	case Danger:
		return color.RGBA{0xa6, 0x1b, 0x1b, 0xff}
	default:
		return color.RGBA{0xff, 0xff, 0xff, 0xff}
	}
}

// String names the look in messages.
func (l Look) String() string {
	return map[Look]string{Plain: "plain", Primary: "primary", Danger: "danger", Tile: "tile"}[l]
}

// Shell finds the shell's buttons on a screen by what is seen of them, and taps them.
type Shell struct{ screen *Screen }

// NewShell returns the shell on that screen.
func NewShell(screen *Screen) *Shell { return &Shell{screen} }

// The bar lies over every screen of a visit: a share of the screen's height, as at 1280 by 800.
const (
	barHeight    = 100
	screenHeight = 800
)

func barOf(screen image.Rectangle) image.Rectangle {
	return image.Rect(0, 0, screen.Dx(), screen.Dy()*barHeight/screenHeight)
}

// smallestButton leaves out letters, signs and lines, which share the colours of buttons.
func smallestButton(screen image.Rectangle, l Look) image.Point {
	height := 60
	if l == Tile { // higher than any button with one line of words
		height = 130
	}
	return image.Pt(screen.Dx()*150/1280, screen.Dy()*height/screenHeight)
}

// Buttons lists the buttons of that look outside the bar, from the top down and from left to right.
func (s *Shell) Buttons(p Picture, l Look) []image.Rectangle {
	place := p.Bounds()
	if bar := barOf(place); p.Share(bar, Primary.fill()) > 0.4 {
		place.Min.Y = bar.Max.Y
	}
	found := p.Areas(place, l.fill(), smallestButton(p.Bounds(), l))
	// A row's tops differ by a pixel or two of anti-aliasing.
	slices.SortStableFunc(found, func(a, b image.Rectangle) int {
		if d := a.Min.Y - b.Min.Y; d < -4 || d > 4 {
			return d
		}
		return a.Min.X - b.Min.X
	})
	return found
}

// Filled is Buttons without what only has an outline of that colour, such as the frame of a choice that is made.
func (s *Shell) Filled(p Picture, l Look) []image.Rectangle {
	return slices.DeleteFunc(s.Buttons(p, l), func(r image.Rectangle) bool { return p.Share(r, l.fill()) < filled })
}

// filled is the share of a button, at least, that has its colour.
const filled = 0.3

// Press waits for the n-th button (from 0) of that look to be there and the screen to be still, and taps its middle.
func (s *Shell) Press(ctx context.Context, l Look, n int) error {
	button, err := s.Find(ctx, l, n)
	if err != nil {
		return err
	}
	return s.screen.Tap(ctx, (button.Min.X+button.Max.X)/2, (button.Min.Y+button.Max.Y)/2)
}

// Find waits for the n-th button (from 0) of that look on a still screen. An invitation is touched away.
func (s *Shell) Find(ctx context.Context, l Look, n int) (button image.Rectangle, err error) {
	var last Picture
	err = Until(ctx, fmt.Sprintf("%s button %d", l, n+1), func() (bool, error) {
		p, err := s.screen.Picture(ctx)
		if err != nil {
			return false, err
		}
		still := p.Difference(last) < 0.002 // a clock may tick
		last = p
		buttons := s.Buttons(p, l)
		if still && s.Bare(p) {
			return false, errors.Join(errors.New("no button at all"), s.Wake(ctx))
		}
		if !still || n >= len(buttons) {
			return false, fmt.Errorf("%d buttons, still %v", len(buttons), still)
		}
		button = buttons[n]
		return true, nil
	})
	return button, err
}

// Bare reports whether a screen has neither bar nor button: an invitation, which takes the first touch, or a screen that
// only says something, which takes none.
func (s *Shell) Bare(p Picture) bool {
	return p.Share(barOf(p.Bounds()), Primary.fill()) <= 0.4 &&
		len(s.Buttons(p, Plain))+len(s.Buttons(p, Primary))+len(s.Buttons(p, Danger)) == 0
}

// Wake touches the screen where no button ever lies, as somebody does who finds the invitation: it gives way to the first
// screen. On any other screen nothing comes of it.
func (s *Shell) Wake(ctx context.Context) error {
	_, height, err := s.screen.Size(ctx)
	if err != nil {
		return err
	}
	return s.screen.Tap(ctx, Margin, height/2)
}

// Margin is a distance from the left side at which no button lies, in pixels.
const Margin = 4

// BarButton is a button of the bar: by its place from the left, or one of those that stand at the end.
type BarButton int

// The bar's buttons that every screen of a visit has, but BarBack, which the choice of themes does not need.
const (
	BarHome BarButton = 0
	BarBack BarButton = 1
	BarHelp BarButton = -2
	BarEnd  BarButton = -1
)

// PressBar waits for the bar and taps one of its buttons.
func (s *Shell) PressBar(ctx context.Context, b BarButton) error {
	var at image.Rectangle
	err := Until(ctx, "the bar", func() (bool, error) {
		p, err := s.screen.Picture(ctx)
		if err != nil {
			return false, err
		}
		place, ok := barButton(p, b)
		at = place
		return ok, nil
	})
	if err != nil {
		return err
	}
	return s.screen.Tap(ctx, (at.Min.X+at.Max.X)/2, (at.Min.Y+at.Max.Y)/2)
}

// PressSign taps the n-th of the signs of a bar of one row (from 0), from the left, or from the right where it is mirrored.
func (s *Shell) PressSign(ctx context.Context, n int, fromRight bool) error {
	var at image.Rectangle
	err := Until(ctx, fmt.Sprintf("sign %d of the bar", n+1), func() (bool, error) {
		p, err := s.screen.Picture(ctx)
		if err != nil {
			return false, err
		}
		signs := barSigns(p)
		if fromRight {
			slices.Reverse(signs)
		}
		if n >= len(signs) {
			return false, fmt.Errorf("%d signs", len(signs))
		}
		at = signs[n]
		return true, nil
	})
	if err != nil {
		return err
	}
	return s.screen.Tap(ctx, (at.Min.X+at.Max.X)/2, (at.Min.Y+at.Max.Y)/2)
}

// barSigns are what stands in the upper half of the bar: signs, for large words stand close to each other.
func barSigns(p Picture) []image.Rectangle {
	bar := barOf(p.Bounds())
	if bar.Empty() || p.Share(bar, Primary.fill()) < 0.3 {
		return nil
	}
	bar.Max.Y -= bar.Dy() / 2
	return groups(p, bar)
}

// barButton finds a button: those at the left are signs on the bar's own ground; help is the white one, the end the red
// one.
func barButton(p Picture, b BarButton) (place image.Rectangle, ok bool) {
	bar := barOf(p.Bounds())
	if bar.Empty() || p.Share(bar, Primary.fill()) < 0.4 {
		return place, false
	}
	var found []image.Rectangle
	n := 0
	switch smallest := bar.Size().Div(2); b {
	case BarHelp:
		found = p.Areas(bar, Plain.fill(), image.Pt(smallest.Y, smallest.Y))
	case BarEnd:
		found = p.Areas(bar, Danger.fill(), image.Pt(smallest.Y, smallest.Y))
	default:
		found, n = barGroups(p), int(b)
	}
	if n >= len(found) {
		return place, false
	}
	return found[n], true
}

// barGroups parts the bar into what stands out of its ground, left to right: a sign with its word, or filled buttons.
func barGroups(p Picture) []image.Rectangle {
	return groups(p, barOf(p.Bounds()))
}

// groups parts a strip of the bar.
func groups(p Picture, bar image.Rectangle) []image.Rectangle {
	// Wider than the space between two words, narrower than between two buttons.
	gap := max(bar.Dx()*16/1280, 1)
	var groups []image.Rectangle
	for x := bar.Min.X; x < bar.Max.X; x++ {
		column := image.Rect(x, bar.Min.Y+bar.Dy()/12, x+1, bar.Max.Y-bar.Dy()/12)
		if p.Share(column, Primary.fill()) == 1 {
			continue
		}
		if n := len(groups); n > 0 && x-groups[n-1].Max.X < gap {
			groups[n-1].Max.X = x + 1
		} else {
			groups = append(groups, image.Rect(x, bar.Min.Y, x+1, bar.Max.Y))
		}
	}
	return groups
}
