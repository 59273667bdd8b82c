// Package bus is org.borne.Kiosk1 on the system bus: Server for borned,
// Client for borne-shell and bornectl.
//
// The server checks the uid of every caller, beside the D-Bus policy file that
// the package installs: the shell's user may do what a visitor does, root what
// staff does. It decides nothing else; Visitor, Shell and Staff are declared
// here and implemented by the supervisor and by cmd/borned.
//
// It is not a place for state: what it publishes is the last Snapshot given.
package bus
