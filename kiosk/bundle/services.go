package bundle

import (
	"maps"
	"math"
	"slices"
	"strings"

	"borne/kiosk"
)

// ordered is a service with its rank inside its theme, which only the file
// knows: a catalogue holds services in order.
type ordered struct {
	service kiosk.Service
	order   int
}

func (l *loader) service(v value, fileID string, themes map[kiosk.ThemeID]int) ordered {
	f := v.fields("id", "theme", "order", "name", "operator", "start", "tasks", "needs", "minutes", "own_phone",
		"synonyms", "navigable", "supporting", "groups", "plain_http")
	s := kiosk.Service{
		ID:       kiosk.ServiceID(fileID),
		Theme:    kiosk.ThemeID(f["theme"].id("theme")),
		Name:     f["name"].words("name", maxNameRunes),
		Operator: f["operator"].sentence("operator", maxSentenceRunes),
		Start:    f["start"].start(),
		Tasks:    f["tasks"].wordsList("task"),
		Needs:    f["needs"].wordsList("need"),
		Minutes:  f["minutes"].number("minutes", 0, 600),
		OwnPhone: f["own_phone"].flag("own_phone"),
	}
	switch id := f["id"].id("id"); {
	case id != "" && id != fileID:
		f["id"].faultf("id %q in %s.yaml: write %q, or rename the file", id, fileID, fileID)
	case id == string(kiosk.Practice):
		f["id"].faultf("id %q is the borne's own practice pages: write another", id)
	case id == kiosk.None:
		f["id"].faultf("id %q stands for no service in the counters: write another", id)
	}
	if _, ok := themes[s.Theme]; !ok && s.Theme != "" && len(themes) > 0 {
		f["theme"].faultf("unknown theme %q: write one of %s, or add it to %s", s.Theme, join(slices.Sorted(maps.Keys(themes))), themesFile)
	}
	if len(s.Tasks) == 0 {
		f["tasks"].faultf("tasks is empty: say in plain words what people come to do")
	}
	for _, item := range f["synonyms"].items() {
		s.Synonyms = append(s.Synonyms, item.sentence("synonym", maxNameRunes))
	}
	if s.Start != "" {
		l.places[spot{service: s.ID, field: "start", index: -1}] = f["start"]
	}
	s.Navigable = l.hosts(f["navigable"], spot{service: s.ID, field: "navigable"})
	s.Supporting = l.hosts(f["supporting"], spot{service: s.ID, field: "supporting"})
	for i, item := range f["groups"].items() {
		s.Groups = append(s.Groups, item.required("group"))
		l.places[spot{service: s.ID, field: "groups", index: i}] = item
	}
	s.PlainHTTP = kiosk.PlainHTTPRedirect
	if word, ok := f["plain_http"].text(); ok {
		s.PlainHTTP = kiosk.PlainHTTP(word)
		l.places[spot{service: s.ID, field: "plain_http", index: -1}] = f["plain_http"]
	}
	order := math.MaxInt
	if !f["order"].absent() {
		order = f["order"].number("order", 0, 1_000_000)
	}
	return ordered{s, order}
}

// start reads the address that opens first; the compiler judges its host.
func (v value) start() string {
	s := v.required("start")
	switch {
	case s == "" || strings.HasPrefix(s, "https://"):
		return s
	case strings.HasPrefix(s, "http://"):
		v.faultf("start %q is not encrypted: write %q", s, "https://"+strings.TrimPrefix(s, "http://"))
	default:
		v.faultf("start %q: write a whole address that starts with https://, such as \"https://www.caf.fr/\"", s)
	}
	return ""
}

func join[T ~string](names []T) string {
	var out []string
	for _, n := range names {
		out = append(out, string(n))
	}
	return strings.Join(out, ", ")
}
