package search_test

import (
	"slices"
	"strings"
	"testing"

	"borne/kiosk"
	"borne/kiosk/search"

	"golang.org/x/text/unicode/norm"
	"pgregory.net/rapid"
)

// wordOf finds by one word alone which service has it in a name: what a slip
// in it must still find.
var wordOf = map[string]kiosk.ServiceID{"parcoursup": "parcoursup", "pajemploi": "pajemploi", "assedic": "france-travail", "actualisation": "france-travail",
	"naissance": "service-public", "juridictionnelle": "justice", "remboursements": "ameli", "immatriculation": "france-titres-vehicule",
	"complémentaire": "agirc-arrco", "contravention": "antai", "discrimination": "defenseur-des-droits", "chèque énergie": "cheque-energie"}

// TestOneSlipStillFinds: a letter too many, too few, wrong, or exchanged with
// the next, in a word of six letters or more.
func TestOneSlipStillFinds(t *testing.T) {
	_, index := shipped(t)
	all := slices.Sorted(func(yield func(string) bool) {
		for w := range wordOf {
			if !yield(w) {
				return
			}
		}
	})
	rapid.Check(t, func(t *rapid.T) {
		word := rapid.SampledFrom(all).Draw(t, "word")
		letters := []rune(word)
		at := rapid.IntRange(1, len(letters)-2).Draw(t, "at")
		other := rapid.SampledFrom([]rune("aeiourstnlmp")).Draw(t, "other")
		switch rapid.SampledFrom([]string{"more", "less", "wrong", "exchanged"}).Draw(t, "slip") {
		case "more":
			letters = slices.Insert(letters, at, other)
		case "less":
			letters = slices.Delete(letters, at, at+1)
		case "wrong":
			letters[at] = other
		case "exchanged":
			letters[at], letters[at+1] = letters[at+1], letters[at]
		}
		got := index.Find(string(letters), kiosk.French, 3)
		if !slices.ContainsFunc(got, func(r search.Result) bool { return r.Service == wordOf[word] }) {
			t.Errorf("%q, for %q, finds %v and not %s", string(letters), word, got, wordOf[word])
		}
	})
}

// TestWritingDoesNotMatter: case, accents, how accents are coded, order and
// marks between words change nothing.
func TestWritingDoesNotMatter(t *testing.T) {
	catalogue, index := shipped(t)
	var known []string
	for _, s := range catalogue.Services {
		known = append(known, s.Name[kiosk.French])
		known = append(known, s.Synonyms...)
	}
	same := func(t *rapid.T, a, b string) {
		x, y := index.Find(a, kiosk.French, 5), index.Find(b, kiosk.French, 5)
		if !slices.EqualFunc(x, y, func(a, b search.Result) bool { return a.Service == b.Service }) {
			t.Errorf("%q finds %v, %q finds %v", a, x, b, y)
		}
	}
	rapid.Check(t, func(t *rapid.T) {
		q := rapid.SampledFrom(known).Draw(t, "query")
		same(t, q, strings.ToUpper(q))
		same(t, q, norm.NFD.String(q))
		same(t, q, strings.Map(func(r rune) rune {
			if r >= 0x300 && r < 0x370 {
				return -1
			}
			return r
		}, norm.NFD.String(q)))
		same(t, q, "  "+strings.ReplaceAll(q, " ", " - ")+" ?")
	})
}

// TestOwnNamesAreFound: every service is first, or beside those of the same
// name, when its own name is typed, in every language.
func TestOwnNamesAreFound(t *testing.T) {
	catalogue, index := shipped(t)
	for _, s := range catalogue.Services {
		for _, l := range kiosk.Languages() {
			got := index.Find(s.Name.In(l), l, 3)
			if len(got) == 0 || got[0].Service != s.ID {
				t.Errorf("%s: %q finds %v, want %s", l, s.Name.In(l), got, s.ID)
			}
		}
		for i, task := range s.Tasks {
			got := index.Find(task[kiosk.French], kiosk.French, 8)
			if !slices.ContainsFunc(got, func(r search.Result) bool { return r.Service == s.ID && r.Task == i }) {
				t.Errorf("task %d of %s, %q, finds %v", i, s.ID, task[kiosk.French], got)
			}
		}
		for _, synonym := range s.Synonyms {
			got := index.Find(synonym, kiosk.French, 6)
			if !slices.ContainsFunc(got, func(r search.Result) bool { return r.Service == s.ID }) {
				t.Errorf("%q finds %v, not %s", synonym, got, s.ID)
			}
		}
	}
}

// TestNothingFindsNothing: what no service answers is not answered at random.
func TestNothingFindsNothing(t *testing.T) {
	_, index := shipped(t)
	for _, q := range []string{"", " ", "?!", "xyzzyq", "pizza margherita", "meteo demain", "facebook", "youtube", "🙂", "\x00\xff", "qwertyuiop", "12345678901"} {
		if got := index.Find(q, kiosk.French, 5); len(got) != 0 {
			t.Errorf("%q finds %v", q, got)
		}
	}
	if got := index.Find("caf", kiosk.French, 0); got != nil {
		t.Errorf("none asked for: %v", got)
	}
	if got := index.Find("caf", "xx", 5); len(got) == 0 {
		t.Error("a language without words does not search in French")
	}
}

func FuzzFind(f *testing.F) {
	catalogue, index := shipped(f)
	for _, q := range []string{"pole emplois", "carte vitalle", "sécu", "logment social", "تصريح الإقامة", "፩፪", "ǅ", "İstanbul", strings.Repeat("a ", 400), "\xf0\x28", "e\u0301\u0301\u0301"} {
		f.Add(q, uint8(5), uint8(1))
	}
	f.Fuzz(func(t *testing.T, q string, limit, l uint8) {
		language := kiosk.Languages()[int(l)%len(kiosk.Languages())]
		got := index.Find(q, language, int(limit))
		if len(got) > int(limit) {
			t.Fatalf("%d results, %d asked for", len(got), limit)
		}
		seen := map[kiosk.ServiceID]bool{}
		for i, r := range got {
			s, ok := catalogue.Service(r.Service)
			if !ok || seen[r.Service] || r.Task < -1 || r.Task >= len(s.Tasks) || !(r.Score > 0) || i > 0 && r.Score > got[i-1].Score {
				t.Fatalf("%q: result %d of %v", q, i, got)
			}
			seen[r.Service] = true
		}
		if again := index.Find(q, language, int(limit)); !slices.Equal(got, again) {
			t.Fatalf("%q: %v, then %v", q, got, again)
		}
	})
}

func BenchmarkFind(b *testing.B) {
	_, index := shipped(b)
	for b.Loop() {
		if len(index.Find("demande de logment social", kiosk.Arabic, 6)) == 0 {
			b.Fatal("nothing")
		}
	}
}
