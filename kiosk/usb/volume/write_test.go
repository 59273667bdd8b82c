package volume_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"maps"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"borne/kiosk/usb/volume"

	"pgregory.net/rapid"
)

// memory is a disk in memory that gives up after some writes.
type memory struct {
	image  []byte
	writes int // that it still takes; negative for any number
	undo   []was
}

// was is what lay somewhere before it was written over.
type was struct {
	at    int64
	bytes []byte
}

// restore takes back what was written.
func (m *memory) restore() {
	for _, w := range slices.Backward(m.undo) {
		copy(m.image[w.at:], w.bytes)
	}
	m.undo = nil
}

var errPulled = errors.New("input/output error")

func (m *memory) ReadAt(p []byte, off int64) (int, error) {
	return bytes.NewReader(m.image).ReadAt(p, off)
}

func (m *memory) WriteAt(p []byte, off int64) (int, error) {
	if off < 0 || off+int64(len(p)) > int64(len(m.image)) || m.writes == 0 {
		return 0, errPulled
	}
	m.writes--
	m.undo = append(m.undo, was{off, bytes.Clone(m.image[off : off+int64(len(p))])})
	return copy(m.image[off:], p), nil
}

func (m *memory) Sync() error {
	if m.writes == 0 {
		return errPulled
	}
	return nil
}

// afternoon is when everything is kept.
var afternoon = time.Date(2026, 11, 22, 15, 4, 6, 0, time.UTC)

func document(name string, content []byte) volume.Document {
	return volume.Document{Name: name, Bytes: int64(len(content)), Content: bytes.NewReader(content), At: afternoon}
}

func keep(disk volume.Disk, size int, name string, content []byte) (string, error) {
	return volume.Save(context.Background(), disk, int64(size), document(name, content), func(int64) error { return nil })
}

// check has the tool that every Linux has judge an image.
func check(t testing.TB, m *memory, system string) {
	t.Helper()
	name := t.TempDir() + "/checked.img"
	if err := os.WriteFile(name, m.image, 0o600); err != nil {
		t.Fatal(err)
	}
	if system == "exFAT" {
		tool(t, "fsck.exfat", "-n", name)
	} else {
		tool(t, "fsck.vfat", "-n", name)
	}
}

// all reads every file of an image.
func all(t testing.TB, m *memory) map[string][]byte {
	t.Helper()
	volumes, err := volume.Open(context.Background(), m, int64(len(m.image)))
	if err != nil {
		t.Fatal(err)
	}
	return readAll(t, volumes[0])
}

// sticks makes an image of each kind, with files on it.
func sticks(t testing.TB, files map[string][]byte) map[string]*memory {
	t.Helper()
	list := map[string]*memory{}
	for name, c := range map[string]struct {
		size      int64
		arguments []string
	}{
		"FAT12": {2 << 20, []string{"-F", "12", "-s", "1"}},
		"FAT16": {9 << 20, []string{"-F", "16", "-s", "2"}},
		"FAT32": {34 << 20, []string{"-F", "32", "-s", "1"}},
	} {
		image := blank(t, c.size)
		tool(t, "mkfs.vfat", append(c.arguments, "-n", "MA CLE", image)...)
		mcopy(t, image, 0, files)
		list[name] = &memory{image: load(t, image), writes: -1}
	}
	image := blank(t, 4<<20)
	tool(t, "mkfs.exfat", "-c", "512", image)
	writeExFAT(t, image, files, false, nil)
	list["exFAT"] = &memory{image: load(t, image), writes: -1}
	return list
}

// few is what lies on the sticks before.
func few() map[string][]byte {
	return map[string][]byte{"a/b.txt": []byte("hello"), "Relevé d’identité.pdf": bytes.Repeat([]byte("x"), 3000), "FACTURE.PDF": []byte("old")}
}

