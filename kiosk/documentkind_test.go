package kiosk_test

import (
	"testing"

	"borne/kiosk"
)

func TestKindOf(t *testing.T) {
	for head, want := range map[string]kiosk.DocumentKind{
		"":                                   "",
		"%PDF":                               "",
		"%PDF-1.7\n":                         kiosk.DocumentPDF,
		"<html>%PDF-1.7":                     "",
		"\xff\xd8\xff\xe0\x00\x10JFIF":       kiosk.DocumentJPEG,
		"\xff\xd8":                           "",
		"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHD": kiosk.DocumentPNG,
		"\x89PNG\n\x1a\n":                    "",
		"MZ\x90\x00":                         "",
		"\x7fELF":                            "",
		"[Desktop Entry]":                    "",
		"PK\x03\x04":                         "",
	} {
		if got := kiosk.KindOf([]byte(head)); got != want {
			t.Errorf("%q: got %q, want %q", head, got, want)
		}
	}
}
