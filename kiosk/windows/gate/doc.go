// Package gate stands between the visitor's browser and the X server. X gives
// its clients no isolation: whoever may open a window may also read every key,
// photograph the screen, hold the keyboard or close the shell. The browser
// therefore never gets the server's socket or its cookie, but this package's
// own socket, behind which each request is judged before the server sees it.
//
// Gate listens and relays. What passes is an allowlist: the requests of the
// core protocol (core.go) and of a few extensions (extensions.go) that a
// browser draws, listens and types with, on its own windows and nobody else's.
// There is no way to read pixels back, to grab anything, to speak for another
// client, or to see that XTEST, RECORD and the like exist.
//
// It is no window manager: where windows lie is decided by package windows.
// It reads no answer of the server: what is asked decides what is told.
package gate
