// Package sandbox is one visitor's throw-away home: a transient systemd unit
// with a user, a file system and a network namespace that exist for one
// browser, and the proof that nothing of them is left afterwards.
//
// Sandbox talks to systemd over the system bus. Start gives a Unit: the
// control socket of the program in it, the only listener that it can reach,
// and the news of its death. Unit.Wipe ends it and returns a kiosk.Proof;
// Sandbox.Sweep does the same for what a dead borned left behind.
//
// It does not know Chromium (kiosk/browser does), decides nothing about hosts
// (kiosk/egress serves the listener) and does not touch the X server, whose
// selections kiosk/windows clears.
package sandbox