// TestSave keeps documents of hostile and of ordinary names: what was there
// stays, what is new is whole, and fsck finds nothing to say.
func TestSave(t *testing.T) {
	for system, m := range sticks(t, few()) {
		t.Run(system, func(t *testing.T) {
			want := few()
			for i, c := range []struct{ name, kept string }{
				{"Attestation de paiement.pdf", "Attestation de paiement.pdf"},
				{"Attestation de paiement.pdf", "Attestation de paiement (2).pdf"},
				{"ATTESTATION DE PAIEMENT.PDF", "ATTESTATION DE PAIEMENT (3).PDF"},
				{"facture.pdf", "facture (2).pdf"},
				{"../../etc/passwd", "_.._etc_passwd"},
				{"photo\u202egpj.exe", "photogpj.exe"},
				{"con.pdf", "_con.pdf"},
				{"LPT1", "_LPT1"},
				{`a?b*c:"d"<e>|f.pdf`, "a_b_c__d__e__f.pdf"},
				{"exactly thirt", "exactly thirt"},
				{"fin. . .", "fin"},
				{"...", "_"},
				{"شهادة.pdf", "شهادة.pdf"},
				{"🗝.png", "🗝.png"},
				{strings.Repeat("é", 150) + ".pdf", strings.Repeat("é", 78) + "…" + strings.Repeat("é", 18) + ".pdf"},
				{strings.Repeat("é", 150) + ".pdf", strings.Repeat("é", 78) + "…" + strings.Repeat("é", 16) + " (2).pdf"},
			} {
				content := bytes.Repeat([]byte{byte('A' + i)}, 1+i*1700)
				name, err := keep(m, len(m.image), c.name, content)
				if err != nil {
					t.Fatalf("%q: %v", c.name, err)
				}
				if name != c.kept {
					t.Errorf("%q is kept as %q, want %q", c.name, name, c.kept)
				}
				want[name] = content
			}
			check(t, m, system)
			same(t, all(t, m), want)
		})
	}
}

// TestSaveIsRead: the tools that people use to read FAT see name, content and
// time.
func TestSaveIsRead(t *testing.T) {
	m := sticks(t, few())["FAT32"]
	content := bytes.Repeat([]byte("%PDF-1.7 "), 9999)
	if _, err := keep(m, len(m.image), "Attestation été.pdf", content); err != nil {
		t.Fatal(err)
	}
	image := t.TempDir() + "/read.img"
	if err := os.WriteFile(image, m.image, 0o600); err != nil {
		t.Fatal(err)
	}
	if got := tool(t, "mtype", "-i", image, "::/Attestation été.pdf"); got != string(content) {
		t.Errorf("mtype reads %d bytes, not %d", len(got), len(content))
	}
	if list := tool(t, "mdir", "-i", image, "::/"); !strings.Contains(list, "2026-11-22  15:04") || !strings.Contains(list, "ATTEST~1 PDF") {
		t.Errorf("mdir lists\n%s", list)
	}
}

// TestSaveManyFiles lets the folder grow, and fills it where it cannot.
func TestSaveManyFiles(t *testing.T) {
	for system, m := range sticks(t, nil) {
		t.Run(system, func(t *testing.T) {
			var err error
			kept := map[string][]byte{}
			for i := range 200 {
				var name string
				if name, err = keep(m, len(m.image), "a document with a rather long name.pdf", []byte(fmt.Sprint(i))); err != nil {
					break
				}
				kept[name] = []byte(fmt.Sprint(i))
			}
			fixed := system == "FAT12" || system == "FAT16" // 512 entries in the top folder
			if fixed && !errors.Is(err, volume.ErrFull) || !fixed && err != nil {
				t.Errorf("after %d files: %v", len(kept), err)
			}
			check(t, m, system)
			same(t, all(t, m), kept)
		})
	}
}

// TestSaveFull: what has no room changes nothing.
func TestSaveFull(t *testing.T) {
	for system, m := range sticks(t, few()) {
		before := bytes.Clone(m.image)
		if _, err := keep(m, len(m.image), "large.pdf", make([]byte, len(m.image))); !errors.Is(err, volume.ErrFull) {
			t.Errorf("%s: %v", system, err)
		}
		if !bytes.Equal(m.image, before) {
			t.Errorf("%s: a document that has no room changed the stick", system)
		}
	}
}

