package forensics

import (
	"bytes"
	"encoding/base64"
	"encoding/binary"
	"fmt"
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"
	"unicode/utf16"
)

// Words makes the markers of one run. A marker is the run's own prefix, the number of the visit and the code of a kind,
// in lower-case letters and digits: neither a URL's coding nor a host's case changes it.
type Words struct {
	prefix   string
	patterns []pattern
}

type coding int

const (
	plain coding = iota
	wide
	runes
	pixels // three bytes and full opacity, as a picture in memory
	base
)

// pattern is what the prefix looks like in one coding.
type pattern struct {
	bytes  []byte
	coding coding
	// before is what stands before the prefix in its group of base64.
	before string
	// rare is where in bytes the one stands that memory holds least of.
	rare int
}

// seldom are letters and digits by how seldom programs' memory holds them, roughly; the others come after.
const seldom = "QJZXqzWjVYKkxUHG"

// anchored chooses what to look for first: memory is read by the gigabyte.
func (p pattern) anchored() pattern {
	if i := bytes.IndexAny(p.bytes, seldom); i >= 0 {
		best := strings.IndexByte(seldom, p.bytes[i])
		for _, c := range []byte(seldom[:best]) {
			if j := bytes.IndexByte(p.bytes, c); j >= 0 {
				i = j
				break
			}
		}
		p.rare = i
	}
	return p
}

// index is bytes.Index, by the rare byte.
func (p pattern) index(b []byte) int {
	for i := p.rare; i < len(b); i++ {
		next := bytes.IndexByte(b[i:], p.bytes[p.rare])
		if next < 0 {
			return -1
		}
		i += next
		if bytes.HasPrefix(b[i-p.rare:], p.bytes) {
			return i - p.rare
		}
	}
	return -1
}

const (
	prefixLength = 11
	visitLength  = 4
	alphabet     = "abcdefghijklmnopqrstuvwxyz0123456789"
)

// NewWords makes the words of a run. They are not words of any language, and the same for the same seed.
func NewWords(seed uint64) *Words {
	r := rand.New(rand.NewPCG(seed, 0x626f726e65))
	prefix := []byte("zq")
	for len(prefix) < prefixLength {
		prefix = append(prefix, alphabet[r.IntN(len(alphabet))])
	}
	w := &Words{prefix: string(prefix)}
	w.patterns = []pattern{{bytes: prefix, coding: plain}, {bytes: widened(w.prefix), coding: wide},
		{bytes: widest(w.prefix), coding: runes}, {bytes: Pixels(w.prefix), coding: pixels}}
	for ahead := range 3 {
		// The signs that hold nothing but the prefix, whatever stands before and after.
		coded := base64.RawStdEncoding.EncodeToString(append(make([]byte, ahead), prefix...))
		first := (ahead*8 + 5) / 6
		last := (ahead + prefixLength) * 8 / 6
		w.patterns = append(w.patterns, pattern{bytes: []byte(coded[first:last]), coding: base, before: coded[:first]})
	}
	for i, p := range w.patterns {
		w.patterns[i] = p.anchored()
	}
	return w
}

// widened is UTF-16 as Chromium holds it in memory.
func widened(s string) []byte {
	var b []byte
	for _, u := range utf16.Encode([]rune(s)) {
		b = append(b, byte(u), byte(u>>8))
	}
	return b
}

// widest is UTF-32, as a []rune of Go is.
func widest(s string) []byte {
	var b []byte
	for _, r := range s {
		b = binary.LittleEndian.AppendUint32(b, uint32(r))
	}
	return b
}

// Pixels writes a word as the points of a picture: red, green, blue, and opaque.
func Pixels(s string) []byte {
	var b []byte
	for i := range len(s) {
		if b = append(b, s[i]); i%3 == 2 {
			b = append(b, 0xff)
		}
	}
	return b
}

// Word is the marker of a kind in a visit.
func (w *Words) Word(visit int, code string) string {
	return fmt.Sprintf("%s%0*s%s", w.prefix, visitLength, strconv.FormatInt(int64(visit), 36), code)
}

// reach is how many bytes of a hit must be at hand to tell which marker it is: UTF-32 is the longest.
const reach = 4*(prefixLength+visitLength+2) + 8

// Found is one marker that was met. Visit is -1 and Code empty where only the run's prefix is left of it.
type Found struct {
	Visit int
	Code  string
	// At is where in the bytes it begins.
	At int
}

// Find returns every marker of this run in the bytes, of whichever visit, in UTF-8, UTF-16, UTF-32, base64 and points of a picture.
func (w *Words) Find(b []byte) []Found {
	var all []Found
	for _, p := range w.patterns {
		for at := 0; ; {
			i := p.index(b[at:])
			if i < 0 {
				break
			}
			f := w.read(p, b[at+i:])
			f.At = at + i
			all = append(all, f)
			at += i + len(p.bytes)
		}
	}
	slices.SortFunc(all, func(a, b Found) int { return a.At - b.At })
	return all
}

// read tells which marker begins here.
func (w *Words) read(p pattern, b []byte) Found {
	b = b[:min(len(b), reach)]
	var text []byte
	switch p.coding {
	case plain:
		text = b
	case wide:
		for i := 0; i+1 < len(b) && b[i+1] == 0; i += 2 {
			text = append(text, b[i])
		}
	case runes:
		for i := 0; i+3 < len(b) && b[i+1]|b[i+2]|b[i+3] == 0; i += 4 {
			text = append(text, b[i])
		}
	case pixels:
		for i, c := range b {
			if i%4 != 3 {
				text = append(text, c)
			}
		}
	case base:
		coded := append([]byte(p.before), b...)
		for len(coded) > 0 && !bytes.Contains([]byte("+/"), coded[len(coded)-1:]) && !isAlphanumeric(coded[len(coded)-1]) {
			coded = coded[:len(coded)-1]
		}
		end := bytes.IndexFunc(coded, func(r rune) bool { return r != '+' && r != '/' && !isAlphanumeric(byte(r)) })
		if end >= 0 {
			coded = coded[:end]
		}
		coded = coded[:len(coded)/4*4]
		text, _ = base64.RawStdEncoding.DecodeString(string(coded)) // what it could decode is what there is
		text = text[min(len(text), max(0, bytes.Index(text, []byte(w.prefix)))):]
	}
	if len(text) < prefixLength+visitLength+2 {
		return Found{Visit: -1}
	}
	visit, err := strconv.ParseInt(string(text[prefixLength:prefixLength+visitLength]), 36, 32)
	code := string(text[prefixLength+visitLength : prefixLength+visitLength+2])
	if err != nil || !slices.ContainsFunc(Kinds(), func(k Kind) bool { return k.Code == code }) {
		return Found{Visit: -1}
	}
	return Found{Visit: int(visit), Code: code}
}

func isAlphanumeric(c byte) bool {
	return c >= '0' && c <= '9' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z'
}
