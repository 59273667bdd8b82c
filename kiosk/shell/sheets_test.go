package shell

import (
	"fmt"
	"image"
	"image/png"
	"os"
	"path/filepath"
	"testing"

	"borne/kiosk"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver/software"
	"golang.org/x/image/draw"
)

// The pages of which pictures are kept, for looking at.
func pictured() []page {
	wide, tall := monitors[0], monitors[3]
	return []page{
		{wide, kiosk.French, aids{}}, {wide, kiosk.Arabic, aids{}}, {wide, kiosk.Dari, aids{}}, {wide, kiosk.Ukrainian, aids{}}, {wide, kiosk.Tigrinya, aids{}},
		{wide, kiosk.French, aids{size: textLarge}}, {wide, kiosk.French, aids{size: textExtra}}, {wide, kiosk.Arabic, aids{size: textExtra}},
		{wide, kiosk.French, aids{colours: coloursContrast}}, {wide, kiosk.French, aids{colours: coloursDark}},
		{tall, kiosk.French, aids{}}, {tall, kiosk.Arabic, aids{size: textExtra}}, {monitors[1], kiosk.French, aids{}},
	}
}

// sheets writes a picture of each story, and a contact sheet of all, for the
// pages that are pictured.
func sheets(t *testing.T, dir string, part, parts int) {
	for n, p := range pictured() {
		if n%parts != part {
			continue
		}
		t.Run(p.String(), func(t *testing.T) {
			var all []image.Image
			for _, st := range stories() {
				t.Run(st.name, func(t *testing.T) {
					picture := paint(t, p.tell(t, st), p.screen.size)
					save(t, picture, filepath.Join(dir, p.String(), st.name+".png"))
					all = append(all, smaller(picture))
				})
			}
			if len(all) == 0 { // -run asked for none
				return
			}
			save(t, contactSheet(all), filepath.Join(dir, fmt.Sprintf("sheet-%s.png", p)))
		})
	}
}

// smaller is a picture a third as large.
func smaller(picture image.Image) image.Image {
	small := image.NewRGBA(image.Rectangle{Max: picture.Bounds().Size().Div(3)})
	draw.ApproxBiLinear.Scale(small, small.Bounds(), picture, picture.Bounds(), draw.Src, nil)
	return small
}

// contactSheet sets pictures of one size side by side.
func contactSheet(all []image.Image) image.Image {
	const columns, gap = 6, 8
	size := all[0].Bounds().Size()
	rows := (len(all) + columns - 1) / columns
	sheet := image.NewRGBA(image.Rect(0, 0, columns*(size.X+gap)+gap, rows*(size.Y+gap)+gap))
	for i, picture := range all {
		at := image.Pt(gap+i%columns*(size.X+gap), gap+i/columns*(size.Y+gap))
		draw.Draw(sheet, image.Rectangle{Min: at, Max: at.Add(size)}, picture, image.Point{}, draw.Src)
	}
	return sheet
}

func paint(t *testing.T, f *fixture, size fyne.Size) image.Image {
	t.Helper()
	c := software.NewCanvas()
	c.SetPadded(false)
	c.SetContent(f.stage)
	c.Resize(size)
	return c.Capture()
}

func save(t *testing.T, picture image.Image, path string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	file, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	if err := png.Encode(file, picture); err != nil {
		t.Fatal(err)
	}
}
