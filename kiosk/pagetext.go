package kiosk

// MaxPageText is how many characters of a page are read aloud at once: some ten
// minutes of speech.
const MaxPageText = 12_000

// PageText is what a page of a site says, to be read aloud. It is text and
// nothing else, whatever the page is.
type PageText struct {
	// Said is in the order of the page. A language is one of ours, or empty where
	// the page names none of them.
	Said []Utterance
	// More is true when the page goes on after it.
	More bool
}

// LanguageOfWeb is the language that a page means by a BCP 47 tag, as in its
// lang attribute; empty when it is none of ours.
func LanguageOfWeb(tag string) Language {
	primary := make([]byte, 0, 2)
	for i := range len(tag) {
		c := tag[i]
		if c == '-' || c == '_' {
			break
		}
		if 'A' <= c && c <= 'Z' {
			c += 'a' - 'A'
		}
		if primary = append(primary, c); len(primary) > 2 {
			return ""
		}
	}
	for _, l := range Languages() {
		if l.Web() == string(primary) {
			return l
		}
	}
	return ""
}
