// Package allowlist decides where a visitor's browser may go.
//
// A Rule is a host as an operator writes it; Compile turns the rules of a
// catalogue and its policy into a List, or says as Faults what to write
// instead; ParseTarget reads a URL, or a host:port as in CONNECT, the way a
// browser would; List.Decide answers with a Decision that carries its reason.
// The same List gives the patterns of the browser's own managed policy, so
// that browser and proxy never disagree.
//
// It is pure: no network, no clock, no file. It resolves no name and looks at
// no connection: that is kiosk/egress.
package allowlist
