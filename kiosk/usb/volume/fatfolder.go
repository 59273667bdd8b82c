package volume

import (
	"bytes"
	"encoding/binary"
	"strings"
	"unicode/utf16"

	"golang.org/x/text/encoding/charmap"
)

// maxFATFolder is what a folder may hold at most: 65 536 entries of 32 bytes.
const maxFATFolder = 65536 * 32

// Attributes of an entry.
const (
	attrHidden = 0x02
	attrSystem = 0x04
	attrLabel  = 0x08
	attrFolder = 0x10
	attrLong   = 0x0f
)

// fatFolder visits the entries of a folder, long names put together.
func fatFolder(folder *run, budget *Budget, visit func(entry) error) error {
	if folder.fixed == 0 && folder.bytes == 0 {
		if err := folder.measure(maxFATFolder); err != nil {
			return err
		}
	}
	var long longName
	for at := int64(0); at+32 <= folder.bytes; at += 32 {
		if err := budget.take(); err != nil {
			return err
		}
		var e [32]byte
		if err := folder.readAt(e[:], at); err != nil {
			return err
		}
		switch {
		case e[0] == 0:
			return nil
		case e[0] == 0xe5:
			long = longName{}
			continue
		case e[11]&0x3f == attrLong:
			long.add(e[:])
			continue
		}
		name := long.take(e[:11])
		if e[11]&attrLabel != 0 || e[0] == '.' {
			continue
		}
		if name == "" {
			name = shortName(e[:])
		}
		if err := visit(fatEntry(folder.heap, e[:], name)); err != nil {
			return err
		}
	}
	return nil
}

func fatEntry(h *heap, e []byte, name string) entry {
	first := uint32(binary.LittleEndian.Uint16(e[26:]))
	if h.bits == 28 {
		first |= uint32(binary.LittleEndian.Uint16(e[20:])) << 16 & 0x0fffffff
	}
	content := run{heap: h, first: first}
	isFolder := e[11]&attrFolder != 0
	if !isFolder {
		content.bytes = int64(binary.LittleEndian.Uint32(e[28:]))
		content.filled = content.bytes
	}
	return entry{name: name, folder: isFolder, hidden: e[11]&(attrHidden|attrSystem) != 0, content: content}
}

// longName gathers the pieces of a long name, which come last piece first.
type longName struct {
	units    []uint16
	checksum byte
	left     int
}

func (l *longName) add(e []byte) {
	number := int(e[0] & 0x1f)
	switch {
	case e[0]&0x40 != 0 && number > 0 && number <= 20:
		*l = longName{units: make([]uint16, 13*number), checksum: e[13], left: number}
	case l.left == 0 || number != l.left || e[13] != l.checksum:
		*l = longName{}
		return
	}
	if l.left == 0 {
		return
	}
	l.left--
	piece := l.units[13*l.left:]
	for i, at := range []int{1, 3, 5, 7, 9, 14, 16, 18, 20, 22, 24, 28, 30} {
		piece[i] = binary.LittleEndian.Uint16(e[at:])
	}
}

// take returns the name if it is whole and belongs to the short one, and
// begins anew.
func (l *longName) take(short []byte) string {
	whole := *l
	*l = longName{}
	if whole.units == nil || whole.left != 0 || whole.checksum != shortChecksum(short) {
		return ""
	}
	return decode(whole.units)
}

// decode reads UTF-16 up to its end.
func decode(units []uint16) string {
	for i, u := range units {
		if u == 0 || u == 0xffff {
			units = units[:i]
			break
		}
	}
	return string(utf16.Decode(units))
}

func shortChecksum(short []byte) (sum byte) {
	for _, c := range short {
		sum = sum<<7 | sum>>1
		sum += c
	}
	return sum
}

// shortName is the 8.3 name, in the code page of Western Europe's DOS, and in
// the case that Windows notes in byte 12.
func shortName(e []byte) string {
	raw := bytes.Clone(e[:11])
	if raw[0] == 0x05 {
		raw[0] = 0xe5
	}
	text := func(b []byte, lower bool) string {
		s, err := charmap.CodePage850.NewDecoder().String(string(bytes.TrimRight(b, " ")))
		if err != nil {
			return ""
		}
		if lower {
			s = strings.ToLower(s)
		}
		return s
	}
	name, extension := text(raw[:8], e[12]&0x08 != 0), text(raw[8:], e[12]&0x10 != 0)
	if extension != "" {
		name += "." + extension
	}
	return name
}
