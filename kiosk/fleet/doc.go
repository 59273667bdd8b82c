// Package fleet is the borne's agent towards the central office.
//
// An Agent enrols with a single-use code (Enrol), then checks in over signed
// HTTPS (Run): it tells how the borne is, fetches the bundle that it should
// run, carries out commands once each, and sends closed usage cells until the
// central office holds them all. Borne and Cells are what it needs of the
// rest of borned; Identity is who the borne is at the central office; Status
// and Health say how the connection is.
//
// The long poll of a check-in is only a bell: whatever is lost on the way is
// asked, told or sent again, and nothing depends on one answer arriving. Each
// answer is bounded in size and checked before it is believed.
//
// It verifies that a bundle is the one offered (size and hash); whether its
// signature and contents are good is for Borne to say. It counts nothing.
package fleet
