// Report writes what `make escapes` found into a page, between its markers, and
// fails when an attempt did not hold. It tries nothing itself: packaging/escapes
// and packaging/vm do.
package main
