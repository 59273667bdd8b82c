package volume

import (
	"bytes"
	"context"
	"encoding/binary"
	"io"
)

const (
	// maxVolumes is how many volumes of a device are looked at: a stick has
	// one, seldom two.
	maxVolumes = 4
	// maxGPTEntries is what the standard reserves room for (UEFI 2.10, 5.3).
	maxGPTEntries = 128
)

// Open finds the volumes of a device of that many bytes. It returns
// ErrUnreadable when there is none, and what the device says when it fails.
// ctx bounds all that is read through the volumes too.
func Open(ctx context.Context, disk io.ReaderAt, size int64) ([]*Volume, error) {
	whole := newSource(ctx, disk, 0, size)
	if size < 512 {
		return nil, ErrUnreadable
	}
	var first [512]byte
	if err := whole.read(first[:], 0); err != nil {
		return nil, err
	}
	// A file system without a partition table first: its boot sector ends as a
	// partition table does, and may look like one.
	if v := mount(whole); v != nil {
		return []*Volume{v}, nil
	}
	var volumes []*Volume
	for _, p := range partitions(whole, first[:]) {
		part, err := whole.part(p.base, p.size)
		if err != nil {
			continue
		}
		if v := mount(part); v != nil {
			if volumes = append(volumes, v); len(volumes) == maxVolumes {
				break
			}
		}
	}
	if len(volumes) == 0 {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		return nil, ErrUnreadable
	}
	return volumes, nil
}

// mount returns the file system at the beginning of s, nil when there is none
// that we read.
func mount(s *source) *Volume {
	var boot [512]byte
	if s.read(boot[:], 0) != nil {
		return nil
	}
	if v, err := openExFAT(s, boot[:]); err == nil {
		return v
	}
	if v, err := openFAT(s, boot[:]); err == nil {
		return v
	}
	return nil
}

type stretch struct{ base, size int64 }

// partitions lists what a table names, extended partitions excepted: nobody
// makes them on a stick.
func partitions(s *source, first []byte) []stretch {
	if first[510] != 0x55 || first[511] != 0xaa {
		return nil
	}
	var list []stretch
	for i := range 4 {
		e := first[446+16*i:][:16]
		base, count := int64(binary.LittleEndian.Uint32(e[8:])), int64(binary.LittleEndian.Uint32(e[12:]))
		switch e[4] {
		case 0, 0x05, 0x0f, 0x85:
			continue
		case 0xee: // the GPT speaks
			for _, sector := range []int64{512, 4096} {
				if g := gpt(s, sector); g != nil {
					return g
				}
			}
			continue
		}
		// A stick's sector is 512 bytes; one of 4096 counts in its own.
		list = append(list, stretch{base * 512, count * 512}, stretch{base * 4096, count * 4096})
	}
	return list
}

// gpt lists the partitions of a GUID partition table for sectors of that size.
func gpt(s *source, sector int64) []stretch {
	var header [92]byte
	if s.read(header[:], sector) != nil || !bytes.HasPrefix(header[:], []byte("EFI PART")) {
		return nil
	}
	at := binary.LittleEndian.Uint64(header[72:])
	count, each := binary.LittleEndian.Uint32(header[80:]), binary.LittleEndian.Uint32(header[84:])
	if each < 128 || each > pageBytes || at > uint64(s.size/sector) {
		return nil
	}
	var list []stretch
	for i := range min(count, maxGPTEntries) {
		var e [48]byte
		if s.read(e[:], int64(at)*sector+int64(i)*int64(each)) != nil {
			break
		}
		if [16]byte(e[:16]) == [16]byte{} {
			continue
		}
		first, last := binary.LittleEndian.Uint64(e[32:]), binary.LittleEndian.Uint64(e[40:])
		if first > last || last >= uint64(s.size/sector) {
			continue
		}
		list = append(list, stretch{int64(first) * sector, int64(last-first+1) * sector})
	}
	return list
}
