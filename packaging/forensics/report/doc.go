// Report writes what `make forensics` found into a page, between its markers, and
// fails when a word was left, or was not planted. It searches nothing itself:
// the tests of packaging/forensics do.
package main
