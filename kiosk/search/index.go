package search

import (
	"math"
	"strings"

	"borne/kiosk"
)

// Index is a catalogue that can be searched. It is safe for concurrent use: it
// never changes.
type Index struct {
	services  []kiosk.ServiceID
	languages map[kiosk.Language]*lexicon
	french    *lexicon
}

// How much it says to find a word there.
const (
	weightName     = 3.0
	weightSynonym  = 2.8
	weightOperator = 1.5
	weightTask     = 1.4
	weightTheme    = 1.0
)

// lexicon is every word by which services are found in one language.
type lexicon struct {
	words []entry
	at    map[string]int
	// phrases are names and synonyms as a whole, tasks the tasks' words.
	phrases []phrase
	tasks   [][]task
}

// entry is one word, and what it says of which service.
type entry struct {
	word   string
	runes  []rune
	stem   string
	sound  string
	weight map[int]float64
	// rare is high for a word that few services have.
	rare float64
}

type phrase struct {
	service int
	words   []string
	joined  []rune
	weight  float64
}

type task map[string]bool

// New makes an index of a catalogue in each of kiosk.Languages.
func New(c kiosk.Catalogue) *Index {
	x := &Index{languages: map[kiosk.Language]*lexicon{}}
	for _, s := range c.Services {
		x.services = append(x.services, s.ID)
	}
	for _, l := range kiosk.Languages() {
		x.languages[l] = newLexicon(c, l)
	}
	x.french = x.languages[kiosk.French]
	return x
}

func newLexicon(c kiosk.Catalogue, l kiosk.Language) *lexicon {
	x := &lexicon{at: map[string]int{}}
	themes := map[kiosk.ThemeID]kiosk.Text{}
	for _, t := range c.Themes {
		themes[t.ID] = t.Name
	}
	both := func(t kiosk.Text) []string {
		if l == kiosk.French || t[l] == "" {
			return []string{t[kiosk.French]}
		}
		return []string{t[kiosk.French], t[l]}
	}
	for i, s := range c.Services {
		for _, name := range both(s.Name) {
			x.phrase(i, name, weightName)
		}
		x.phrase(i, strings.ReplaceAll(string(s.ID), "-", " "), weightName)
		for _, synonym := range s.Synonyms {
			x.phrase(i, synonym, weightSynonym)
		}
		x.add(i, s.Operator, weightOperator)
		for _, name := range both(themes[s.Theme]) {
			x.add(i, name, weightTheme)
		}
		var tasks []task
		for _, t := range s.Tasks {
			in := task{}
			for _, sentence := range both(t) {
				for _, w := range x.add(i, sentence, weightTask) {
					in[w] = true
				}
			}
			tasks = append(tasks, in)
		}
		x.tasks = append(x.tasks, tasks)
	}
	for i, e := range x.words {
		x.words[i].rare = math.Log(1 + float64(len(c.Services))/float64(len(e.weight)))
	}
	return x
}

func (x *lexicon) phrase(service int, text string, weight float64) {
	ws := x.add(service, text, weight)
	if len(ws) > 0 {
		x.phrases = append(x.phrases, phrase{service, ws, []rune(strings.Join(ws, "")), weight})
	}
}

// add notes the words of a text for a service, once at their highest weight.
func (x *lexicon) add(service int, text string, weight float64) []string {
	ws := words(fold(text))
	for _, w := range ws {
		i, ok := x.at[w]
		if !ok {
			i = len(x.words)
			x.at[w] = i
			x.words = append(x.words, entry{word: w, runes: []rune(w), stem: stem(w), sound: sound(w), weight: map[int]float64{}})
		}
		x.words[i].weight[service] = max(x.words[i].weight[service], weight)
	}
	return ws
}
