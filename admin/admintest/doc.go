// Package admintest has what tests of the central office share: a store in a
// temporary directory, and Borne, a borne that speaks the device API with real
// signed requests and nothing behind it.
package admintest
