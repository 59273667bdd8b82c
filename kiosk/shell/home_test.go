package shell

import (
	"strings"
	"testing"

	"borne/kiosk"
)

// TestTheHomeScreenLeadsEverywhere looks for what its first page always has, in the
// largest letters too.
func TestTheHomeScreenLeadsEverywhere(t *testing.T) {
	for _, screen := range []monitor{monitors[0], monitors[1], monitors[3]} {
		for _, l := range kiosk.Languages() {
			p := page{screen, l, aids{size: textExtra}}
			f := newFixture(t, screen.size.Width, screen.size.Height)
			f.language, f.aids = l, p.aids
			f.at(l, kiosk.Choosing, nil)
			for _, id := range []textID{textLessonButton, textUrgentButton, textSearchButton} {
				if label := f.options.Texts.in(l, id, nil); find(f.stage.objects, label) == nil {
					t.Errorf("%s: no button says %q", p, label)
				}
			}
			for _, fault := range faults(f, p) {
				t.Errorf("%s: %s", p, fault)
			}
		}
		letGo()
	}
}

func TestNoLineBeginsWithAMark(t *testing.T) {
	if got, want := strings.Join(unbroken("Ensuite, touchez « Terminer » : la borne efface tout !"), "|"),
		"Ensuite,|touchez|« Terminer » :|la|borne|efface|tout !"; got != want {
		t.Errorf("%q, want %q", got, want)
	}
}
