package shell

import (
	"fmt"
	"os"
	"testing"

	"borne/kiosk"

	"fyne.io/fyne/v2"
)

// page is how a story is told: on which screen, in which language and for which eyes.
type page struct {
	screen   monitor
	language kiosk.Language
	aids     aids
}

// monitor is a screen. Its diagonal is the smallest that is sold with so many
// points, and so where fingers have the least room.
type monitor struct {
	size   fyne.Size
	inches float64
}

var monitors = []monitor{
	{fyne.NewSize(1280, 800), 15}, {fyne.NewSize(1024, 768), 15}, {fyne.NewSize(1920, 1080), 15.6},
	{fyne.NewSize(1080, 1920), 15.6}, {fyne.NewSize(3840, 2160), 15.6},
}

func (p page) String() string {
	return fmt.Sprintf("%.0fx%.0f-%s-%s-%s", p.screen.size.Width, p.screen.size.Height, p.language,
		[]string{"standard", "large", "extra"}[p.aids.size], []string{"usual", "contrast", "dark"}[p.aids.colours])
}

// pages are all the ways to tell a story that lay it out differently, and each
// set of colours.
func pages() (all []page) {
	for _, screen := range monitors {
		for _, l := range kiosk.Languages() {
			for size := textStandard; size <= textExtra; size++ {
				all = append(all, page{screen, l, aids{size: size}})
			}
		}
	}
	for _, l := range []kiosk.Language{kiosk.French, kiosk.Arabic} {
		for _, c := range []colours{coloursContrast, coloursDark} {
			all = append(all, page{monitors[0], l, aids{colours: c}})
		}
	}
	return all
}

// tell brings a new fixture to a story told so.
func (p page) tell(t *testing.T, st story) *fixture {
	f := newFixture(t, p.screen.size.Width, p.screen.size.Height)
	f.settings.Languages = kiosk.Languages()
	if p.language != kiosk.French {
		f.settings.Languages = []kiosk.Language{p.language, kiosk.French, kiosk.English, kiosk.Arabic}
	}
	f.language, f.aids = p.language, p.aids
	st.tell(f, p.language)
	return f
}

// TestStorybook tells every story and looks for words that are cut or lie over
// each other, buttons that leave the window, overlap or are too small for a
// finger, contrasts that are too low and an order of the keyboard that jumps.
// With BORNE_STORYBOOK=DIR it tells each in every way, and writes pictures;
// otherwise each in some ways, others for each story.
func TestStorybook(t *testing.T) {
	dir := os.Getenv("BORNE_STORYBOOK")
	told := 0
	for n, p := range pages() {
		t.Run(p.String(), func(t *testing.T) {
			for i, st := range stories() {
				if dir == "" && (n+i*7)%53 != 0 && (p.aids.colours == coloursStandard || (n+i)%9 != 0) {
					continue
				}
				told++
				t.Run(st.name, func(t *testing.T) { checkStory(t, st.name, p.tell(t, st), p) })
			}
		})
	}
	if told < 200 && dir == "" {
		t.Errorf("only %d screens were looked at", told)
	}
	if dir != "" {
		t.Run("pictures", func(t *testing.T) { sheets(t, dir) })
	}
}

func checkStory(t *testing.T, name string, f *fixture, p page) {
	t.Helper()
	for _, fault := range faults(f, p) {
		t.Errorf("%s: %s", name, fault)
	}
}
