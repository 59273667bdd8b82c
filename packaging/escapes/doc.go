// Package escapes tries every way out of a borne that is known, and writes down what became of each. `make escapes` runs
// it: the tests of this package are the attempts on a booted Debian with the packages as they are installed, those of
// packaging/vm the ones that need a kernel, a keyboard and USB ports of their own.
//
// Its main types are Result, one attempt and its outcome as a line of JSON, and Report, the table of them that stands in
// docs/lockdown.md. What cannot be tried by a program is in Untried, with the reason.
//
// It is no test of how the locks work, which stands beside each of them: here only what a visitor, a page, a browser that
// broke out or the network can see is tried.
package escapes
