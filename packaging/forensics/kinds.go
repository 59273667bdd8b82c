package forensics

// Kind is one way in which a visit could stay.
type Kind struct {
	// Code is two letters, which end a word.
	Code string
	// Name stands in the report.
	Name string
	// How says how the word is planted.
	How string
}

// Kinds lists all of them, in the order of the report. Codes are unique.
func Kinds() []Kind {
	return []Kind{
		{"ck", "cookie", "set by the page, for a year"},
		{"ch", "cookie of the server", "set by an answer, HttpOnly"},
		{"ls", "local storage", "localStorage"},
		{"ss", "session storage", "sessionStorage"},
		{"id", "database", "IndexedDB"},
		{"ca", "cache of a page", "Cache API"},
		{"sw", "service worker", "in its script, which stays registered"},
		{"op", "files of a page", "OPFS"},
		{"hc", "HTTP cache", "the body of an answer that may be kept for a year"},
		{"et", "HTTP cache, ETag", "what would identify the visitor again"},
		{"up", "history: path", "the path of an address that was visited"},
		{"uq", "history: query", "the query of that address"},
		{"uf", "history: fragment", "its fragment"},
		{"hs", "history: state", "history.pushState"},
		{"ti", "title", "the page's title, which the window has"},
		{"xp", "window title in the X server", "a title set by a script, read back from the X server"},
		{"bd", "page's text", "text that is on the screen"},
		{"wn", "window's name", "window.name, which goes from page to page"},
		{"js", "memory of a script", "an array of strings"},
		{"bl", "blob", "URL.createObjectURL"},
		{"wk", "shared worker", "a worker's memory and name"},
		{"me", "media", "an audio file that was played"},
		{"fi", "favicon", "the icon of the page"},
		{"co", "console", "console.error, which browsers write to stderr"},
		{"tx", "typed text", "typed on the keyboard into a form that was sent"},
		{"pw", "password", "typed on the keyboard"},
		{"cl", "clipboard", "typed, selected and copied by keys"},
		{"pr", "primary selection", "typed and selected by keys"},
		{"au", "HTTP authentication", "name and password in an Authorization header, which stands there in base64"},
		{"tk", "TLS ticket", "the session ticket that the server gave"},
		{"mh", "mediator's host", "a host that was opened for this visitor, with HSTS"},
		{"sh", "host of a site", "a host under an allowed domain, which was resolved, connected to, and sent HSTS"},
		{"rh", "refused host", "the host of a page that was refused"},
		{"rn", "refused sub-resource", "the host of an image that the proxy refused"},
		{"dn", "download: name", "the name of a document"},
		{"dl", "document", "the content of a download, which was handed to a page as well"},
		{"pd", "PDF viewed", "a document in Chromium's viewer"},
		{"qs", "search in the page", "a POST's answer"},
	}
}
