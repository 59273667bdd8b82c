// Package session is the life of a visit as a pure state machine.
//
// Step takes a State and an Event and returns the next State and the Effects
// to carry out. It has no clock and no goroutine: every event carries its time,
// and State.Wake says when a Tick is due. Its rule above all others: between
// two visitors stands a wipe that was proved.
//
// It is not the supervisor, which turns effects into deeds, and it does not
// know what a browser or a bus is.
package session
