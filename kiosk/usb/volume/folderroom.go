package volume

// entryBytes is the size of an entry of a folder, in FAT and exFAT alike.
const entryBytes = 32

// room is what a folder has for new entries, and the names that are taken.
type room struct {
	names map[string]bool
	// free are stretches of entries of nobody, in bytes of the folder; the last
	// may be the folder's end, from its end mark on.
	free []stretch
	end  int64
}

// spare notes that the entry at that place is nobody's.
func (r *room) spare(at int64) {
	if n := len(r.free); n > 0 && r.free[n-1].base+r.free[n-1].size == at {
		r.free[n-1].size += entryBytes
		return
	}
	r.free = append(r.free, stretch{at, entryBytes})
}

// finish notes that nothing follows from that place on in a folder of that
// many bytes.
func (r *room) finish(at, bytes int64) {
	r.end = at
	for ; at+entryBytes <= bytes; at += entryBytes {
		r.spare(at)
	}
}

// place finds where that many bytes of entries go, and by how much the folder
// must grow for them.
func (r *room) place(need, bytes int64) (at, more int64) {
	for _, f := range r.free {
		if f.size >= need {
			return f.base, 0
		}
	}
	at = bytes
	if n := len(r.free); n > 0 && r.free[n-1].base+r.free[n-1].size == bytes {
		at = r.free[n-1].base
	}
	return at, at + need - bytes
}

// enter writes entries, and an end mark behind them if they replace the one
// that was: nobody promises that what follows an end mark is empty.
func (r *room) enter(folder *run, entries []byte, at int64) error {
	behind := at + int64(len(entries))
	if at <= r.end && r.end < behind && behind+entryBytes <= folder.bytes {
		if err := folder.writeAt(make([]byte, entryBytes), behind); err != nil {
			return err
		}
		if err := folder.heap.source.sync(); err != nil {
			return err
		}
	}
	if err := folder.writeAt(entries, at); err != nil {
		return err
	}
	return folder.heap.source.sync()
}
