// Package drive is a pair of hands and eyes at a borne's screen, for the demonstration that plays by itself and for the
// tests of whole visits.
//
// Screen taps, types, reads window titles and takes pictures through the X server of a host, as a person with a finger
// would; Borne reads what the borne says of itself on the system bus. Neither calls a method of the product: a visit
// driven by this package is one that a visitor could make.
//
// It is not for the sites' own pages, which tell their state in their titles (demo/sites).
package drive
