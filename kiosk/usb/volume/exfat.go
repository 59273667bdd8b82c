package volume

import (
	"bytes"
	"encoding/binary"
	"math"
)

// openExFAT reads the parameters of an exFAT volume (Microsoft, exFAT file
// system specification, 3.1).
func openExFAT(s *source, boot []byte) (*Volume, error) {
	if !bytes.Equal(boot[3:11], []byte("EXFAT   ")) || boot[510] != 0x55 || boot[511] != 0xaa {
		return nil, ErrUnreadable
	}
	sectorShift, clusterShift := uint(boot[108]), uint(boot[109])
	table, tableSectors := int64(binary.LittleEndian.Uint32(boot[80:])), int64(binary.LittleEndian.Uint32(boot[84:]))
	base, count := int64(binary.LittleEndian.Uint32(boot[88:])), binary.LittleEndian.Uint32(boot[92:])
	if sectorShift < 9 || sectorShift > 12 || clusterShift > 25-sectorShift || table == 0 || base <= table ||
		count == 0 || count > math.MaxUint32-10 {
		return nil, ErrUnreadable
	}
	count = uint32(min(int64(count), tableSectors<<sectorShift/4))
	h := &heap{source: s, table: table << sectorShift, bits: 32, base: base << sectorShift,
		clusterBytes: 1 << (sectorShift + clusterShift), count: count, copies: 1}
	root := run{heap: h, first: binary.LittleEndian.Uint32(boot[96:])}
	if !h.valid(root.first) {
		return nil, ErrUnreadable
	}
	v := &Volume{System: "exFAT", root: root, folders: exfatFolder, keep: keepOnExFAT}
	if boot[110] != 1 { // two tables: a volume with transactions
		v.keep = nil
	}
	return v, nil
}

// maxExFATFolder is the largest folder that is read whole: 8 MiB is 87 000
// files. The format allows 256 MiB.
const maxExFATFolder = 8 << 20

// Types of entries (exFAT specification, 6 and 7).
const (
	exfatEnd    = 0x00
	exfatFile   = 0x85
	exfatStream = 0xc0
	exfatName   = 0xc1
)

// exfatFolder visits the entries of a folder. A set of entries with a wrong
// checksum is passed over, as the specification asks.
func exfatFolder(folder *run, budget *Budget, visit func(entry) error) error {
	if folder.bytes == 0 {
		if err := folder.measure(maxExFATFolder); err != nil {
			return err
		}
	}
	size := min(folder.bytes, maxExFATFolder)
	for at := int64(0); at+32 <= size; at += 32 {
		if err := budget.take(); err != nil {
			return err
		}
		var first [32]byte
		if err := folder.readAt(first[:], at); err != nil {
			return err
		}
		if first[0] == exfatEnd {
			return nil
		}
		more := int64(first[1])
		if first[0] != exfatFile || more < 2 || more > 18 || at+32*(more+1) > size {
			continue
		}
		set := make([]byte, 32*(more+1))
		if err := folder.readAt(set, at); err != nil {
			return err
		}
		e, ok := exfatEntry(folder.heap, set)
		if !ok {
			continue
		}
		at += 32 * more
		if err := visit(e); err != nil {
			return err
		}
	}
	return nil
}

// exfatEntry reads a set of entries: the file, its stream, its name.
func exfatEntry(h *heap, set []byte) (entry, bool) {
	stream := set[32:]
	if exfatChecksum(set) != binary.LittleEndian.Uint16(set[2:]) || stream[0] != exfatStream {
		return entry{}, false
	}
	length := int(stream[3])
	units := make([]uint16, 0, 255)
	for at := 64; at < len(set) && len(units) < length && set[at] == exfatName; at += 32 {
		for i := 2; i < 32; i += 2 {
			units = append(units, binary.LittleEndian.Uint16(set[at+i:]))
		}
	}
	if length == 0 || length > len(units) {
		return entry{}, false
	}
	attributes := binary.LittleEndian.Uint16(set[4:])
	bytes, filled := binary.LittleEndian.Uint64(stream[24:]), binary.LittleEndian.Uint64(stream[8:])
	if bytes > math.MaxInt64/2 || filled > bytes {
		return entry{}, false
	}
	e := entry{name: decode(units[:length]), folder: attributes&attrFolder != 0, hidden: attributes&(attrHidden|attrSystem) != 0,
		content: run{heap: h, first: binary.LittleEndian.Uint32(stream[20:]), contiguous: stream[1]&0x02 != 0,
			bytes: int64(bytes), filled: int64(filled)}}
	if e.folder && bytes == 0 {
		return entry{}, false
	}
	return e, true
}

func exfatChecksum(set []byte) (sum uint16) {
	for i, b := range set {
		if i == 2 || i == 3 {
			continue
		}
		sum = sum<<15 | sum>>1
		sum += uint16(b)
	}
	return sum
}
