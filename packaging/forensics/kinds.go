package forensics

import (
	"slices"
	"strings"
)

// Kind is one way in which a visit could stay.
type Kind struct {
	// Code is two letters, which end a word.
	Code string
	// Name stands in the report.
	Name string
	// How says how the word is planted.
	How string
	// In is what the name of a place must hold for a word that is met there to count as planted; empty for any place.
	In string
}

// counts reports whether a word that was met in a place shows that it was planted.
func (k Kind) counts(where string) bool { return strings.Contains(where, k.In) }

// Counts reports whether a place shows that its word was planted as its kind says.
func (p Place) Counts() bool {
	return slices.ContainsFunc(Kinds(), func(k Kind) bool { return k.Code == p.Code && k.counts(p.Where) })
}

// Kinds lists all of them, in the order of the report. Codes are unique.
func Kinds() []Kind {
	return []Kind{
		{Code: "ck", Name: "cookie", How: "set by the page, for a year"},
		{Code: "ch", Name: "cookie of the server", How: "set by an answer, HttpOnly"},
		{Code: "ls", Name: "local storage", How: "localStorage"},
		{Code: "ss", Name: "session storage", How: "sessionStorage"},
		{Code: "id", Name: "database", How: "IndexedDB"},
		{Code: "ca", Name: "cache of a page", How: "Cache API"},
		{Code: "sw", Name: "service worker", How: "in its script, which stays registered"},
		{Code: "op", Name: "files of a page", How: "OPFS"},
		{Code: "hc", Name: "HTTP cache", How: "the body of an answer that may be kept for a year"},
		{Code: "et", Name: "HTTP cache, ETag", How: "what would identify the visitor again"},
		{Code: "up", Name: "history: path", How: "the path of an address that was visited"},
		{Code: "uq", Name: "history: query", How: "the query of that address"},
		{Code: "uf", Name: "history: fragment", How: "its fragment"},
		{Code: "hs", Name: "history: state", How: "history.pushState"},
		{Code: "ti", Name: "title", How: "the page's title, which the window has"},
		{Code: "xp", Name: "window title in the X server", How: "a title set by a script, read back from the X server"},
		{Code: "bd", Name: "page's text", How: "text that is on the screen"},
		{Code: "wn", Name: "window's name", How: "window.name, which goes from page to page"},
		{Code: "js", Name: "memory of a script", How: "an array of strings"},
		{Code: "bl", Name: "blob", How: "URL.createObjectURL"},
		{Code: "wk", Name: "shared worker", How: "a worker's memory and name"},
		{Code: "me", Name: "media", How: "an audio file that was played"},
		{Code: "fi", Name: "favicon", How: "the icon of the page"},
		{Code: "co", Name: "console", How: "console.error, which browsers write to stderr"},
		{Code: "tx", Name: "typed text", How: "typed on the keyboard into a form that was sent"},
		{Code: "pw", Name: "password", How: "typed on the keyboard"},
		{Code: "cl", Name: "clipboard", How: "typed, selected and copied by keys"},
		{Code: "pr", Name: "primary selection", How: "typed and selected by keys"},
		{Code: "au", Name: "HTTP authentication", How: "name and password in an Authorization header, which stands there in base64"},
		{Code: "tk", Name: "TLS ticket", How: "the session ticket that the server gave"},
		{Code: "mh", Name: "mediator's host", How: "a host that was opened for this visitor, with HSTS"},
		{Code: "sh", Name: "host of a site", How: "a host under an allowed domain, which was resolved, connected to, and sent HSTS"},
		{Code: "rh", Name: "refused host", How: "the host of a page that was refused"},
		{Code: "rn", Name: "refused sub-resource", How: "the host of an image that the proxy refused"},
		{Code: "dn", Name: "download: name", How: "the name of a document"},
		{Code: "dl", Name: "document", How: "the content of a download, which was handed to a page as well"},
		{Code: "pd", Name: "PDF viewed", How: "a document in Chromium's viewer"},
		{Code: "qs", Name: "search in the page", How: "a POST's answer"},
		{Code: "sk", Name: "keyboard on the screen", How: "touched, key by key, into a field of a page"},
		{Code: "rs", Name: "search in the shell", How: "touched on the keyboard of the shell's own search", In: "borne-shell"},
		{Code: "vo", Name: "read aloud", How: "a document's name, said by the voice, which keeps what it said as long as it lives", In: "memory of speech-dispatch"},
		{Code: "rd", Name: "page read aloud", How: "what a page says, at a touch: by way of borned, the bus and the shell to the voice", In: "memory of speech-dispatch"},
		{Code: "pt", Name: "typed for practice", How: "into the practice form, which is sent to the proxy's own process", In: "memory of borned egress-worker"},
		// One document carries these: what tells them apart is where each must be met.
		{Code: "dv", Name: "document shown", How: "by « Voir », from a copy of its own", In: "/shown/"},
		{Code: "dg", Name: "document given", How: "to a page that asked for a file and read it", In: "memory of chromium"},
		{Code: "mp", Name: "maker of pages", How: "a document of which it makes pages, met in its memory", In: "pdftocairo"},
		{Code: "pm", Name: "pages made", How: "kept by borned until « Imprimer » is touched", In: "deleted file of borned"},
		{Code: "ky", Name: "document kept on the visitor's key", How: "met in the process that writes the key; the key itself is the visitor's", In: "borned write-stick"},
		{Code: "sc", Name: "paper scanned", How: "points of a page on the glass of a scanner, met in the process that keeps pages", In: "borned scan-pages"},
		{Code: "ps", Name: "print spool", How: "a document that the printer has no paper for", In: "/var/spool/cups/"},
		{Code: "pj", Name: "print job's title and user", How: "a job by hand, since the borne's own have none", In: "cupsd"},
	}
}