// TestSaveWhatIsNot: a stick of another kind is left alone, a document that
// ends early is not kept.
func TestSaveWhatIsNot(t *testing.T) {
	noise := &memory{image: bytes.Repeat([]byte{0x5a}, 1<<20), writes: -1}
	before := bytes.Clone(noise.image)
	if _, err := keep(noise, len(noise.image), "a.pdf", []byte("x")); !errors.Is(err, volume.ErrUnreadable) || !bytes.Equal(before, noise.image) {
		t.Errorf("noise: %v", err)
	}
	for system, m := range sticks(t, few()) {
		doc := document("a.pdf", []byte("short"))
		doc.Bytes = 5000
		if _, err := volume.Save(t.Context(), m, int64(len(m.image)), doc, func(int64) error { return nil }); !errors.Is(err, volume.ErrContent) {
			t.Errorf("%s: %v", system, err)
		}
		check(t, m, system)
		same(t, all(t, m), few())
	}
}

// TestSavePulled pulls the stick out after any number of writes: what was there
// is there, and the new document is there whole or not at all.
func TestSavePulled(t *testing.T) {
	for system, m := range sticks(t, few()) {
		t.Run(system, func(t *testing.T) {
			content := bytes.Repeat([]byte("new"), 2500)
			rapid.Check(t, func(r *rapid.T) {
				m.restore()
				m.writes = rapid.IntRange(0, 60).Draw(r, "writes")
				name, err := keep(m, len(m.image), "new.pdf", content)
				m.writes = -1
				want := maps.Clone(few())
				if got := all(t, m); err == nil || got["new.pdf"] != nil {
					want["new.pdf"] = content
					same(t, got, want)
				} else {
					same(t, got, want)
				}
				if err == nil && name != "new.pdf" {
					r.Errorf("kept as %q", name)
				}
				if err != nil && !errors.Is(err, errPulled) {
					r.Errorf("pulled out: %v", err)
				}
			})
		})
	}
}

// FuzzSave keeps a document on spoilt images: it ends, and does not crash.
func FuzzSave(f *testing.F) {
	images := base(f)
	for system := range byte(4) {
		f.Add(system, "relevé.pdf", []byte{})
		f.Add(system, "../a\u202eb", []byte{0, 0, 11, 6, 0, 2, 255, 1, 0, 255})
		f.Add(system, "CON", []byte{0, 2, 0, 8, 3, 0, 2, 0, 3, 0, 2, 0})
		f.Add(system, "", []byte{0, 1, 0xfe, 2, 0, 0, 0, 0, 108, 4, 12, 13, 1, 0xff})
	}
	f.Fuzz(func(t *testing.T, system byte, name string, patches []byte) {
		m := &memory{image: bytes.Clone(images[system%4]), writes: -1}
		for len(patches) > 4 {
			at := (int(patches[0])<<16 | int(patches[1])<<8 | int(patches[2])) % len(m.image)
			n := min(int(patches[3]), len(patches)-4)
			copy(m.image[at:], patches[4:4+n])
			patches = patches[4+n:]
		}
		content := []byte(strings.Repeat("%PDF-1.7\n", 800))
		kept, err := keep(m, len(m.image), name, content)
		if err == nil && (kept == "" || kept != volume.StickName(kept)) {
			t.Errorf("%q is kept as %q", name, kept)
		}
	})
}

// FuzzStickName: a name that every computer opens, whatever it was; naming it
// again changes nothing, and a number makes it another that is as good.
func FuzzStickName(f *testing.F) {
	for _, s := range []string{"relevé.pdf", "a\u202efdp.exe", "../../etc/passwd", "con", "NUL.txt", "com9.pdf", "a?", " .", "\xff", strings.Repeat("é.", 300)} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		name := volume.StickName(s)
		if name == "" || name != volume.StickName(name) || len(name) > 255 || strings.ContainsAny(name, "\"*/:<>?\\|\x00\u202e") {
			t.Errorf("%q becomes %q", s, name)
		}
		taken := map[string]bool{strings.ToUpper(name): true}
		second, err := volume.FreeName(s, strings.ToUpper, func(n string) bool { return taken[n] })
		if err != nil || second == name || second != volume.StickName(second) || len(second) > 255 {
			t.Errorf("%q, the second time, becomes %q: %v", s, second, err)
		}
	})
}
