package drive

import (
	"image"
	"image/color"
	"image/draw"
	"testing"
)

// screenOf draws what the shell's screens are made of, at 1280 by 800.
func screenOf(fills map[image.Rectangle]color.RGBA) Picture {
	p := image.NewRGBA(image.Rect(0, 0, 1280, 800))
	fill := func(place image.Rectangle, c color.RGBA) {
		draw.Draw(p, place, image.NewUniform(c), image.Point{}, draw.Src)
	}
	fill(p.Bounds(), color.RGBA{0xf6, 0xf4, 0xef, 0xff})
	bar := image.Rect(0, 0, 1280, 100)
	if c, ok := fills[bar]; ok {
		fill(bar, c)
	}
	for place, c := range fills {
		if place != bar {
			fill(place, c)
		}
	}
	return Picture{RGBA: p}
}

func TestShellFindsButtonsAsAnEyeDoes(t *testing.T) {
	home, back := image.Rect(18, 60, 100, 85), image.Rect(131, 60, 205, 85) // words: lower than half a button
	help, end := image.Rect(1045, 6, 1149, 94), image.Rect(1155, 6, 1275, 94)
	first, second := image.Rect(40, 197, 424, 420), image.Rect(448, 198, 832, 421)
	begin := image.Rect(840, 428, 1240, 520)
	p := screenOf(map[image.Rectangle]color.RGBA{
		image.Rect(0, 0, 1280, 100): Primary.fill(),
		home:                        Plain.fill(), back: Plain.fill(), help: Plain.fill(), end: Danger.fill(),
		first: Plain.fill(), second: Plain.fill(), begin: Primary.fill(),
		image.Rect(60, 600, 90, 620): Primary.fill(), // a sign, too small to be a button
	})
	s := NewShell(nil)
	if got := s.Buttons(p, Plain); len(got) != 2 || got[0] != first || got[1] != second {
		t.Errorf("plain buttons %v, want %v and %v", got, first, second)
	}
	if got := s.Buttons(p, Primary); len(got) != 1 || got[0] != begin {
		t.Errorf("primary buttons %v, want %v", got, begin)
	}
	if got := s.Buttons(p, Danger); len(got) != 0 {
		t.Errorf("the bar's own button was taken for one of the screen: %v", got)
	}
	for b, want := range map[BarButton]image.Rectangle{BarHome: home, BarBack: back, BarHelp: help, BarEnd: end} {
		got, ok := barButton(p, b)
		if !ok || got.Min.X != want.Min.X || got.Max.X != want.Max.X {
			t.Errorf("bar button %d at %v, want the columns of %v", b, got, want)
		}
	}
}

func TestShellFindsTheSignsOfTheBar(t *testing.T) {
	first, second := image.Rect(40, 12, 80, 52), image.Rect(120, 12, 160, 52)
	p := screenOf(map[image.Rectangle]color.RGBA{
		image.Rect(0, 0, 1280, 100): Primary.fill(), first: Plain.fill(), second: Plain.fill(),
		image.Rect(20, 60, 102, 85): Plain.fill(), image.Rect(106, 60, 180, 85): Plain.fill(), // large words, close to each other
		image.Rect(1155, 6, 1275, 94): Danger.fill(),
	})
	got := barSigns(p)
	if len(got) != 3 || got[0].Min.X != first.Min.X || got[0].Max.X != first.Max.X || got[1].Min.X != second.Min.X {
		t.Errorf("signs %v, want the columns of %v, %v and the end", got, first, second)
	}
}

func TestShellKnowsAnOutline(t *testing.T) {
	button, frame := image.Rect(40, 300, 300, 400), image.Rect(400, 300, 700, 400)
	p := screenOf(map[image.Rectangle]color.RGBA{button: Primary.fill()})
	outline := Primary.fill()
	for x := frame.Min.X; x < frame.Max.X; x++ {
		for y := frame.Min.Y; y < frame.Max.Y; y++ {
			if !image.Pt(x, y).In(frame.Inset(6)) {
				p.SetRGBA(x, y, outline)
			}
		}
	}
	s := NewShell(nil)
	if got := s.Buttons(p, Primary); len(got) != 2 {
		t.Fatalf("buttons %v, want both", got)
	}
	if got := s.Filled(p, Primary); len(got) != 1 || got[0] != button {
		t.Errorf("filled %v, want %v", got, button)
	}
}

func TestShellSeesNoBarOnOtherScreens(t *testing.T) {
	p := screenOf(map[image.Rectangle]color.RGBA{image.Rect(68, 317, 336, 457): Primary.fill()})
	for _, b := range []BarButton{BarHome, BarBack, BarHelp, BarEnd} {
		if place, ok := barButton(p, b); ok {
			t.Errorf("bar button %d found at %v on a screen without a bar", b, place)
		}
	}
}
