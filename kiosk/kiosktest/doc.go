// Package kiosktest is what the tests of several packages stand on: [Bus] is a D-Bus daemon of a test's own. It is not
// for programs, and holds no fake of the borne: those are where they are needed.
package kiosktest
