package usb

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"image"
	"image/png"
	"io"
	"math/rand/v2"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"borne/kiosk"
)

// stick makes an image of a FAT stick with those files.
func stick(t testing.TB, files map[string][]byte) []byte {
	t.Helper()
	dir := t.TempDir()
	name := filepath.Join(dir, "stick.img")
	if err := os.WriteFile(name, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Truncate(name, 32<<20); err != nil {
		t.Fatal(err)
	}
	run(t, "/usr/sbin/mkfs.vfat", "-F", "16", name)
	content := filepath.Join(dir, "content")
	for path, b := range files {
		path = filepath.Join(content, path)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, b, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	tops, _ := filepath.Glob(content + "/*")
	run(t, "/usr/bin/mcopy", append(append([]string{"-i", name, "-s"}, tops...), "::/")...)
	b, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func run(t testing.TB, name string, args ...string) {
	t.Helper()
	cmd := exec.Command(name, args...)
	cmd.Env = append(os.Environ(), "MTOOLS_SKIP_CHECK=1", "LC_ALL=C.UTF-8")
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%s: %v (is packaging/setup/install done?)\n%s", name, err, out)
	}
}

// read serves an image to a key, and ends with the test.
func attach(t testing.TB, image []byte) *Key {
	t.Helper()
	ours, theirs := net.Pipe()
	served := make(chan error, 1)
	go func() {
		err := Serve(context.Background(), theirs, bytes.NewReader(image), int64(len(image)))
		theirs.Close()
		served <- err
	}()
	k := NewKey(ours)
	t.Cleanup(func() {
		k.Close()
		if err := <-served; err != nil && !errors.Is(err, io.ErrClosedPipe) {
			t.Errorf("the reader ended with %v", err)
		}
	})
	return k
}

func pdf(size int) []byte {
	b := make([]byte, size)
	r := rand.New(rand.NewPCG(uint64(size), 1))
	for i := range b {
		b[i] = byte(r.Uint32())
	}
	copy(b, "%PDF-1.7\n")
	return b
}

// TestKey: what is on a stick is listed by content and comes whole; what is
// too large does not come.
func TestKey(t *testing.T) {
	var picture bytes.Buffer
	if err := png.Encode(&picture, image.NewGray(image.Rect(0, 0, 3, 3))); err != nil {
		t.Fatal(err)
	}
	files := map[string][]byte{
		"Relevé.pdf": pdf(150_000), "photo.txt": picture.Bytes(), "virus.pdf": []byte("MZ this is a program, whatever it is called, with some length"),
		"d/huge.pdf": pdf(kiosk.MaxUploadBytes + 1), "d/full.pdf": pdf(kiosk.MaxUploadBytes), "notes.docx": []byte("PK\x03\x04"), "empty.pdf": {},
	}
	k := attach(t, stick(t, files))
	listing, err := k.List(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if listing.Others != 3 || listing.More {
		t.Errorf("others %d, more %v, want 3 and all", listing.Others, listing.More)
	}
	got := map[string]kiosk.DocumentKind{}
	for i, d := range listing.Documents {
		got[d.Name] = d.Kind
		var content bytes.Buffer
		err := k.Copy(t.Context(), i, &content)
		path := d.Name
		if strings.Contains("huge.pdf full.pdf", path) {
			path = "d/" + path
		}
		switch {
		case d.Bytes > kiosk.MaxUploadBytes:
			if !errors.Is(err, ErrTooLarge) || content.Len() != 0 {
				t.Errorf("%s: error %v, %d bytes; want %v", d.Name, err, content.Len(), ErrTooLarge)
			}
		case err != nil:
			t.Errorf("%s: %v", d.Name, err)
		case !bytes.Equal(content.Bytes(), files[path]) || int64(content.Len()) != d.Bytes:
			t.Errorf("%s: %d bytes came, not those that were written", d.Name, content.Len())
		}
	}
	want := map[string]kiosk.DocumentKind{"Relevé.pdf": "pdf", "photo.txt": "png", "huge.pdf": "pdf", "full.pdf": "pdf"}
	if fmt.Sprint(got) != fmt.Sprint(want) {
		t.Errorf("got %v, want %v", got, want)
	}
	if err := k.Copy(t.Context(), 99, io.Discard); err == nil {
		t.Error("a document that is not there was read")
	}
}

// TestMany: there are more documents than are listed.
func TestMany(t *testing.T) {
	files := map[string][]byte{}
	for i := range MaxDocuments + 20 {
		files[fmt.Sprintf("d/%04d.pdf", i)] = pdf(64)
	}
	l, err := attach(t, stick(t, files)).List(t.Context())
	if err != nil || len(l.Documents) != MaxDocuments || !l.More {
		t.Errorf("%d documents, more %v, error %v", len(l.Documents), l.More, err)
	}
}

func TestUnreadableStick(t *testing.T) {
	if _, err := attach(t, make([]byte, 1<<20)).List(t.Context()); !errors.Is(err, ErrUnreadable) {
		t.Errorf("got %v, want %v", err, ErrUnreadable)
	}
}

// TestPulledOut: a stick that is pulled out while it is read gives an error,
// and the next answer is not made of the rest.
func TestPulledOut(t *testing.T) {
	image := stick(t, map[string][]byte{"a.pdf": pdf(1 << 20)})
	ours, theirs := net.Pipe()
	disk := &pulled{Reader: bytes.NewReader(image)}
	go func() {
		_ = Serve(context.Background(), theirs, disk, int64(len(image)))
		theirs.Close()
	}()
	k := NewKey(ours)
	defer k.Close()
	if _, err := k.List(t.Context()); err != nil {
		t.Fatal(err)
	}
	disk.after = 100 << 10
	if err := k.Copy(t.Context(), 0, io.Discard); !errors.Is(err, ErrGone) {
		t.Errorf("got %v, want %v", err, ErrGone)
	}
}

type pulled struct {
	*bytes.Reader
	read, after int
}

func (p *pulled) ReadAt(b []byte, off int64) (int, error) {
	if p.after > 0 {
		if p.read += len(b); p.read > p.after {
			return 0, errors.New("input/output error")
		}
	}
	return p.Reader.ReadAt(b, off)
}
