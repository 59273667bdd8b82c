package volume

import (
	"encoding/binary"
	"fmt"
	"path"
	"strings"
	"time"
	"unicode/utf16"
)

// keepOnFAT writes a new file on FAT12, FAT16 or FAT32.
func keepOnFAT(v *Volume, doc Document, wrote func(bytes int64) error) (name string, err error) {
	h, root := v.root.heap, v.root
	r, shorts, err := fatRoom(&root)
	if err != nil {
		return "", err
	}
	if name, err = FreeName(doc.Name, upper, func(s string) bool { return r.names[s] }); err != nil {
		return "", err
	}
	short, err := freeShort(name, shorts)
	if err != nil {
		return "", err
	}
	at, more := r.place(entryBytes*int64(1+(len(utf16.Encode([]rune(name)))+12)/13), root.bytes)
	if more > 0 && (root.fixed != 0 || root.bytes+more > maxFATFolder) {
		return "", ErrFull
	}
	content, folder := h.clusters(doc.Bytes), h.clusters(more)
	clusters, err := h.unused(content+folder, v.firstFree())
	if err != nil {
		return "", err
	}
	if err := h.pour(clusters[:content], doc, wrote); err != nil {
		return "", err
	}
	if err := h.link(clusters[:content]); err != nil {
		return "", err
	}
	if err := h.grow(&root, clusters[content:]); err != nil {
		return "", err
	}
	if err := v.noteFree(clusters); err != nil {
		return "", err
	}
	if err := h.source.sync(); err != nil {
		return "", err
	}
	return name, r.enter(&root, fatEntries(name, short, doc, clusters[0]), at)
}

// fatRoom reads a folder's names, long and short ones, and what is free in it.
func fatRoom(folder *run) (r room, shorts map[string]bool, err error) {
	r, shorts = room{names: map[string]bool{}}, map[string]bool{}
	if folder.fixed == 0 {
		if err := folder.measure(maxFATFolder); err != nil {
			return r, nil, err
		}
	}
	r.end = folder.bytes
	var long longName
	for at := int64(0); at+entryBytes <= folder.bytes; at += entryBytes {
		var e [entryBytes]byte
		if err := folder.readAt(e[:], at); err != nil {
			return r, nil, err
		}
		switch {
		case e[0] == 0:
			r.finish(at, folder.bytes)
			return r, shorts, nil
		case e[0] == 0xe5:
			long = longName{}
			r.spare(at)
		case e[11]&0x3f == attrLong:
			long.add(e[:])
		default:
			if name := long.take(e[:11]); name != "" {
				r.names[upper(name)] = true
			}
			if e[11]&attrLabel == 0 {
				shorts[string(e[:11])] = true
				r.names[upper(shortName(e[:]))] = true
			}
		}
	}
	return r, shorts, nil
}

// unused finds that many clusters that nothing has, from the first on and then
// from the beginning.
func (h *heap) unused(count int, first uint32) ([]uint32, error) {
	if int64(count) > int64(h.count) {
		return nil, ErrFull
	}
	if !h.valid(first) {
		first = 2
	}
	found := make([]uint32, 0, count)
	for i := uint32(0); i < h.count && len(found) < count; i++ {
		c := 2 + (first-2+i)%h.count
		value, err := h.entry(c)
		if err != nil {
			return nil, err
		}
		if value == 0 {
			found = append(found, c)
		}
	}
	if len(found) < count {
		return nil, ErrFull
	}
	return found, nil
}

// fsinfo reads where FAT32 notes how many clusters are free and which comes
// next, nil where it does not.
func (v *Volume) fsinfo() []byte {
	b := make([]byte, 512)
	if v.notes == 0 || v.root.heap.source.read(b, v.notes) != nil ||
		string(b[:4]) != "RRaA" || string(b[484:488]) != "rrAa" || b[510] != 0x55 || b[511] != 0xaa {
		return nil
	}
	return b
}

