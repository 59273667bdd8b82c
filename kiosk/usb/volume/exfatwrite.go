package volume

import (
	"encoding/binary"
	"unicode/utf16"
)

// Types of entries of the root of exFAT (specification, 7.1 and 7.2).
const (
	exfatBitmap = 0x81
	exfatUpcase = 0x82
)

// maxUpcaseBytes is what a table of capitals may be: every character once.
const maxUpcaseBytes = 2 * 65536

// exfatRoot is what the root says of its volume.
type exfatRoot struct {
	room
	bitmap run
	// capitals turns a unit of a name into the volume's own capital.
	capitals []uint16
}

// keepOnExFAT writes a new file, in the order that the specification
// recommends (8.1): the volume is marked as being changed meanwhile.
func keepOnExFAT(v *Volume, doc Document, wrote func(bytes int64) error) (name string, err error) {
	h, root := v.root.heap, v.root
	r, err := exfatScan(&root)
	if err != nil {
		return "", err
	}
	if name, err = FreeName(doc.Name, r.fold, func(s string) bool { return r.names[s] }); err != nil {
		return "", err
	}
	units := utf16.Encode([]rune(name))
	at, more := r.place(entryBytes*int64(2+(len(units)+14)/15), root.bytes)
	if root.bytes+more > maxExFATFolder {
		return "", ErrFull
	}
	content, folder := h.clusters(doc.Bytes), h.clusters(more)
	clusters, err := r.unused(content + folder)
	if err != nil {
		return "", err
	}
	// Nobody has these clusters yet: content that is cut off leaves no trace.
	if err := h.pour(clusters[:content], doc, wrote); err != nil {
		return "", err
	}
	whole, err := v.markDirty()
	if err != nil {
		return "", err
	}
	if err := r.take(clusters); err != nil {
		return "", err
	}
	if err := h.link(clusters[:content]); err != nil {
		return "", err
	}
	if err := h.grow(&root, clusters[content:]); err != nil {
		return "", err
	}
	if err := h.source.sync(); err != nil {
		return "", err
	}
	if err := r.enter(&root, r.entries(units, doc, clusters[0]), at); err != nil {
		return "", err
	}
	return name, whole()
}

// flagsAt is where a volume's flags are, and then how much of it is in use; the
// checksum of the boot sectors leaves both out (specification, 3.1).
const (
	flagsAt   = 106
	percentAt = 112
	dirty     = 0x02
)

// markDirty notes that the volume is being changed, and returns what puts the
// note back as it was. How much of the volume is in use is not known any more.
func (v *Volume) markDirty() (whole func() error, err error) {
	s := v.root.heap.source
	var before [1]byte
	if err := s.read(before[:], flagsAt); err != nil {
		return nil, err
	}
	if err := s.write([]byte{before[0] | dirty}, flagsAt); err != nil {
		return nil, err
	}
	if err := s.write([]byte{0xff}, percentAt); err != nil {
		return nil, err
	}
	if err := s.sync(); err != nil {
		return nil, err
	}
	return func() error {
		if err := s.write(before[:], flagsAt); err != nil {
			return err
		}
		return s.sync()
	}, nil
}

// exfatScan reads the root: its names, its room, what is used of the volume.
func exfatScan(root *run) (r exfatRoot, err error) {
	r.names = map[string]bool{}
	if err := root.measure(maxExFATFolder); err != nil {
		return r, err
	}
	r.end = root.bytes
	var names []string
	for at := int64(0); at+entryBytes <= root.bytes; at += entryBytes {
		var e [entryBytes]byte
		if err := root.readAt(e[:], at); err != nil {
			return r, err
		}
		first, bytes := binary.LittleEndian.Uint32(e[20:]), binary.LittleEndian.Uint64(e[24:])
		switch {
		case e[0] == exfatEnd:
			r.finish(at, root.bytes)
			at = root.bytes
		case e[0]&0x80 == 0:
			r.spare(at)
		case e[0] == exfatBitmap && e[1]&1 == 0 && bytes <= uint64(root.heap.count/8)+uint64(root.heap.clusterBytes):
			r.bitmap = run{heap: root.heap, first: first, bytes: int64(bytes), filled: int64(bytes)}
		case e[0] == exfatUpcase && bytes <= maxUpcaseBytes:
			table := make([]byte, bytes)
			if err := (&run{heap: root.heap, first: first, bytes: int64(bytes), filled: int64(bytes)}).readAt(table, 0); err != nil {
				return r, err
			}
			r.capitals = capitals(table)
		case e[0] == exfatFile:
			name, err := setName(root, at, int64(e[1]))
			if err != nil {
				return r, err
			}
			names = append(names, name)
		}
	}
	if r.bitmap.bytes < (int64(root.heap.count)+7)/8 || r.capitals == nil {
		return r, errDamaged
	}
	for _, name := range names {
		r.names[r.fold(name)] = true
	}
	return r, nil
}

