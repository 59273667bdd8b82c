package volume_test

import (
	"bytes"
	"image"
	"image/jpeg"
	"image/png"
	"strings"
	"testing"

	"borne/kiosk"
	"borne/kiosk/usb/volume"
)

func TestKind(t *testing.T) {
	picture := image.NewGray(image.Rect(0, 0, 7, 5))
	var p, j bytes.Buffer
	if err := png.Encode(&p, picture); err != nil {
		t.Fatal(err)
	}
	if err := jpeg.Encode(&j, picture, nil); err != nil {
		t.Fatal(err)
	}
	spoilt := bytes.Clone(p.Bytes())
	spoilt[20]++ // the checksum of its size is wrong now
	flat := bytes.Clone(j.Bytes())
	at := bytes.Index(flat, []byte{0xff, 0xc0})
	flat[at+7], flat[at+8] = 0, 0
	// A photo as telephones take them: 60 kB of EXIF before the frame.
	exif := append([]byte{0xff, 0xd8, 0xff, 0xe1, 0xea, 0x60}, make([]byte, 0xea60-2)...)
	photo := append(exif, j.Bytes()[2:]...)
	filler := strings.Repeat(" ", 64)
	for name, c := range map[string]struct {
		content string
		want    kiosk.DocumentKind
	}{
		"pdf":                {"%PDF-1.7\n" + filler, kiosk.DocumentPDF},
		"pdf 2":              {"%PDF-2.0\n" + filler, kiosk.DocumentPDF},
		"pdf of no version":  {"%PDF-x.y\n" + filler, ""},
		"pdf cut":            {"%PDF-1.7\n", ""},
		"png":                {p.String(), kiosk.DocumentPNG},
		"png spoilt":         {string(spoilt), ""},
		"jpeg":               {j.String(), kiosk.DocumentJPEG},
		"jpeg of a phone":    {string(photo), kiosk.DocumentJPEG},
		"jpeg without width": {string(flat), ""},
		"jpeg of no frame":   {"\xff\xd8\xff\xe0\x00\x10" + filler, ""},
		"html":               {"<html>" + filler + "%PDF-1.7", ""},
		"program":            {"\x7fELF" + filler, ""},
		"script":             {"#!/bin/sh\n" + filler, ""},
		"empty":              {"", ""},
	} {
		if got := volume.Kind(strings.NewReader(c.content)); got != c.want {
			t.Errorf("%s: got %q, want %q", name, got, c.want)
		}
	}
}

func TestCleanName(t *testing.T) {
	for name, want := range map[string]string{
		"Relevé été.pdf":                  "Relevé été.pdf",
		"facture\u202efdp.exe":            "facturefdp.exe",
		"../../etc/passwd":                "_.._etc_passwd",
		"a\x1b[31mb\n.pdf":                "a[31mb .pdf",
		"посвідка.jpg":                    "посвідка.jpg",
		" .. ":                            "",
		strings.Repeat("é", 150) + ".pdf": strings.Repeat("é", 78) + "…" + strings.Repeat("é", 18) + ".pdf",
	} {
		if got := volume.CleanName(name); got != want {
			t.Errorf("%q: got %q, want %q", name, got, want)
		}
	}
}
