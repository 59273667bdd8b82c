// Package usage is the borne's anonymous usage log: counters in SQLite, never
// a visit.
//
// A Log adds kiosk.Cells in one transaction per ended session (Record), moves
// those whose hour or day is over to an outbox under sequence numbers that
// never change (CloseElapsed), hands them out in batches (Batch) and deletes
// what the central office says it holds (Acknowledge). Contents is all that is
// kept, for a data protection officer (Dump).
//
// What makes it anonymous, beside the closed lists of kiosk.Kinds, which the
// tables themselves hold to: the table of open cells has no row id, and is
// written anew in the order of its keys, so it keeps no order of arrival, not
// even in the bytes of its pages; cells kept by day leave only after that day,
// in random order, so that neither their place nor the time of sending tells an
// hour; deleted pages are overwritten, and the write-ahead log, which holds the
// pages as each visit left them, is overwritten and emptied at each
// CloseElapsed.
//
// It decides nothing of what is counted (the supervisor does) and knows no
// network (kiosk/fleet sends).
package usage
