// Package speech has the borne's screens said aloud by speech-dispatcher, over
// its socket (SSIP, the Speech Synthesis Interface Protocol).
//
// A Speaker takes what is to be said and never makes its caller wait; Voice
// tells which language has a voice in Debian. A visitor's words go over that one
// socket and nowhere else: no error and no line of the log holds any of them.
//
// It decides neither what is said nor when (kiosk/shell does), it does not start
// the service (systemd does, at the first connection) and it plays no sound.
package speech
