package practice

import (
	"net/url"
	"strconv"
	"strings"

	"borne/kiosk"
)

// page is what a template sees.
type page struct {
	texts, french texts
	language      kiosk.Language
	name          string
	title         string // the id of its text
	step          int    // of the dossier, 0 elsewhere
	answers       url.Values
	wrong         []fault
}

// fault is one thing to correct: the field, and the id of the text that says
// what.
type fault struct{ Field, Text string }

// Say returns a text.
func (p page) Say(id string) string {
	if s := p.texts[id]; s != "" {
		return s
	}
	return p.french[id]
}

// Lang and Dir are the page's, as HTML writes them.
func (p page) Lang() string { return p.language.Web() }

// Dir is the direction of writing.
func (p page) Dir() string {
	if p.language.RightToLeft() {
		return "rtl"
	}
	return "ltr"
}

// First is true of the page that opens first.
func (p page) First() bool { return p.name == "home" }

// Title is the page's, with what is wrong in front (WCAG 2.4.2, 3.3.1).
func (p page) Title() string { return p.Say(p.title) }

// Step says which step of the dossier this is.
func (p page) Step() string {
	return strings.ReplaceAll(p.Say("step"), "{{.Step}}", strconv.Itoa(p.step))
}

// Errors are what is to be corrected.
func (p page) Errors() []fault { return p.wrong }

// ErrorOf is the text of what is wrong with a field, "" for nothing.
func (p page) ErrorOf(field string) string {
	for _, f := range p.wrong {
		if f.Field == field {
			return f.Text
		}
	}
	return ""
}

// Value is what was just answered, to be corrected. It is in this answer and
// nowhere else.
func (p page) Value(field string) string { return p.answers.Get(field) }

// Choices lists the values of a choice, which are the ids of their texts.
func (p page) Choices(ids ...string) []string { return ids }

// Account and Password are what an exercise asks to copy.
func (p page) Account() string { return account }

// Password is what is to be copied too.
func (p page) Password() string { return password }

// field is what the templates of one field see.
type field struct {
	Page                     page
	Field, Type, Label, Hint string
}

// Field describes a field to its template.
func (p page) Field(name, kind, label, hint string) field { return field{p, name, kind, label, hint} }

// Latin is true of what is written from left to right in every language.
func (f field) Latin() bool { return f.Type == "email" || f.Type == "password" }
