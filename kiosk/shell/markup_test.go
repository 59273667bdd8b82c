package shell

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"borne/kiosk"

	"fyne.io/fyne/v2/test"
)

// The golden markup of the screens that carry the promises: first, checklist,
// warning, end and choice of a file. Look at the pictures of the storybook before keeping a new
// one.
func TestMarkup(t *testing.T) {
	golden := map[string]bool{"02-ready": true, "06-needs": true, "11-idle": true, "13a-blocked-host": true, "13d-untrusted": true, "16b-faces-proved": true, "17-erased": true, "18a-closed-tomorrow": true, "26-pick": true}
	// From right to left: the mirror image, and Latin and digits in their order.
	right := map[string]bool{"06-needs": true, "11-idle": true, "26-pick": true}
	for _, st := range stories() {
		if right[st.name] {
			t.Run(st.name+"-ar", func(t *testing.T) {
				f := newFixture(t, 1280, 800)
				st.tell(f, kiosk.Arabic)
				test.AssertRendersToMarkup(t, st.name+"-ar.xml", f.window.Canvas())
			})
		}
		if !golden[st.name] {
			continue
		}
		t.Run(st.name, func(t *testing.T) {
			f := newFixture(t, 1280, 800)
			st.tell(f, kiosk.French)
			test.AssertRendersToMarkup(t, st.name+".xml", f.window.Canvas())
		})
	}
}

func mustGlob(t *testing.T, pattern string) (names []string) {
	t.Helper()
	all, err := filepath.Glob(pattern)
	if err != nil {
		t.Fatal(err)
	}
	for _, n := range all {
		if !strings.HasSuffix(n, "_test.go") {
			names = append(names, n)
		}
	}
	return names
}

func readSource(t *testing.T, name string) string {
	t.Helper()
	b, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}
