// Package supervisor is the one loop of borned: events in, session.Step,
// effects out.
//
// Supervisor serialises what the bus, the browser, the fleet agent and time
// say, and carries out the effects through Browser, Counters, Bundles,
// Publisher and Marker, small interfaces declared here. It decides nothing
// itself: kiosk/session does.
package supervisor