// firstFree is where the search begins.
func (v *Volume) firstFree() uint32 {
	if b := v.fsinfo(); b != nil {
		return binary.LittleEndian.Uint32(b[492:])
	}
	return 2
}

// noteFree notes that clusters are taken. A note that cannot be true becomes
// "not known".
func (v *Volume) noteFree(taken []uint32) error {
	b := v.fsinfo()
	if b == nil {
		return nil
	}
	free := binary.LittleEndian.Uint32(b[488:])
	if free > v.root.heap.count || int(free) < len(taken) {
		free = 0xffffffff
	} else {
		free -= uint32(len(taken))
	}
	binary.LittleEndian.PutUint32(b[488:], free)
	binary.LittleEndian.PutUint32(b[492:], taken[len(taken)-1])
	return v.root.heap.source.write(b[488:496], v.notes+488)
}

// freeShort makes the 8.3 name that old programs see, as Windows does: what is
// left of the name in capitals, with a number.
func freeShort(name string, taken map[string]bool) (string, error) {
	letters := func(s string, most int) string {
		s = strings.Map(func(r rune) rune {
			if r = toUpperASCII(r); r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' {
				return r
			}
			return -1
		}, s)
		return s[:min(len(s), most)]
	}
	extension := path.Ext(name)
	stem := letters(strings.TrimSuffix(name, extension), 6)
	if stem == "" {
		stem = "DOC"
	}
	for n := 1; n < maxSame; n++ {
		number := fmt.Sprintf("~%d", n)
		short := fmt.Sprintf("%-8s%-3s", stem[:min(len(stem), 8-len(number))]+number, letters(extension, 3))
		if !taken[short] {
			return short, nil
		}
	}
	return "", ErrFull
}

func toUpperASCII(r rune) rune {
	if r >= 'a' && r <= 'z' {
		return r - 'a' + 'A'
	}
	return r
}

// fatEntries are a file's long name, last piece first, and its own entry.
func fatEntries(name, short string, doc Document, first uint32) []byte {
	units := utf16.Encode([]rune(name))
	pieces := (len(units) + 12) / 13
	if len(units)%13 != 0 { // the end, and then what is no character
		for units = append(units, 0); len(units) < 13*pieces; {
			units = append(units, 0xffff)
		}
	}
	sum := shortChecksum([]byte(short))
	var entries []byte
	for i := pieces - 1; i >= 0; i-- {
		e := make([]byte, entryBytes)
		e[0], e[11], e[13] = byte(i+1), attrLong, sum
		if i == pieces-1 {
			e[0] |= 0x40
		}
		for j, at := range []int{1, 3, 5, 7, 9, 14, 16, 18, 20, 22, 24, 28, 30} {
			binary.LittleEndian.PutUint16(e[at:], units[13*i+j])
		}
		entries = append(entries, e...)
	}
	e := make([]byte, entryBytes)
	copy(e, short)
	e[11] = 0x20 // to be archived: new
	stamp := dosTime(doc.At)
	binary.LittleEndian.PutUint32(e[14:], stamp)                // made
	binary.LittleEndian.PutUint16(e[18:], uint16(stamp>>16))    // seen
	binary.LittleEndian.PutUint32(e[22:], stamp)                // written
	binary.LittleEndian.PutUint16(e[20:], uint16(first>>16))    //
	binary.LittleEndian.PutUint16(e[26:], uint16(first&0xffff)) //
	binary.LittleEndian.PutUint32(e[28:], uint32(doc.Bytes))    //
	return append(entries, e...)
}

// dosTime is the date above the time, to two seconds, in the years that it can
// say.
func dosTime(t time.Time) uint32 {
	year := min(max(t.Year(), 1980), 2107)
	return uint32(year-1980)<<25 | uint32(t.Month())<<21 | uint32(t.Day())<<16 |
		uint32(t.Hour())<<11 | uint32(t.Minute())<<5 | uint32(t.Second()/2)
}
