package usb

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net"
	"os"
	"path/filepath"
	"testing"
	"time"

	"golang.org/x/sys/unix"
	"pgregory.net/rapid"
)

// on puts an image into a file: a disk of ours.
func on(t testing.TB, image []byte) *os.File {
	t.Helper()
	name := filepath.Join(t.TempDir(), "disk.img")
	if err := os.WriteFile(name, image, 0o600); err != nil {
		t.Fatal(err)
	}
	f, err := os.OpenFile(name, os.O_RDWR, 0)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { f.Close() })
	return f
}

// refusing is a disk that is written no more after some times.
type refusing struct {
	*os.File
	left int
	err  error
}

func (r *refusing) WriteAt(p []byte, off int64) (int, error) {
	if r.left == 0 {
		return 0, r.err
	}
	r.left--
	return r.File.WriteAt(p, off)
}

// both runs the two ends of one save.
func both(t testing.TB, disk interface {
	io.ReaderAt
	io.WriterAt
	Sync() error
}, size int64, name string, content []byte, said int64) (kept string, progress []int64, err error) {
	t.Helper()
	ours, theirs := net.Pipe()
	served := make(chan error, 1)
	go func() {
		served <- ServeSave(context.Background(), theirs, disk, size, bytes.NewReader(content))
		theirs.Close()
	}()
	wall := time.Date(2026, 7, 14, 9, 30, 0, 0, time.FixedZone("summer", 7200))
	kept, err = Save(t.Context(), ours, name, said, wall, func(n int64) { progress = append(progress, n) })
	if failed := <-served; failed != nil {
		t.Errorf("the writer: %v", failed)
	}
	return kept, progress, err
}

func TestSave(t *testing.T) {
	image := stick(t, map[string][]byte{"Attestation.pdf": []byte("older")})
	disk := on(t, image)
	content := bytes.Repeat([]byte("%PDF-1.7\n"), 300_000)
	kept, progress, err := both(t, disk, int64(len(image)), "attestation.PDF", content, int64(len(content)))
	if err != nil || kept != "attestation (2).PDF" {
		t.Fatalf("kept as %q: %v", kept, err)
	}
	if len(progress) != 3 || progress[2] != int64(len(content)) {
		t.Errorf("progress was %v of %d", progress, len(content))
	}
	out := filepath.Join(t.TempDir(), "out.pdf")
	run(t, "/usr/bin/mcopy", "-m", "-i", disk.Name(), "::/attestation (2).PDF", out)
	if b, err := os.ReadFile(out); err != nil || !bytes.Equal(b, content) {
		t.Errorf("%d bytes on the stick, %v", len(b), err)
	}
	if info, err := os.Stat(out); err != nil || info.ModTime().UTC().Format("15:04") != "09:30" && info.ModTime().Local().Format("15:04") != "09:30" {
		t.Errorf("the stick's clock says %v, %v", info.ModTime(), err)
	}
}

// TestSaveRefused: each thing that a stick can say has its own word.
func TestSaveRefused(t *testing.T) {
	image := stick(t, map[string][]byte{"a.pdf": []byte("older")})
	content := bytes.Repeat([]byte("x"), 100_000)
	for name, c := range map[string]struct {
		disk interface {
			io.ReaderAt
			io.WriterAt
			Sync() error
		}
		size, said int64
		want       error
	}{
		"noise":        {on(t, bytes.Repeat([]byte("noise!!!"), 1<<17)), 1 << 20, 100_000, ErrUnreadable},
		"full":         {on(t, image), int64(len(image)), 1 << 30, ErrFull},
		"a switch":     {&refusing{on(t, image), 0, unix.EPERM}, int64(len(image)), 100_000, ErrReadOnly},
		"pulled":       {&refusing{on(t, image), 1, unix.EIO}, int64(len(image)), 100_000, ErrGone},
		"cut document": {on(t, image), int64(len(image)), 100_001, ErrDocument},
	} {
		if kept, _, err := both(t, c.disk, c.size, "b.pdf", content, c.said); !errors.Is(err, c.want) || kept != "" {
			t.Errorf("%s: %q, %v, want %v", name, kept, err, c.want)
		}
	}
}

// TestSaveBelievesLittle: whatever the writer's end says, Save ends with a
// clean name or an error, and tells of no more than there is.
func TestSaveBelievesLittle(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		ours, theirs := net.Pipe()
		go func() { _, _ = io.Copy(io.Discard, theirs) }()
		frames := rapid.SliceOfN(rapid.Custom(func(r *rapid.T) frame {
			return frame{rapid.SampledFrom([]byte("PKNSCZ")).Draw(r, "what"),
				rapid.OneOf(rapid.SliceOfN(rapid.Byte(), 0, 9), rapid.Just([]byte{0, 0, 0, 0, 0, 0, 0, 100}), rapid.Just([]byte("../a")),
					rapid.Just([]byte("a.pdf")), rapid.Just([]byte{2})).Draw(r, "body")}
		}), 0, 4).Draw(r, "frames")
		go func() {
			for _, f := range frames {
				_ = writeFrame(theirs, f.what, f.body)
			}
			theirs.Close()
		}()
		kept, err := Save(context.Background(), ours, "a.pdf", 100, time.Now(), func(n int64) {
			if n <= 0 || n > 100 {
				r.Errorf("%d of 100 bytes", n)
			}
		})
		if (err == nil) == (kept == "") || bytes.ContainsAny([]byte(kept), "/\\") {
			r.Errorf("%q, %v", kept, err)
		}
	})
}

// TestSaveEndsWithTheVisit: a writer that says nothing keeps nobody waiting.
func TestSaveEndsWithTheVisit(t *testing.T) {
	ours, theirs := net.Pipe()
	defer theirs.Close()
	go func() { _, _ = io.Copy(io.Discard, theirs) }()
	ctx, cancel := context.WithCancel(t.Context())
	time.AfterFunc(10*time.Millisecond, cancel)
	if _, err := Save(ctx, ours, "a.pdf", 100, time.Now(), func(int64) {}); !errors.Is(err, ErrGone) {
		t.Errorf("got %v", err)
	}
}
