package forensics

import (
	"errors"
	"io"
)

// Count reads a medium to its end and counts the words of a visit in it: how many there are, and of which kinds.
func (w *Words) Count(r io.Reader, visit int) (read int64, words int, kinds map[string]int, err error) {
	kinds = map[string]int{}
	buffer := make([]byte, chunk+reach)
	kept := 0
	for {
		n, err := io.ReadFull(r, buffer[kept:])
		read += int64(n)
		piece := buffer[:kept+n]
		last := errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF)
		if err != nil && !last {
			return read, words, kinds, err
		}
		// What begins in the part that comes again is counted then.
		end := len(piece)
		if !last {
			end -= reach
		}
		for _, f := range w.Find(piece) {
			if f.At < end && f.Visit == visit {
				words++
				kinds[f.Code]++
			}
		}
		if last {
			return read, words, kinds, nil
		}
		kept = copy(buffer, piece[end:])
	}
}
