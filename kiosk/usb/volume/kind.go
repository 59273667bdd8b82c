package volume

import (
	"encoding/binary"
	"hash/crc32"
	"io"

	"borne/kiosk"
)

// maxSegments is how many segments of a JPEG are passed before its frame: a
// photo of a telephone has a dozen.
const maxSegments = 64

// Kind tells what a file's content is, whatever its name says, "" for what no
// visitor may give. The beginning must make sense, not only its first bytes: a
// PDF says its version, a PNG and a JPEG how large they are.
func Kind(r io.ReaderAt) kiosk.DocumentKind {
	var head [33]byte
	if n, _ := r.ReadAt(head[:], 0); n < len(head) {
		return ""
	}
	kind := kiosk.KindOf(head[:kiosk.DocumentHeadBytes])
	switch kind {
	case kiosk.DocumentPDF:
		if v := head[5:8]; v[0] < '1' || v[0] > '2' || v[1] != '.' || v[2] < '0' || v[2] > '9' {
			return ""
		}
	case kiosk.DocumentPNG:
		if !sanePNG(head[:]) {
			return ""
		}
	case kiosk.DocumentJPEG:
		if !saneJPEG(r) {
			return ""
		}
	}
	return kind
}

// sanePNG: the first chunk is IHDR, whole, and of a picture with a size (PNG,
// third edition, 11.2.1).
func sanePNG(head []byte) bool {
	chunk := head[12:29]
	width, height := binary.BigEndian.Uint32(head[16:]), binary.BigEndian.Uint32(head[20:])
	return binary.BigEndian.Uint32(head[8:]) == 13 && string(chunk[:4]) == "IHDR" &&
		crc32.ChecksumIEEE(chunk) == binary.BigEndian.Uint32(head[29:]) &&
		width > 0 && height > 0 && width <= 1<<31-1 && height <= 1<<31-1
}

// saneJPEG: segments follow each other up to a frame with a size (ISO/IEC
// 10918-1, annex B).
func saneJPEG(r io.ReaderAt) bool {
	at := int64(2)
	for range maxSegments {
		var s [9]byte
		if n, _ := r.ReadAt(s[:], at); n < len(s) || s[0] != 0xff {
			return false
		}
		marker := s[1]
		if marker == 0xff { // fill
			at++
			continue
		}
		length := int64(binary.BigEndian.Uint16(s[2:]))
		if length < 2 || marker < 0xc0 || marker >= 0xd0 && marker <= 0xd9 {
			return false
		}
		if marker <= 0xcf && marker != 0xc4 && marker != 0xc8 && marker != 0xcc {
			return s[7]|s[8] != 0 // height may follow later, width may not
		}
		at += 2 + length
	}
	return false
}
