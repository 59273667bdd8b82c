package assets

import (
	"embed"
	"io/fs"
)

//go:embed bundle
var bundle embed.FS

// Bundle returns the default configuration bundle, rooted at its settings.yaml.
func Bundle() fs.FS {
	sub, err := fs.Sub(bundle, "bundle")
	if err != nil {
		// The name is a constant that go:embed has checked.
		panic(err)
	}
	return sub
}
