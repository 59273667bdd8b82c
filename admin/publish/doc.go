// Package publish turns a bundle's directory into a release: checked, signed
// with the organisation's key, numbered and kept.
//
// Publisher is its one type; the API and the console both publish through it.
package publish
