package shell

import (
	"bytes"
	"image"
	"image/color"
	"image/png"
	"testing"

	"borne/kiosk"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
)

// What the check of a colour compares with is the darkest ground that ours
// lies on.
func TestNoGroundIsDarkerThanTheChecks(t *testing.T) {
	r, g, b, _ := kiosk.ColourGround.RGB()
	least := luminance(color.NRGBA{r, g, b, 0xff})
	for _, c := range []color.NRGBA{ground, surface, pale, hues[0].disc} {
		if luminance(c) < least-1e-9 {
			t.Errorf("%v is darker than %s", c, kiosk.ColourGround)
		}
	}
}

func TestAnOrganisationsColourAndLogo(t *testing.T) {
	var logo bytes.Buffer
	if err := png.Encode(&logo, image.NewGray(image.Rect(0, 0, 300, 100))); err != nil {
		t.Fatal(err)
	}
	p := page{monitors[0], kiosk.French, aids{}}
	for _, st := range stories() {
		f := newFixture(t, 1280, 800)
		f.settings.Colour, f.settings.Logo = "#5a1e6e", logo.Bytes()
		st.tell(f, kiosk.French)
		f.settings.Colour, f.settings.Logo = "#5a1e6e", logo.Bytes() // stories change settings
		f.drawn = view{}
		f.draw()
		checkStory(t, st.name, f, p)
		if f.drawn.screen != screenReady {
			continue
		}
		shown := false
		walk(f.stage.objects, func(o fyne.CanvasObject) {
			i, ok := o.(*canvas.Image)
			shown = shown || ok && i.Resource.Name() == "logo.png"
		})
		if !shown {
			t.Errorf("%s shows no logo", st.name)
		}
	}
}

func walk(objects []fyne.CanvasObject, visit func(fyne.CanvasObject)) {
	for _, o := range objects {
		visit(o)
		switch o := o.(type) {
		case *fyne.Container:
			walk(o.Objects, visit)
		case *pressable:
			walk([]fyne.CanvasObject{o.content}, visit)
		}
	}
}

// A colour that cannot be read is not taken, wherever it comes from.
func TestAPaleColourIsNotTaken(t *testing.T) {
	for _, c := range []kiosk.Colour{"", "#ffcc00", "purple"} {
		if !ownTones(c).usual() {
			t.Errorf("%q is taken", c)
		}
	}
}
