package kiosk

// Language is a BCP 47 tag as the shell offers it, "fr" for French.
type Language string

// The languages that texts may be written in. French is the reference: a text
// that lacks a language is shown in French.
//
// EasyFrench is French written to the European easy-to-read rules (FALC,
// "facile à lire et à comprendre"): there is no registered subtag, so it is a
// private one. Dari is fa-AF, which is what CLDR makes of the ISO 639-3 code
// prs: plural rules and browsers know the first and not the second. Tags have
// no case (RFC 5646); ours are in lower case, as every value of a counter.
const (
	French     Language = "fr"
	EasyFrench Language = "fr-x-falc"
	English    Language = "en"
	Arabic     Language = "ar"
	Dari       Language = "fa-af"
	Pashto     Language = "ps"
	Ukrainian  Language = "uk"
	Russian    Language = "ru"
	Tigrinya   Language = "ti"
	Turkish    Language = "tr"
	Romanian   Language = "ro"
	Portuguese Language = "pt"
	Spanish    Language = "es"
)

// Languages lists every language that texts may be written in and visitors
// may choose. It is closed: the usage log takes no other.
func Languages() []Language {
	return []Language{French, EasyFrench, English, Arabic, Dari, Pashto, Ukrainian, Russian, Tigrinya, Turkish, Romanian, Portuguese, Spanish}
}

// RightToLeft reports whether the language is written from right to left.
func (l Language) RightToLeft() bool {
	switch l {
	case Arabic, Dari, Pashto:
		return true
	}
	return false
}

// Web is the language as websites and browsers know it: easy French is French
// to them, and Dari is Persian. It is French for no language.
func (l Language) Web() string {
	switch l {
	case "", EasyFrench:
		return string(French)
	case Dari:
		return "fa"
	}
	return string(l)
}

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
