package console

import (
	"embed"
	"io/fs"
)

//go:embed templates static
var files embed.FS

// Templates returns the pages: base.html, parts.html and one file for each page.
func Templates() fs.FS { return sub("templates") }

// Static returns what browsers fetch as it stands.
func Static() fs.FS { return sub("static") }

func sub(dir string) fs.FS {
	f, err := fs.Sub(files, dir)
	if err != nil {
		// The names are constants that go:embed has checked.
		panic(err)
	}
	return f
}
