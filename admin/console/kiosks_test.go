package console

import (
	"fmt"
	"net/url"
	"testing"

	"borne/admin"
)

// TestPagesOfBornes turns through a list: each borne is on one page, addresses keep what was searched for, and a number that
// is none shows the nearest page.
func TestPagesOfBornes(t *testing.T) {
	for _, c := range []struct {
		bornes                             int
		query, shown, here, previous, next string
	}{
		{bornes: 0, query: "", shown: "0 of 0", here: "/bornes"},
		{bornes: 100, query: "", shown: "1 to 100 of 100", here: "/bornes"},
		{bornes: 101, query: "", shown: "1 to 100 of 101", here: "/bornes", next: "/bornes?page=2"},
		{bornes: 250, query: "page=2&nom=Gare+de+l%27Est&site=s1", shown: "101 to 200 of 250", here: "/bornes?nom=Gare+de+l%27Est&page=2&site=s1",
			previous: "/bornes?nom=Gare+de+l%27Est&site=s1", next: "/bornes?nom=Gare+de+l%27Est&page=3&site=s1"},
		{bornes: 250, query: "page=9", shown: "201 to 250 of 250", here: "/bornes?page=3", previous: "/bornes?page=2"},
		{bornes: 250, query: "page=-1", shown: "1 to 100 of 250", here: "/bornes", next: "/bornes?page=2"},
		{bornes: 250, query: "page=x", shown: "1 to 100 of 250", here: "/bornes", next: "/bornes?page=2"},
	} {
		var b kiosksBody
		for i := range c.bornes {
			b.Rows = append(b.Rows, kioskRow{Kiosk: admin.Kiosk{ID: fmt.Sprint(i + 1)}})
		}
		query, err := url.ParseQuery(c.query)
		if err != nil {
			t.Fatal(err)
		}
		b.turnTo(query)
		shown := "0 of 0"
		if len(b.Rows) > 0 {
			shown = fmt.Sprintf("%s to %s of %d", b.Rows[0].ID, b.Rows[len(b.Rows)-1].ID, b.Total)
			if told := fmt.Sprintf("%d to %d of %d", b.First, b.Last, b.Total); told != shown {
				t.Errorf("%q: says %s, shows %s", c.query, told, shown)
			}
		}
		if shown != c.shown || b.Here != c.here || b.Previous != c.previous || b.Next != c.next {
			t.Errorf("%d, %q: %s, here %q, previous %q, next %q", c.bornes, c.query, shown, b.Here, b.Previous, b.Next)
		}
	}
}
