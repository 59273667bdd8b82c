package sites

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"path"
	"strconv"
	"strings"
	"sync"
	"unicode"
)

// dossier is what a fictional person declared to the demonstration's Caf.
type dossier struct {
	mu sync.Mutex
	answers
}

// answers are the dossier's fields; the zero value is an empty dossier.
type answers struct {
	Situation string
	Children  int
	Housing   string
	// File is the name of the document that came with it, FileSize its length in bytes. Nothing else of it is kept.
	File     string
	FileSize int64
}

func (d *dossier) snapshot() answers {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.answers
}

// fault is what is wrong with an answer, in words for the visitor; empty when nothing is.
type fault string

// change applies f and returns its fault.
func (d *dossier) change(f func(*answers) fault) fault {
	d.mu.Lock()
	defer d.mu.Unlock()
	return f(&d.answers)
}

// choice is one answer to a question.
type choice struct{ ID, Label string }

// Label finds the words of an answer.
func label(choices []choice, id string) (string, bool) {
	for _, c := range choices {
		if c.ID == id {
			return c.Label, true
		}
	}
	return "", false
}

func situations() []choice {
	return []choice{{"seul", "Je vis seul ou seule"}, {"couple", "Je vis en couple"}, {"autre", "Autre situation"}}
}

func housings() []choice {
	return []choice{{"locataire", "Je suis locataire"}, {"proprietaire", "Je suis propriétaire"}, {"heberge", "Je suis hébergé ou hébergée"}}
}

// SituationLabel and HousingLabel are for the templates.
func (a answers) SituationLabel() string { l, _ := label(situations(), a.Situation); return l }

// HousingLabel is the answer about housing in words.
func (a answers) HousingLabel() string { l, _ := label(housings(), a.Housing); return l }

func (a *answers) setSituation(r *http.Request) fault {
	id := r.PostFormValue("situation")
	if _, ok := label(situations(), id); !ok {
		return "Choisissez votre situation, puis appuyez sur Continuer."
	}
	a.Situation = id
	return ""
}

const maxChildren = 20

func (a *answers) setHousehold(r *http.Request) fault {
	n, err := strconv.Atoi(strings.TrimSpace(r.PostFormValue("enfants")))
	if err != nil || n < 0 || n > maxChildren {
		return fault(fmt.Sprintf("Écrivez le nombre d'enfants en chiffres, de 0 à %d.", maxChildren))
	}
	id := r.PostFormValue("logement")
	if _, ok := label(housings(), id); !ok {
		return "Choisissez votre logement, puis appuyez sur Continuer."
	}
	a.Children, a.Housing = n, id
	return ""
}

// maxUpload is the largest document that the site takes.
const maxUpload = 10 << 20

// setFile counts the document's bytes and forgets them.
func (a *answers) setFile(w http.ResponseWriter, r *http.Request) fault {
	r.Body = http.MaxBytesReader(w, r.Body, maxUpload)
	file, header, err := r.FormFile("piece")
	var tooLarge *http.MaxBytesError
	switch {
	case errors.As(err, &tooLarge):
		return "Ce document est trop lourd : 10 Mo au plus."
	case errors.Is(err, http.ErrMissingFile) && r.PostFormValue("plus-tard") != "":
		a.File, a.FileSize = "", 0
		return ""
	case err != nil:
		return "Choisissez un document, ou appuyez sur « Plus tard »."
	}
	defer file.Close()
	size, err := io.Copy(io.Discard, file)
	if err != nil {
		return "Le document n'est pas arrivé en entier. Essayez encore."
	}
	a.File, a.FileSize = fileName(header.Filename), size
	return ""
}

// fileName keeps what can be shown of a name that a browser sent: no folder, no control character, 80 letters.
func fileName(s string) string {
	s = path.Base(strings.ReplaceAll(s, `\`, "/"))
	s = strings.Map(func(r rune) rune {
		if !unicode.IsPrint(r) {
			return -1
		}
		return r
	}, s)
	if letters := []rune(s); len(letters) > 80 {
		s = string(letters[:80])
	}
	return s
}
