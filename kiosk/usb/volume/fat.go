package volume

import "encoding/binary"

// openFAT reads the parameters of a FAT volume (Microsoft, FAT: General
// Overview of On-Disk Format, 1.03; ECMA-107).
func openFAT(s *source, boot []byte) (*Volume, error) {
	u16 := func(at int) int64 { return int64(binary.LittleEndian.Uint16(boot[at:])) }
	u32 := func(at int) int64 { return int64(binary.LittleEndian.Uint32(boot[at:])) }
	sector, perCluster := u16(11), int64(boot[13])
	reserved, tables, rootEntries := u16(14), int64(boot[16]), u16(17)
	total, perTable := u16(19), u16(22)
	if total == 0 {
		total = u32(32)
	}
	wide := perTable == 0 // FAT32
	if wide {
		perTable = u32(36)
	}
	switch {
	case boot[510] != 0x55 || boot[511] != 0xaa,
		boot[0] != 0xeb && boot[0] != 0xe9,
		sector != 512 && sector != 1024 && sector != 2048 && sector != 4096,
		perCluster == 0 || perCluster&(perCluster-1) != 0,
		reserved == 0, tables == 0 || tables > 4, perTable == 0, total == 0,
		wide && rootEntries != 0, !wide && rootEntries == 0,
		boot[21] < 0xf0 && boot[21] != 0:
		return nil, ErrUnreadable
	}
	rootSectors := (rootEntries*32 + sector - 1) / sector
	data := reserved + tables*perTable + rootSectors
	if data >= total {
		return nil, ErrUnreadable
	}
	h := &heap{source: s, table: reserved * sector, base: data * sector, clusterBytes: perCluster * sector,
		copies: tables, copyBytes: perTable * sector}
	count := (total - data) / perCluster
	system := "FAT32"
	switch {
	case wide:
		h.bits = 28
	case count < 4085:
		h.bits, system = 12, "FAT12"
	default:
		h.bits, system = 16, "FAT16"
	}
	// The table may be shorter than the clusters that are promised.
	count = min(count, perTable*sector*8/int64(max(h.bits, 12)), 0x0ffffff5)
	if wide {
		count = min(count, perTable*sector/4)
	}
	h.count = uint32(count)
	v := &Volume{System: system, folders: fatFolder, keep: keepOnFAT}
	if wide {
		if boot[40]&0x80 != 0 { // one of the tables alone is kept up to date
			v.keep = nil
		}
		v.notes = u16(48) * sector
		v.root = run{heap: h, first: uint32(u32(44)) & 0x0fffffff}
		if !h.valid(v.root.first) {
			return nil, ErrUnreadable
		}
		return v, nil
	}
	fixed := (reserved + tables*perTable) * sector
	v.root = run{heap: h, fixed: fixed, bytes: rootEntries * 32, filled: rootEntries * 32}
	return v, nil
}
