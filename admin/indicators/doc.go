// Package indicators turns the rows that the central office keeps into the
// figures that managers read: visits by service and day, sessions by day and
// by hour, and how much of what bornes counted has arrived.
//
// Period and Table are its two main types. It is pure: no clock, no store, no
// words of a page. The definitions of the figures stand beside them in
// admin/console, in French. Figures leave it whole: they are for people of the
// organisation. What may be published is made by Release, which leaves small
// numbers out, and with them those that would give them back (Suppress).
package indicators
