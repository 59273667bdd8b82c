// Package indicators turns the rows that the central office keeps into the
// figures that managers read: what bornes were used for, when, how it ended,
// whether help came, and how much of what bornes counted has arrived.
//
// Period, Table and Facts are its main types; Facts.Value reckons an Indicator.
// It is pure: no clock, no store, no words of a page. The definitions of the
// figures stand beside them in admin/console, in French. Figures leave it whole:
// they are for people of the organisation. What may be published of a month is
// made by Publish, which leaves small numbers out, and with them those that
// would give them back (SuppressLinked).
package indicators
