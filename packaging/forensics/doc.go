// Package forensics looks for what a visit leaves behind. A page plants a word in every kind of storage that a browser
// has, people's hands add what they type, copy, download and hand over; each word must be found while the visit is on,
// or the search would prove nothing. Then the visit ends, in one way of many, and everything that the machine holds is
// searched for the words: file systems, memory of every process, journal, the X server, the kernel's keys; in a virtual
// machine also the raw disk and the whole of its memory. `make forensics` runs it.
//
// Its main types are Words, which makes the markers and finds them again in any coding; Site, the pages that plant
// them; Visit, the outcome of one visit as a line of JSON; and Report, the tables that stand in docs/residue.md.
//
// It is not the proof that the borne itself makes after each visit, which is kiosk/sandbox and knows nothing of this.
package forensics
