// Package chaos breaks a borne in every way that a process, a disk, a network or somebody's foot on a cable can, while
// visitors use it, and says what became of the visits. `make chaos` plays visits by touch on the installed packages and
// breaks something in each; `make soak` breaks nothing and looks for what grows; packaging/vm cuts the power. Their
// figures go into docs/resilience.md.
//
// Outside of its tests it holds what has no host in it: Plan draws from a seed what is broken when, Ledger keeps what was
// acknowledged and finds what was lost or doubled, Trend judges what grows, and Section writes a part of the page.
//
// It does not search memory or the raw disk for what a visit left: packaging/forensics does. It does not try ways out:
// packaging/escapes does.
package chaos
