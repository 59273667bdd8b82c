// Package console holds the pages, style and script of the central office's
// web console, as a person who writes HTML would edit them.
//
// Templates and Static are its two functions. It interprets nothing:
// admin/console parses the pages, fills them and serves the rest.
package console
