package console

import (
	"cmp"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"borne/admin"
	"borne/kiosk"
)

type kiosksBody struct {
	Rows    []kioskRow
	Summary []stateCount
	Sites   []choice
	Text    string
	// Filtered is true when the list was narrowed; More when there are so many
	// that not all were looked at.
	Filtered bool
	More     bool
	MayEnrol bool
	// First and Last of Total are the rows shown, counted from one; Here is
	// the page's own address, Previous and Next those beside it, "" for none.
	First, Last, Total   int
	Here, Previous, Next string
}

type kioskRow struct {
	admin.Kiosk
	Look look
	// Health is the worst level, and Facts what is not well.
	Health kiosk.Level
	Facts  []kiosk.Fact
}

type stateCount struct {
	Look look
	N    int
}

// maxKiosks is how many bornes are looked at: more are found by name or site.
// A page has kiosksAtOnce of them, those that need someone first.
const (
	maxKiosks    = 1000
	kiosksAtOnce = 100
)

func (c *console) kiosks(w http.ResponseWriter, r *http.Request, who admin.Operator) error {
	query := r.URL.Query()
	f := admin.KioskFilter{Site: query.Get("site"), Text: strings.TrimSpace(query.Get("nom")), Limit: maxKiosks + 1}
	list, err := c.Store.Kiosks(r.Context(), f)
	if err != nil {
		return err
	}
	sites, err := c.Store.Sites(r.Context())
	if err != nil {
		return err
	}
	body := kiosksBody{Sites: siteChoices(sites, f.Site), Text: f.Text, Filtered: f.Site != "" || f.Text != "",
		More: len(list) > maxKiosks, MayEnrol: who.May(admin.EnrolKiosks)}
	for _, k := range list[:min(len(list), maxKiosks)] {
		row := kioskRow{Kiosk: k, Look: kioskLook(k, c.Now()), Health: k.Status.HealthLevel()}
		for _, fact := range k.Status.Health {
			if fact.Level != kiosk.LevelOK {
				row.Facts = append(row.Facts, fact)
			}
		}
		body.Rows = append(body.Rows, row)
	}
	// What needs someone stands first; otherwise as one walks the sites.
	slices.SortStableFunc(body.Rows, func(a, b kioskRow) int {
		return cmp.Or(cmp.Compare(min(a.Look.rank, 5), min(b.Look.rank, 5)), cmp.Compare(a.SiteName, b.SiteName), cmp.Compare(a.Name, b.Name))
	})
	for _, row := range body.Rows {
		i := slices.IndexFunc(body.Summary, func(s stateCount) bool { return s.Look.Word == row.Look.Word })
		if i < 0 {
			i = len(body.Summary)
			body.Summary = append(body.Summary, stateCount{Look: row.Look})
		}
		body.Summary[i].N++
	}
	body.turnTo(query)
	return c.show(w, r, "bornes", page{Title: "Bornes", Current: "/bornes", Operator: who, Live: true, Body: body})
}

// turnTo leaves the rows of the page that the query asks for, the nearest when
// there is none of that number.
func (b *kiosksBody) turnTo(query url.Values) {
	b.Total = len(b.Rows)
	n, err := strconv.Atoi(query.Get("page"))
	if err != nil || n < 1 {
		n = 1
	}
	n = min(n, max(1, (b.Total+kiosksAtOnce-1)/kiosksAtOnce))
	address := func(n int) string {
		q := url.Values{}
		for _, name := range []string{"nom", "site"} {
			if v := query.Get(name); v != "" {
				q.Set(name, v)
			}
		}
		if n > 1 {
			q.Set("page", strconv.Itoa(n))
		}
		if len(q) == 0 {
			return "/bornes"
		}
		return "/bornes?" + q.Encode()
	}
	first, last := (n-1)*kiosksAtOnce, min(n*kiosksAtOnce, b.Total)
	if b.Here = address(n); n > 1 {
		b.Previous = address(n - 1)
	}
	if last < b.Total {
		b.Next = address(n + 1)
	}
	b.Rows, b.First, b.Last = b.Rows[first:last], first+1, last
}
