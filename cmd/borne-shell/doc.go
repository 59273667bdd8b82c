// Command borne-shell is what a visitor sees: the full-screen window and the
// placement of every other one. It is a client of org.borne.Kiosk1 and nothing
// more.
//
// It leaves with status 1 when the bus, borned or the X display goes away, and
// systemd starts it again; borned ends the visit meanwhile. SIGTERM ends it
// with status 0.
package main
