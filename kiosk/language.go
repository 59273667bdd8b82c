package kiosk

// Language is a BCP 47 tag as the shell offers it, "fr" for French.
type Language string

// The languages that texts may be written in. French is the reference: a text
// that lacks a language is shown in French.
const (
	French    Language = "fr"
	English   Language = "en"
	Ukrainian Language = "uk"
	Russian   Language = "ru"
)

// Text is one sentence or label in several languages.
type Text map[Language]string

// In returns the text in language l, in French where l is missing, and the
// empty string where both are.
func (t Text) In(l Language) string {
	if s := t[l]; s != "" {
		return s
	}
	return t[French]
}
