package console

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io/fs"
	"net/http"
	"time"

	"borne/admin"

	files "borne/assets/console"
)

// asset is a file that browsers fetch, and its version in its address.
type asset struct {
	data []byte
	hash string
}

// static are the embedded files by name.
type static map[string]asset

func loadStatic() (static, error) {
	s := static{}
	dir := files.Static()
	entries, err := fs.ReadDir(dir, ".")
	if err != nil {
		return nil, fmt.Errorf("list static files: %w", err)
	}
	for _, e := range entries {
		data, err := fs.ReadFile(dir, e.Name())
		if err != nil {
			return nil, fmt.Errorf("read static file: %w", err)
		}
		sum := sha256.Sum256(data)
		s[e.Name()] = asset{data, hex.EncodeToString(sum[:6])}
	}
	return s, nil
}

// address is where a static file is, with the hash that lets it be kept for
// good; an error for a name that is not there stops the program at its start.
func (s static) address(name string) (string, error) {
	a, ok := s[name]
	if !ok {
		return "", fmt.Errorf("static file %q is missing", name)
	}
	return "/actifs/" + name + "?v=" + a.hash, nil
}

func (c *console) serveStatic(w http.ResponseWriter, r *http.Request, _ admin.Operator) error {
	name := r.PathValue("name")
	a, ok := c.static[name]
	if !ok {
		return admin.ErrNotFound
	}
	if r.URL.Query().Get("v") == a.hash {
		w.Header().Set("Cache-Control", "public, max-age=31536000, immutable")
	}
	http.ServeContent(w, r, name, time.Time{}, bytes.NewReader(a.data))
	return nil
}
