// Package simulate drives a living central office with as many bornes as one
// machine can play.
//
// Each simulated borne is the agent that real ones run (kiosk/fleet): it
// enrols or was registered, signs, checks in, holds long polls, backs off, and
// sends its closed cells. Only what lies around the agent is played: the
// screen, a usage log in memory, and a line that can go down for all at once.
// Run is its one entry; its Report says what was sent and acknowledged, how
// long answers took, how the herd came back, and whether the central office
// holds every acknowledged cell once (Options, Report, Office).
//
// It counts nothing of people: its cells are drawn at random. They stay in
// the central office like any others, so it belongs on one that is not in use.
package simulate
