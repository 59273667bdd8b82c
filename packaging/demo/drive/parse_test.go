package drive

import (
	"image"
	"image/color"
	"testing"
)

const tree = `
xwininfo: Window id: 0x50f (the root window) (has no name)

  Root window id: 0x50f (the root window) (has no name)
  Parent window id: 0x0 (none)
     4 children:
     0x600003 "Étape 1 \"sur\" 3: (a) - Chromium": ("chromium" "Chromium")  1280x704+0+96  +0+96
        1 child:
        0x600004 (has no name): ()  1280x704+0+0  +0+96
     0x400007 "borne": ()  1280x96+0+0  +0+0
     0x200001 "": ("x" "X")  1x1+-1+-1  +-1+-1
     0x200002 "caché": ("x" "X")  10x10+-12+0  +-12+0
`

func TestParseTree(t *testing.T) {
	got := parseTree(tree)
	want := []Window{
		{"0x600003", `Étape 1 \"sur\" 3: (a) - Chromium`, "Chromium", image.Rect(0, 96, 1280, 800)},
		{"0x400007", "borne", "", image.Rect(0, 0, 1280, 96)},
		{"0x200002", "caché", "X", image.Rect(-12, 0, -2, 10)},
	}
	if len(got) != len(want) {
		t.Fatalf("%d windows: %v", len(got), got)
	}
	for i := range want {
		if got[i] != want[i] {
			t.Errorf("window %d: %v, want %v", i, got[i], want[i])
		}
	}
}

func FuzzParseTree(f *testing.F) {
	f.Add(tree)
	f.Add(`  0x1 "a": ()  99999999999999999999x1+0+0  +0+0`)
	f.Fuzz(func(t *testing.T, s string) {
		for _, w := range parseTree(s) {
			if w.Title == "" || w.ID == "" {
				t.Errorf("a window without a name came from %q", s)
			}
		}
	})
}

func TestAreasAndShare(t *testing.T) {
	blue, white := color.RGBA{20, 60, 140, 255}, color.RGBA{255, 255, 255, 255}
	p := Picture{RGBA: image.NewRGBA(image.Rect(0, 0, 100, 60))}
	button, dot := image.Rect(10, 20, 60, 50), image.Rect(80, 5, 83, 8)
	for y := range 60 {
		for x := range 100 {
			p.SetRGBA(x, y, white)
			if q := image.Pt(x, y); q.In(button) || q.In(dot) {
				p.SetRGBA(x, y, blue)
			}
		}
	}
	p.SetRGBA(30, 30, white) // a letter inside the button
	areas := p.Areas(p.Bounds(), blue, image.Pt(20, 20))
	if len(areas) != 1 || areas[0] != button {
		t.Errorf("areas %v, want %v", areas, button)
	}
	if share := p.Share(dot, blue); share != 1 {
		t.Errorf("share of the dot %v", share)
	}
	if share := p.Share(image.Rect(200, 200, 300, 300), blue); share != 0 {
		t.Errorf("share outside the picture %v", share)
	}
	if d := p.Difference(Picture{}); d != 1 {
		t.Errorf("difference with nothing %v", d)
	}
}