// setName is the name of a set of entries, also of one that is damaged: a file
// that another system still sees is not to be given a double.
func setName(root *run, at, more int64) (string, error) {
	var units []uint16
	for i := int64(2); i <= min(more, 18) && at+entryBytes*(i+1) <= root.bytes; i++ {
		var e [entryBytes]byte
		if err := root.readAt(e[:], at+entryBytes*i); err != nil {
			return "", err
		}
		if e[0] != exfatName {
			break
		}
		for j := 2; j < entryBytes; j += 2 {
			units = append(units, binary.LittleEndian.Uint16(e[j:]))
		}
	}
	return decode(units), nil
}

// capitals unpacks a table of capitals: 0xffff and a number stand for that many
// characters that are their own (specification, 7.2.5).
func capitals(packed []byte) []uint16 {
	table := make([]uint16, 65536)
	for i := range table {
		table[i] = uint16(i)
	}
	unit := 0
	for at := 0; at+2 <= len(packed) && unit < len(table); at += 2 {
		value := binary.LittleEndian.Uint16(packed[at:])
		if value == 0xffff && at+4 <= len(packed) {
			at += 2
			unit += int(binary.LittleEndian.Uint16(packed[at:]))
			continue
		}
		table[unit] = value
		unit++
	}
	return table
}

// fold makes one of names that are the same to the volume, or to us.
func (r *exfatRoot) fold(name string) string {
	units := utf16.Encode([]rune(name))
	for i, u := range units {
		units[i] = r.capitals[u]
	}
	return upper(string(utf16.Decode(units)))
}

// unused finds that many clusters that nothing has, one after the other where
// it can be.
func (r *exfatRoot) unused(count int) ([]uint32, error) {
	h := r.bitmap.heap
	if int64(count) > int64(h.count) {
		return nil, ErrFull
	}
	var found, row []uint32
	b := make([]byte, 4096)
	for c := uint32(0); c < h.count && len(row) < count; c++ {
		if c%(8*uint32(len(b))) == 0 {
			b = b[:min(int64(len(b)), r.bitmap.bytes-int64(c/8))]
			if err := r.bitmap.readAt(b, int64(c/8)); err != nil {
				return nil, err
			}
		}
		if b[c/8%4096]>>(c%8)&1 != 0 {
			row = row[:0]
			continue
		}
		row = append(row, c+2)
		if len(found) < count {
			found = append(found, c+2)
		}
	}
	switch {
	case len(row) == count:
		return row, nil
	case len(found) == count:
		return found, nil
	}
	return nil, ErrFull
}

// take marks clusters as used.
func (r *exfatRoot) take(clusters []uint32) error {
	for _, c := range clusters {
		var b [1]byte
		at := int64(c-2) / 8
		if err := r.bitmap.readAt(b[:], at); err != nil {
			return err
		}
		b[0] |= 1 << ((c - 2) % 8)
		if err := r.bitmap.writeAt(b[:], at); err != nil {
			return err
		}
	}
	return r.bitmap.heap.source.sync()
}

// entries are the file, its stream and its name.
func (r *exfatRoot) entries(units []uint16, doc Document, first uint32) []byte {
	pieces := (len(units) + 14) / 15
	set := make([]byte, entryBytes*(2+pieces))
	set[0], set[1] = exfatFile, byte(1+pieces)
	binary.LittleEndian.PutUint16(set[4:], 0x20) // to be archived: new
	for _, at := range []int{8, 12, 16} {        // made, written, seen
		binary.LittleEndian.PutUint32(set[at:], dosTime(doc.At))
	}
	stream := set[entryBytes:]
	stream[0], stream[1], stream[3] = exfatStream, 0x01, byte(len(units))
	var hash uint16
	for _, u := range units {
		c := r.capitals[u]
		for _, b := range []byte{byte(c), byte(c >> 8)} {
			hash = hash<<15 | hash>>1
			hash += uint16(b)
		}
	}
	binary.LittleEndian.PutUint16(stream[4:], hash)
	binary.LittleEndian.PutUint64(stream[8:], uint64(doc.Bytes))
	binary.LittleEndian.PutUint32(stream[20:], first)
	binary.LittleEndian.PutUint64(stream[24:], uint64(doc.Bytes))
	for i := range pieces {
		set[64+entryBytes*i] = exfatName
	}
	for i, u := range units {
		binary.LittleEndian.PutUint16(set[64+entryBytes*(i/15)+2+2*(i%15):], u)
	}
	binary.LittleEndian.PutUint16(set[2:], exfatChecksum(set))
	return set
}
