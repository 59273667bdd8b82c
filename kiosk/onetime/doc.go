// Package onetime is the code that opens a borne's maintenance screen once.
//
// A code is eight digits. Either borned makes one up (Guard.Issue, for somebody
// who is root on the machine), or the central office and the borne work out the
// same one, each for itself, from a secret that they agreed upon at enrolment and
// from the time (Secret.Code, RFC 6238 with a step of a minute): no network is
// needed to say it, nor to check it. A Guard checks what is typed: each code
// opens once and makes those before it worthless, none is good for longer than
// Life, and wrong ones have to wait longer and longer.
//
// It is pure: no clock, no file, no randomness of its own but for Issue, which is
// given its digits. It knows nothing of sessions, of the bus or of the screen.
package onetime
