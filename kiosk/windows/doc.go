// Package windows is the borne's window manager. The placement of windows is
// the lockdown: the shell fills the screen, and whatever else a browser opens
// lies in the page rectangle under the shell's bar, or nowhere.
//
// Manager takes the X display as its only window manager, stacks and places
// every window, decides which keys reach them (Keys, an allowlist), tells how
// long nobody touched the borne and clears the selections at the end of a
// visit.
//
// It knows nothing of sessions or sites, draws nothing, and is no sandbox: what
// a browser may ask of the X server is decided by package gate, below this one.
package windows
