package volume_test

import (
	"bytes"
	"context"
	"os"
	"testing"

	"borne/kiosk/usb/volume"
)

// overlay is a small image in which a few sectors that hold structures are
// written over by what the fuzzer says, so that it needs no megabytes.
type overlay struct {
	image []byte
	reads int
}

func (o *overlay) ReadAt(p []byte, off int64) (int, error) {
	o.reads++
	return bytes.NewReader(o.image).ReadAt(p, off)
}

// base makes the images that are spoilt.
func base(t testing.TB) map[byte][]byte {
	t.Helper()
	images := map[byte][]byte{}
	for i, arguments := range [][]string{{"-F", "12", "-s", "1"}, {"-F", "16", "-s", "1"}, {"-F", "32", "-s", "1"}} {
		image := blank(t, []int64{256 << 10, 4 << 20, 5 << 20}[i])
		tool(t, "mkfs.vfat", append(arguments, "-i", "12345678", image)...)
		if i < 2 { // mtools reads a FAT32 this small as something else
			mcopy(t, image, 0, map[string][]byte{"a long name of a document.pdf": []byte("%PDF-1.7 and more than that, to be a whole header"), "d/e/f.bin": make([]byte, 3000)})
		}
		images[byte(i)] = load(t, image)
	}
	image := blank(t, 2<<20)
	tool(t, "mkfs.exfat", "-b", "4K", "-c", "4K", image)
	writeExFAT(t, image, map[string][]byte{"a long name of a document.pdf": []byte("%PDF-1.7 and more than that, to be a whole header"), "d/e/f.bin": make([]byte, 9000)}, false, nil)
	images[3] = load(t, image)
	return images
}

func load(t testing.TB, name string) []byte {
	t.Helper()
	b, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// FuzzVolume spoils images: whatever is in them, the walk ends within its
// budget, reads no more than the budget explains, and does not crash. A patch
// is 3 bytes of where, 1 of how long, then what.
func FuzzVolume(f *testing.F) {
	images := base(f)
	for system := range byte(4) {
		f.Add(system, []byte{})
		f.Add(system, []byte{0, 0, 11, 6, 0, 2, 255, 1, 0, 255}) // geometry
		f.Add(system, []byte{0, 2, 0, 8, 3, 0, 2, 0, 3, 0, 2, 0})
		f.Add(system, []byte{0, 1, 0xfe, 2, 0, 0, 0, 0, 108, 4, 12, 13, 1, 0xff})
	}
	f.Fuzz(func(t *testing.T, system byte, patches []byte) {
		image := bytes.Clone(images[system%4])
		for len(patches) > 4 {
			at := (int(patches[0])<<16 | int(patches[1])<<8 | int(patches[2])) % len(image)
			n := min(int(patches[3]), len(patches)-4)
			copy(image[at:], patches[4:4+n])
			patches = patches[4+n:]
		}
		o := &overlay{image: image}
		volumes, err := volume.Open(context.Background(), o, int64(len(image)))
		if err != nil {
			return
		}
		files := 0
		for _, v := range volumes {
			budget := volume.Budget{Entries: 2000, Depth: 8}
			_ = v.Walk(&budget, func(file *volume.File) error {
				files++
				volume.Kind(file)
				var p [100]byte
				_, _ = file.ReadAt(p[:], file.Bytes/2)
				if name := volume.CleanName(file.Name); len(name) > volume.MaxNameBytes {
					t.Fatalf("a name of %d bytes", len(name))
				}
				return nil
			})
		}
		if files > 2000*len(volumes) {
			t.Fatalf("%d files in a budget of 2000", files)
		}
		// Each entry may cost the chain up to it, a kind and a read: bounded
		// by the clusters that the image has.
		if limit := 2000 * 200 * len(volumes); o.reads > limit {
			t.Fatalf("%d reads, more than %d", o.reads, limit)
		}
	})
}

// FuzzOpen reads anything as a device.
func FuzzOpen(f *testing.F) {
	sector := make([]byte, 1024)
	copy(sector, "\xeb\x3c\x90mkfs.fat\x00\x02\x04\x01\x00\x02\x00\x02\x00\x08\xf8\x02\x00")
	sector[510], sector[511] = 0x55, 0xaa
	f.Add(sector)
	mbr := make([]byte, 1024)
	copy(mbr[446:], []byte{0, 0, 0, 0, 0xee, 0, 0, 0, 1, 0, 0, 0, 255, 255, 255, 255})
	mbr[510], mbr[511] = 0x55, 0xaa
	copy(mbr[512:], "EFI PART")
	f.Add(mbr)
	f.Fuzz(func(t *testing.T, image []byte) {
		volumes, err := volume.Open(context.Background(), bytes.NewReader(image), int64(len(image)))
		if err != nil {
			return
		}
		for _, v := range volumes {
			budget := volume.Budget{Entries: 500, Depth: 4}
			_ = v.Walk(&budget, func(file *volume.File) error { volume.Kind(file); return nil })
		}
	})
}

// FuzzCleanName: what is shown has no control characters, directions or
// separators, whatever the stick says, and cleaning twice changes nothing.
func FuzzCleanName(f *testing.F) {
	for _, s := range []string{"relevé.pdf", "a\u202efdp.exe", "../../etc/passwd", "\x00\x1b[31m", "...", "a\u200b\u2066b", "\xff\xfe", "C:\\x"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		clean := volume.CleanName(s)
		if clean != volume.CleanName(clean) {
			t.Errorf("%q becomes %q, then %q", s, clean, volume.CleanName(clean))
		}
		if bytes.ContainsAny([]byte(clean), "/\\:\x00\n\r\t\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u200e\u200f") || clean == "." || clean == ".." {
			t.Errorf("%q becomes %q", s, clean)
		}
	})
}
