package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"borne/kiosk"
	"borne/kiosk/usb"
)

// TestFileName: a site gets the extension that the content has.
func TestFileName(t *testing.T) {
	for _, c := range []struct {
		name string
		kind kiosk.DocumentKind
		want string
	}{
		{"avis.pdf", kiosk.DocumentPDF, "avis.pdf"}, {"AVIS.PDF", kiosk.DocumentPDF, "AVIS.PDF"}, {"photo.dat", kiosk.DocumentPNG, "photo.dat.png"},
		{"photo.jpeg", kiosk.DocumentJPEG, "photo.jpeg"}, {"photo", kiosk.DocumentJPEG, "photo.jpg"}, {"facture.exe", kiosk.DocumentPDF, "facture.exe.pdf"},
	} {
		if got := fileName(usb.Document{Name: c.name, Kind: c.kind}); got != c.want {
			t.Errorf("%s: %q, want %q", c.name, got, c.want)
		}
	}
}

// TestInspect: a folder that a page took over leads nowhere: no link out of
// it or within it, no pipe that would be waited for, no device.
func TestInspect(t *testing.T) {
	dir := t.TempDir()
	secret := filepath.Join(t.TempDir(), "secret.pdf")
	pdf := []byte("%PDF-1.7\n" + strings.Repeat("x", 100))
	for name, content := range map[string][]byte{secret: pdf, filepath.Join(dir, "downloads", "good.pdf"): pdf,
		filepath.Join(dir, "downloads", "bad.pdf"): []byte("MZ" + strings.Repeat("x", 100))} {
		if err := os.MkdirAll(filepath.Dir(name), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(name, content, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	for link, to := range map[string]string{"out.pdf": secret, "in.pdf": "good.pdf", "up.pdf": "../../secret.pdf"} {
		if err := os.Symlink(to, filepath.Join(dir, "downloads", link)); err != nil {
			t.Fatal(err)
		}
	}
	if err := syscall.Mkfifo(filepath.Join(dir, "downloads", "pipe.pdf"), 0o600); err != nil {
		t.Fatal(err)
	}
	storage, err := os.OpenRoot(dir)
	if err != nil {
		t.Fatal(err)
	}
	defer storage.Close()
	if kind, size := inspect(storage, "good.pdf"); kind != kiosk.DocumentPDF || size != int64(len(pdf)) {
		t.Errorf("a PDF is %q of %d bytes", kind, size)
	}
	for _, name := range []string{"bad.pdf", "out.pdf", "in.pdf", "up.pdf", "pipe.pdf", "../../etc/passwd", "absent.pdf", ""} {
		if kind, _ := inspect(storage, name); kind != "" {
			t.Errorf("%q is taken for a %s", name, kind)
		}
	}
}

// TestNameless: no error in the journal names a visitor's file.
func TestNameless(t *testing.T) {
	_, err := os.Open("/nowhere/Avis de Madame Martin.pdf")
	err = nameless(fmt.Errorf("give: %w", err))
	if strings.Contains(err.Error(), "Martin") || !errors.Is(err, os.ErrNotExist) {
		t.Errorf("%v", err)
	}
}
