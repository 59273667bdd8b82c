// Package search finds a service of the catalogue by what a person types.
//
// New makes an Index of a catalogue; Index.Find answers a query in the
// visitor's language and in French, for the words on a letter from the Caf are
// French whatever a person speaks. It forgives accents, case, word order,
// plurals, spelling by ear ("sekurité") and slips of the finger, and knows the
// names that services used to have from their synonyms.
//
// It is pure: it keeps nothing of what is typed, and reads no clock, file or
// network. It does not draw (kiosk/shell does) and decides nothing about what
// may be opened (kiosk/allowlist does).
package search
