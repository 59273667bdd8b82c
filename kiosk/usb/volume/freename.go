package volume

import (
	"fmt"
	"path"
	"strings"
	"unicode"
	"unicode/utf8"
)

// reserved are names that Windows keeps for devices, whatever their extension
// (Microsoft, Naming Files, Paths, and Namespaces).
var reserved = map[string]bool{"CON": true, "PRN": true, "AUX": true, "NUL": true}

// maxSame is how many files of one name are counted through: a folder holds
// fewer.
const maxSame = 70_000

// StickName makes of any name one that a stick of FAT or exFAT may have, and
// every computer opens: clean (CleanName), without the characters that Windows
// refuses, and not that of a device. It is never empty.
func StickName(name string) string {
	name = strings.Map(func(r rune) rune {
		if strings.ContainsRune(`"*<>?|`, r) {
			return '_'
		}
		return r
	}, CleanName(name))
	stem := strings.ToUpper(strings.TrimRight(strings.SplitN(name, ".", 2)[0], " "))
	port := len(stem) == 4 && (strings.HasPrefix(stem, "COM") || strings.HasPrefix(stem, "LPT")) && stem[3] >= '0' && stem[3] <= '9'
	if name == "" || reserved[stem] || port {
		return "_" + name
	}
	return name
}

// FreeName is the stick's name for a file, with a number where another has it:
// « Facture (2).pdf ». taken is asked for names as fold makes them, since to a
// stick a and A are the same.
func FreeName(name string, fold func(string) string, taken func(folded string) bool) (string, error) {
	name = StickName(name)
	if !taken(fold(name)) {
		return name, nil
	}
	extension := path.Ext(name)
	if len(extension) > 6 {
		extension = ""
	}
	stem := strings.TrimSuffix(name, extension)
	for n := 2; n < maxSame; n++ {
		number := fmt.Sprintf(" (%d)", n)
		short := stem
		for len(short)+len(number)+len(extension) > MaxNameBytes {
			_, size := utf8.DecodeLastRuneInString(short)
			short = short[:len(short)-size]
		}
		next := strings.TrimRight(short, " .") + number + extension
		if !taken(fold(next)) {
			return next, nil
		}
	}
	return "", ErrFull
}

// upper folds a name as FAT does, letter by letter.
func upper(name string) string { return strings.Map(unicode.ToUpper, name) }
