package volume

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// MaxNameBytes is how much of a name is kept: a file of that name still fits
// Linux's 255 bytes, with a number before it.
const MaxNameBytes = 200

// CleanName makes a name that is safe to show and to give a file: no control
// characters, nothing that turns the direction of writing or is not seen, no
// separators of paths, no dots or spaces at either end, not too long. It
// returns "" when nothing is left.
func CleanName(name string) string {
	var b strings.Builder
	for _, r := range strings.ToValidUTF8(name, "�") {
		switch {
		case r == '/' || r == '\\' || r == ':':
			r = '_'
		case unicode.IsSpace(r):
			r = ' '
		case !unicode.IsGraphic(r), unicode.Is(unicode.Cf, r), r == utf8.RuneError:
			continue
		}
		b.WriteRune(r)
	}
	clean := strings.Trim(b.String(), " .")
	if len(clean) <= MaxNameBytes {
		return clean
	}
	// The end tells one scan from the next, and carries the extension.
	const ellipsis, tail = "…", 40
	head, end := MaxNameBytes-tail-len(ellipsis), len(clean)-tail
	for !utf8.RuneStart(clean[head]) {
		head--
	}
	for !utf8.RuneStart(clean[end]) {
		end++
	}
	return clean[:head] + ellipsis + clean[end:]
}
