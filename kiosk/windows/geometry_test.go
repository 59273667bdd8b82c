package windows

import (
	"testing"

	"pgregory.net/rapid"
)

func TestWithinNeverLeavesThePage(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := func(name string) int { return rapid.IntRange(-40000, 40000).Draw(t, name) }
		page := pageRect(rapid.IntRange(1, 8000).Draw(t, "w"), rapid.IntRange(1, 8000).Draw(t, "h"), rapid.IntRange(0, 300).Draw(t, "bar"), rapid.IntRange(0, 4000).Draw(t, "foot"))
		in := Rect{n("x"), n("y"), n("width"), n("height")}.within(page)
		if in.X < page.X || in.Y < page.Y || in.Width < 1 || in.Height < 1 ||
			in.X+in.Width > page.X+page.Width || in.Y+in.Height > page.Y+page.Height {
			t.Fatalf("%+v is not within %+v", in, page)
		}
		if in.within(page) != in {
			t.Fatalf("%+v moves a second time", in)
		}
	})
}
