// Package shell draws what a visitor sees: the first screen, the choice of a
// service, the bar above the official site, the warnings and the end.
//
// Shell is one full-screen window. It is a client and decides nothing: it
// renders a kiosk.Snapshot, and each button calls one method of Kiosk, Page or
// Placement, the small interfaces that it declares. Texts are the sentences in
// every language. Screens are built for the window's size by functions of a
// kit (sizes, colours, letters), one file a screen; what they built is given the
// visitor's colours (tones) and mirrored where words are from right to left
// (mirror). Nothing on them moves by itself: a borne without a visitor costs no
// processor time. A change between visitors that lasts less than half a second
// is not drawn.
//
// It does not talk to D-Bus or to X, holds no secret, and keeps nothing of a
// visit but the language, how the visitor reads and, while it asks how it went,
// the last site's id.
package shell
