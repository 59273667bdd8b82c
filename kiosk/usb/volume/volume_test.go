package volume_test

import (
	"context"
	"errors"
	"io"
	"os"
	"testing"

	"borne/kiosk/usb/volume"
)

var plenty = volume.Budget{Entries: 100_000, Depth: 16}

func open(t testing.TB, image string) []*volume.Volume {
	t.Helper()
	f, err := os.Open(image)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { f.Close() })
	info, err := f.Stat()
	if err != nil {
		t.Fatal(err)
	}
	volumes, err := volume.Open(context.Background(), f, info.Size())
	if err != nil {
		t.Fatal(err)
	}
	return volumes
}

func readAll(t testing.TB, v *volume.Volume) map[string][]byte {
	t.Helper()
	files := map[string][]byte{}
	budget := plenty
	err := v.Walk(&budget, func(f *volume.File) error {
		content, err := io.ReadAll(io.NewSectionReader(f, 0, f.Bytes))
		if err != nil {
			t.Errorf("%q: %v", f.Path, err)
		}
		files[f.Path] = content
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return files
}

// TestFAT reads what mkfs.vfat and mtools wrote, in every width, with several
// sizes of clusters and sectors.
func TestFAT(t *testing.T) {
	for _, c := range []struct {
		name, system string
		size         int64
		arguments    []string
	}{
		{"12", "FAT12", 4 << 20, []string{"-F", "12"}},
		{"12-large-clusters", "FAT12", 16 << 20, []string{"-F", "12", "-s", "32"}},
		{"16", "FAT16", 32 << 20, []string{"-F", "16"}},
		{"16-sectors-of-2048", "FAT16", 64 << 20, []string{"-F", "16", "-S", "2048", "-s", "1"}},
		{"32", "FAT32", 64 << 20, []string{"-F", "32"}},
		{"32-small", "FAT32", 34 << 20, []string{"-F", "32", "-s", "1"}},
		{"32-large-clusters", "FAT32", 600 << 20, []string{"-F", "32", "-s", "16"}},
		{"32-sectors-of-4096", "FAT32", 300 << 20, []string{"-F", "32", "-S", "4096", "-s", "1"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			image := blank(t, c.size)
			tool(t, "mkfs.vfat", append(c.arguments, "-n", "MA CLE", image)...)
			files := tree(1)
			mcopy(t, image, 0, files)
			volumes := open(t, image)
			if len(volumes) != 1 || volumes[0].System != c.system {
				t.Fatalf("got %d volumes, the first %q, want one %s", len(volumes), volumes[0].System, c.system)
			}
			same(t, readAll(t, volumes[0]), files)
		})
	}
}

// TestFragmented reads files whose clusters lie apart.
func TestFragmented(t *testing.T) {
	image := blank(t, 8<<20)
	tool(t, "mkfs.vfat", "-F", "12", "-s", "4", image)
	files := tree(2)
	for path := range files {
		if len(path) > 4 && path[:5] == "many/" {
			delete(files, path)
		}
	}
	filler := map[string][]byte{}
	for i := range 100 {
		filler[string(rune('a'+i%26))+string(rune('a'+i/26))+".tmp"] = make([]byte, 2048)
	}
	mcopy(t, image, 0, filler)
	odd := 0
	for name := range filler { // every other one leaves a hole
		if odd++; odd%2 == 0 {
			tool(t, "mdel", "-i", image, "::/"+name)
			delete(filler, name)
		}
	}
	mcopy(t, image, 0, files)
	for name, content := range filler {
		files[name] = content
	}
	same(t, readAll(t, open(t, image)[0]), files)
}

// TestPartitions finds the file system behind an MBR, a GPT, and a second one.
func TestPartitions(t *testing.T) {
	for _, c := range []struct {
		name, table string
		want        []string
	}{
		{"mbr", "label: dos\n2048,65536,c\n", []string{"first"}},
		{"mbr-two", "label: dos\n2048,32768,83\n34816,32768,c\n", []string{"first", "second"}},
		{"mbr-bootable", "label: dos\n63,65536,c,*\n", []string{"first"}},
		{"gpt", "label: gpt\n2048,65536,EBD0A0A2-B9E5-4433-87C0-68B6B72699C7\n", []string{"first"}},
		{"gpt-two", "label: gpt\nstart=2048,size=32768,type=L\nstart=34816,size=32768,type=L\n", []string{"first", "second"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			image := blank(t, 64<<20)
			script := image + ".sfdisk"
			if err := os.WriteFile(script, []byte(c.table), 0o600); err != nil {
				t.Fatal(err)
			}
			tool(t, "sh", "-c", "/sbin/sfdisk -q "+image+" <"+script)
			starts := []int64{2048, 34816}
			if c.name == "mbr-bootable" {
				starts[0] = 63
			}
			for i, name := range c.want {
				tool(t, "mkfs.vfat", "-F", "16", "--offset", itoa(starts[i]), image, "16384")
				mcopy(t, image, starts[i]*512, map[string][]byte{name + ".pdf": []byte(name)})
			}
			volumes := open(t, image)
			if len(volumes) != len(c.want) {
				t.Fatalf("got %d volumes, want %d", len(volumes), len(c.want))
			}
			for i, v := range volumes {
				same(t, readAll(t, v), map[string][]byte{c.want[i] + ".pdf": []byte(c.want[i])})
			}
		})
	}
}

// TestUnreadable: what we do not read is said, not guessed.
func TestUnreadable(t *testing.T) {
	ext := blank(t, 4<<20)
	tool(t, "mkfs.ext4", "-q", ext)
	empty := blank(t, 1<<20)
	for _, image := range []string{ext, empty} {
		f, err := os.Open(image)
		if err != nil {
			t.Fatal(err)
		}
		defer f.Close()
		info, _ := f.Stat()
		if _, err := volume.Open(context.Background(), f, info.Size()); !errors.Is(err, volume.ErrUnreadable) {
			t.Errorf("got %v, want %v", err, volume.ErrUnreadable)
		}
	}
}

// TestBudget: folders without end and files without number cost what the
// budget says.
func TestBudget(t *testing.T) {
	image := blank(t, 8<<20)
	tool(t, "mkfs.vfat", "-F", "12", "-s", "4", image)
	mcopy(t, image, 0, tree(3))
	for _, b := range []volume.Budget{{Entries: 50, Depth: 16}, {Entries: 100_000, Depth: 3}, {}} {
		spent, seen := b, 0
		err := open(t, image)[0].Walk(&spent, func(*volume.File) error { seen++; return nil })
		if !errors.Is(err, volume.ErrBudget) || seen > b.Entries {
			t.Errorf("%+v: %d files, error %v, want %v", b, seen, err, volume.ErrBudget)
		}
	}
}
