package shell

import (
	"strings"
	"unicode"

	"fyne.io/fyne/v2"
	"golang.org/x/net/idna"
)

// A host name is at most 253 characters (RFC 1035, section 2.3.4), and two lines
// of it say enough.
const (
	hostMax   = 253
	hostLines = 2
)

// readableHost returns a host as a visitor may read it, in the letters of its
// country where the shell can draw them from left to right, and nothing when it
// holds anything else than a name or an address: it comes from a page.
func readableHost(host string) string {
	host = strings.TrimSuffix(strings.ToLower(host), ".")
	if len(host) > hostMax {
		return ""
	}
	for _, r := range host {
		if (r < 'a' || r > 'z') && (r < '0' || r > '9') && !strings.ContainsRune("-._:[]", r) {
			return ""
		}
	}
	if readable, err := idna.Display.ToUnicode(host); err == nil && drawable(readable) {
		return readable
	}
	return host
}

// drawable reports whether a host is made of one script that is written from
// left to right and is in the shell's letters. A mixture is how one name is made
// to look like another.
func drawable(host string) bool {
	for _, script := range []*unicode.RangeTable{unicode.Latin, unicode.Greek, unicode.Cyrillic} {
		if strings.IndexFunc(host, func(r rune) bool { return unicode.IsLetter(r) && !unicode.Is(script, r) || unicode.IsMark(r) }) < 0 {
			return true
		}
	}
	return false
}

// host makes the lines of a host's name: broken anywhere, before a dot where
// there is one near, for it has no spaces.
func (k kit) host(name string, width float32) *fyne.Container {
	w := words{size: 28, bold: true, align: fyne.TextAlignCenter, theirs: true}
	var objects []fyne.CanvasObject
	y, whole := float32(0), name
	for line := range hostLines {
		rest := k.fitting(name, w, width)
		now := name[:rest]
		if name = name[rest:]; name != "" && line == hostLines-1 {
			now += "…"
		}
		t := k.line(now, w)
		height := k.measure(now, w).Height
		put(t, 0, y, width, height)
		objects = append(objects, t)
		y += height * 1.06
		if name == "" {
			break
		}
	}
	return k.saying(whole, w, fyne.NewSize(width, y), objects...)
}

// fitting returns how many bytes of a name fit in a line, with room for a sign
// that it goes on.
func (k kit) fitting(name string, w words, width float32) int {
	if k.measure(name, w).Width <= width {
		return len(name)
	}
	end := 0
	for i := range name {
		if k.measure(name[:i]+"…", w).Width > width {
			break
		}
		end = i
	}
	if dot := strings.LastIndexByte(name[:end], '.'); dot > end*2/3 {
		end = dot
	}
	return max(end, 1)
}
