package volume_test

import (
	"bytes"
	"encoding/binary"
	"maps"
	"math/rand/v2"
	"os"
	"path"
	"slices"
	"strconv"
	"strings"
	"testing"
	"unicode/utf16"
)

func itoa(n int64) string { return strconv.FormatInt(n, 10) }

// exfatWriter puts files into an image that mkfs.exfat made, in shuffled
// clusters: there is no tool that does it without mounting. fsck.exfat judges
// the result before it is read.
type exfatWriter struct {
	t                    testing.TB
	image                []byte
	table, heap, cluster int64
	root                 uint32
	bitmap               int64
	free                 []uint32
	contiguous           bool
	children             map[string][]string
	files                map[string][]byte
	sparse               map[string]int64 // valid data length of a file
}

func writeExFAT(t testing.TB, name string, files map[string][]byte, contiguous bool, sparse map[string]int64) {
	t.Helper()
	image, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	sector := int64(1) << image[108]
	w := &exfatWriter{t: t, image: image, contiguous: contiguous, files: files, sparse: sparse, children: map[string][]string{}}
	w.table = int64(binary.LittleEndian.Uint32(image[80:])) * sector
	w.heap = int64(binary.LittleEndian.Uint32(image[88:])) * sector
	w.cluster = sector << image[109]
	w.root = binary.LittleEndian.Uint32(image[96:])
	count := binary.LittleEndian.Uint32(image[92:])
	rootAt := w.heap + int64(w.root-2)*w.cluster
	end := rootAt
	for ; image[end] != 0; end += 32 {
		if image[end] == 0x81 {
			w.bitmap = w.heap + int64(binary.LittleEndian.Uint32(image[end+20:])-2)*w.cluster
		}
	}
	for c := uint32(0); c < count; c++ {
		if image[w.bitmap+int64(c/8)]>>(c%8)&1 == 0 {
			w.free = append(w.free, c+2)
		}
	}
	if !contiguous {
		rand.New(rand.NewPCG(7, 7)).Shuffle(len(w.free), func(i, j int) { w.free[i], w.free[j] = w.free[j], w.free[i] })
	}
	for p := range files {
		for p != "." {
			dir := path.Dir(p)
			if !slices.Contains(w.children[dir], p) {
				w.children[dir] = append(w.children[dir], p)
			}
			p = dir
		}
	}
	entries := append(bytes.Clone(image[rootAt:end]), w.folder(".")...)
	w.rewriteRoot(entries)
	if err := os.WriteFile(name, w.image, 0o600); err != nil {
		t.Fatal(err)
	}
	tool(t, "fsck.exfat", "-n", name)
}

// rewriteRoot writes the root again, whose first cluster stays.
func (w *exfatWriter) rewriteRoot(entries []byte) {
	clusters := []uint32{w.root}
	for int64(len(clusters))*w.cluster < int64(len(entries))+32 {
		clusters = append(clusters, w.take())
	}
	w.fill(clusters, entries, true)
}

func (w *exfatWriter) take() uint32 {
	c := w.free[0]
	w.free = w.free[1:]
	w.image[w.bitmap+int64((c-2)/8)] |= 1 << ((c - 2) % 8)
	return c
}

// fill writes content into clusters and chains them.
func (w *exfatWriter) fill(clusters []uint32, content []byte, chained bool) {
	for i, c := range clusters {
		at := w.heap + int64(c-2)*w.cluster
		clear(w.image[at : at+w.cluster])
		content = content[copy(w.image[at:at+w.cluster], content):]
		if !chained {
			continue
		}
		next := uint32(0xffffffff)
		if i+1 < len(clusters) {
			next = clusters[i+1]
		}
		binary.LittleEndian.PutUint32(w.image[w.table+4*int64(c):], next)
	}
}

// store allocates content; a folder is at least one cluster.
func (w *exfatWriter) store(content []byte, folder bool) (first uint32, size uint64, chained bool) {
	n := (int64(len(content)) + w.cluster - 1) / w.cluster
	if folder {
		n = max(n, 1)
	}
	if n == 0 {
		return 0, 0, true
	}
	var clusters []uint32
	for range n {
		clusters = append(clusters, w.take())
	}
	w.fill(clusters, content, !w.contiguous)
	size = uint64(len(content))
	if folder {
		size = uint64(n * w.cluster)
	}
	return clusters[0], size, !w.contiguous
}

