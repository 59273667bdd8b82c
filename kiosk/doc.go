// Package kiosk is the vocabulary that both sides of Borne speak: the borne
// (borned, borne-shell) and the central office (borne-admin).
//
// Its main types are Service and Catalogue (what a visitor can do), Snapshot
// (what the borne is doing now), Cell (an anonymous counter) and the messages
// of enrolment and check-in.
//
// It imports the standard library only, does no input or output, and decides
// nothing: rules live in kiosk/allowlist and kiosk/session.
package kiosk
