package shell

import (
	"fmt"
	"image/color"
	"os"
	"slices"
	"testing"

	"borne/kiosk"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/driver/software"
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
// BORNE_STORYBOOK_PART=n/of is for several processes that share the work.
// Otherwise it tells each in the ways of always, and in some of the others.
func TestStorybook(t *testing.T) {
	dir := os.Getenv("BORNE_STORYBOOK")
	part, parts := 0, 1
	if v := os.Getenv("BORNE_STORYBOOK_PART"); v != "" {
		if _, err := fmt.Sscanf(v, "%d/%d", &part, &parts); err != nil || part < 1 || part > parts {
			t.Fatalf("BORNE_STORYBOOK_PART=%q is not like 1/2", v)
		}
		part--
	}
	told := map[string]int{}
	for n, p := range pages() {
		if n%parts != part {
			continue
		}
		t.Run(p.String(), func(t *testing.T) {
			for i, st := range stories() {
				if dir == "" && !always(p) && (n+i*7)%67 != 0 {
					continue
				}
				told[st.name]++
				t.Run(st.name, func(t *testing.T) { checkStory(t, st.name, p.tell(t, st), p) })
			}
			letGo()
		})
	}
	for _, st := range stories() {
		if told[st.name] < len(alwaysPages())/parts {
			t.Errorf("%s was told in %d ways only", st.name, told[st.name])
		}
	}
	if dir != "" {
		t.Run("pictures", func(t *testing.T) { sheets(t, dir, part, parts) })
	}
}

// alwaysPages are the ways in which each story is told each time: every script,
// direction and form of screen, and in the largest letters.
func alwaysPages() []page {
	return []page{
		{monitors[0], kiosk.French, aids{colours: coloursDark}}, {monitors[0], kiosk.Arabic, aids{size: textExtra}},
		{monitors[1], kiosk.Tigrinya, aids{size: textExtra}}, {monitors[3], kiosk.Ukrainian, aids{size: textExtra}},
	}
}

func always(p page) bool { return slices.Contains(alwaysPages(), p) }

// letGo has Fyne forget what it measured and drew, as it does when it paints.
func letGo() {
	c := software.NewCanvas()
	c.SetContent(canvas.NewRectangle(color.Black))
	c.Resize(fyne.NewSquareSize(1))
	c.Capture()
}

func checkStory(t *testing.T, name string, f *fixture, p page) {
	t.Helper()
	for _, fault := range faults(f, p) {
		t.Errorf("%s: %s", name, fault)
	}
}