// folder returns the entries of a folder, its children stored before it.
func (w *exfatWriter) folder(dir string) (entries []byte) {
	for _, p := range slices.Sorted(slices.Values(w.children[dir])) {
		content, isFile := w.files[p]
		attributes := uint16(0x20)
		if !isFile {
			content, attributes = w.folder(p), 0x10
		}
		first, size, chained := w.store(content, !isFile)
		valid := size
		if v, ok := w.sparse[p]; ok {
			valid = uint64(v)
		}
		entries = append(entries, exfatSet(path.Base(p), attributes, first, valid, size, chained)...)
	}
	return entries
}

func exfatSet(name string, attributes uint16, first uint32, valid, size uint64, chained bool) []byte {
	units := utf16.Encode([]rune(name))
	names := (len(units) + 14) / 15
	set := make([]byte, 32*(2+names))
	set[0], set[1] = 0x85, byte(1+names)
	binary.LittleEndian.PutUint16(set[4:], attributes)
	for _, at := range []int{8, 12, 16} { // 1980-01-01
		binary.LittleEndian.PutUint32(set[at:], 0x00210000)
	}
	s := set[32:]
	s[0], s[1], s[3] = 0xc0, 0x01, byte(len(units))
	if !chained {
		s[1] |= 0x02
	}
	up := utf16.Encode([]rune(strings.ToUpper(name)))
	var hash uint16
	for _, u := range up {
		for _, b := range []byte{byte(u), byte(u >> 8)} {
			hash = hash<<15 | hash>>1
			hash += uint16(b)
		}
	}
	binary.LittleEndian.PutUint16(s[4:], hash)
	binary.LittleEndian.PutUint64(s[8:], valid)
	binary.LittleEndian.PutUint32(s[20:], first)
	binary.LittleEndian.PutUint64(s[24:], size)
	for i, u := range units {
		binary.LittleEndian.PutUint16(set[64+32*(i/15)+2+2*(i%15):], u)
	}
	for i := range names {
		set[64+32*i] = 0xc1
	}
	var sum uint16
	for i, b := range set {
		if i != 2 && i != 3 {
			sum = sum<<15 | sum>>1
			sum += uint16(b)
		}
	}
	binary.LittleEndian.PutUint16(set[2:], sum)
	return set
}

// TestExFAT reads an image that mkfs.exfat made and fsck.exfat found clean,
// with chains and without, with small and large clusters.
func TestExFAT(t *testing.T) {
	for _, c := range []struct {
		name       string
		size       int64
		cluster    string
		contiguous bool
	}{
		{"chained", 32 << 20, "4K", false},
		{"contiguous", 32 << 20, "4K", true},
		{"clusters-of-128K", 128 << 20, "128K", false},
		{"clusters-of-512", 16 << 20, "512", false},
	} {
		t.Run(c.name, func(t *testing.T) {
			image := blank(t, c.size)
			tool(t, "mkfs.exfat", "-c", c.cluster, image)
			files := tree(4)
			files["emoji 🗝/🗝.pdf"] = []byte("mtools cannot write this one")
			files["sparse.bin"] = make([]byte, 100_000)
			copy(files["sparse.bin"], "only this was ever written")
			written := maps.Clone(files)
			// What the volume does not call valid must read as zeros, whatever
			// lies there.
			written["sparse.bin"] = bytes.Repeat([]byte{0xaa}, 100_000)
			copy(written["sparse.bin"], files["sparse.bin"][:26])
			writeExFAT(t, image, written, c.contiguous, map[string]int64{"sparse.bin": 26})
			volumes := open(t, image)
			if len(volumes) != 1 || volumes[0].System != "exFAT" {
				t.Fatalf("got %d volumes, the first %q", len(volumes), volumes[0].System)
			}
			same(t, readAll(t, volumes[0]), files)
		})
	}
}
