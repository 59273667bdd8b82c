package store

import (
	"encoding/binary"
	"fmt"
	"hash/fnv"

	"borne/kiosk"
)

// tailCells is of how many counters the fingerprints are kept for each log.
const tailCells = 64

// A number of a usage log never changes its content. When it comes again with
// another one, two machines write the same log, as after the copy of a disk
// with the borne's key on it; what the second counts would be lost among
// numbers that are held already. tail holds the fingerprints of the last
// counters that were taken, four bytes each, up to the watermark.
type tail []byte

func fingerprint(c kiosk.Cell) []byte {
	h := fnv.New32a()
	fmt.Fprintf(h, "%s %s %d %s %s %d", c.Kind, c.Day, c.Hour, c.First, c.Second, c.Count)
	return h.Sum(nil)
}

// contradicts returns the first number that a batch brings with another
// content than before, 0 for none; mark is the watermark.
func (t tail) contradicts(cells []kiosk.SequencedCell, mark uint64) uint64 {
	n := uint64(len(t) / 4)
	for _, c := range cells {
		if c.Seq > mark || c.Seq+n <= mark {
			continue
		}
		at := 4 * (n - 1 - (mark - c.Seq))
		if binary.BigEndian.Uint32(t[at:]) != binary.BigEndian.Uint32(fingerprint(c.Cell)) {
			return c.Seq
		}
	}
	return 0
}

// with is the tail after some more were taken.
func (t tail) with(fresh []kiosk.SequencedCell) tail {
	t = append(tail{}, t...)
	for _, c := range fresh[max(0, len(fresh)-tailCells):] {
		t = append(t, fingerprint(c.Cell)...)
	}
	return t[max(0, len(t)-4*tailCells):]
}
