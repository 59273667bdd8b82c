package shell

import (
	"fmt"
	"image"
	"io/fs"
	"regexp"
	"strings"
	"testing"

	assets "borne/assets/shell"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/driver/software"
)

var (
	svgShape = regexp.MustCompile(`(?s)<(path|circle|rect|line|ellipse|polyline|polygon)\b[^>]*/>`)
	svgOpen  = regexp.MustCompile(`(?s)<svg[^>]*>`)
)

// Fyne's SVG reader drops a shape that it cannot parse, and draws spikes where
// two arcs meet badly, without a word: every shape of every icon must leave
// paint, and none on the edge of the picture.
func TestEveryShapeOfEveryIconIsDrawn(t *testing.T) {
	if _, err := loaded(); err != nil { // Fyne draws for an app
		t.Fatal(err)
	}
	for _, pattern := range []string{"icons/theme/*.svg", "icons/ui/*.svg"} {
		names, err := fs.Glob(assets.Files, pattern)
		if err != nil || len(names) == 0 {
			t.Fatalf("%s: %d icons, %v", pattern, len(names), err)
		}
		for _, name := range names {
			b, err := fs.ReadFile(assets.Files, name)
			if err != nil {
				t.Fatal(err)
			}
			source := strings.NewReplacer("currentColor", "#000000", `stroke-width="2"`, `stroke-width="8"`).Replace(string(b))
			shapes := svgShape.FindAllString(source, -1)
			if len(shapes) == 0 {
				t.Errorf("%s has no shape", name)
			}
			for i, s := range shapes {
				inside, edge := ink96(fmt.Sprintf("%s-%d", name, i), svgOpen.FindString(source)+s+"</svg>")
				if inside == 0 {
					t.Errorf("%s: not drawn: %s", name, s)
				}
				if edge > 0 {
					t.Errorf("%s: %d points on the edge of the picture: %s", name, edge, s)
				}
			}
		}
	}
}

// ink96 draws an SVG of 96 by 96 pixels and counts its dark ones.
func ink96(name, svg string) (inside, edge int) {
	i := canvas.NewImageFromResource(fyne.NewStaticResource(name, []byte(svg)))
	i.FillMode = canvas.ImageFillContain
	i.SetMinSize(fyne.NewSquareSize(96))
	picture := software.Render(i, newAppTheme())
	r := picture.Bounds()
	for y := r.Min.Y; y < r.Max.Y; y++ {
		for x := r.Min.X; x < r.Max.X; x++ {
			if red, _, _, _ := picture.At(x, y).RGBA(); red < 0x6000 {
				inside++
				if !(image.Point{x, y}).In(r.Inset(2)) {
					edge++
				}
			}
		}
	}
	return inside, edge
}
