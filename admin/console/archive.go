package console

import (
	"archive/tar"
	"archive/zip"
	"bytes"
	"compress/gzip"
	"fmt"
	"io"
	"io/fs"
	"path"
	"strings"

	"borne/admin"
	"borne/kiosk/bundle"
)

// unpack reads the directory that a technician sends as .zip, .tar, .tar.gz or
// .tar.zst, told apart by their first bytes. Files above the one directory
// that holds everything, as most tools make it, are seen without it. Errors
// wrap admin.ErrInvalid or ErrTooLarge.
func unpack(data []byte) (fs.FS, error) {
	switch {
	case bytes.HasPrefix(data, []byte("PK\x03\x04")), bytes.HasPrefix(data, []byte("PK\x05\x06")):
		return unpackZip(data)
	case bytes.HasPrefix(data, []byte{0x1f, 0x8b}):
		z, err := gzip.NewReader(bytes.NewReader(data))
		if err != nil {
			return nil, fmt.Errorf("%w: gzip: %w", admin.ErrInvalid, err)
		}
		return unpackTar(z)
	case bytes.HasPrefix(data, []byte{0x28, 0xb5, 0x2f, 0xfd}):
		dir, err := bundle.UnpackFiles(data)
		if err != nil {
			return nil, fmt.Errorf("%w: %w", admin.ErrInvalid, err)
		}
		return dir, nil
	case len(data) > 262 && string(data[257:262]) == "ustar":
		return unpackTar(bytes.NewReader(data))
	}
	return nil, fmt.Errorf("%w: neither zip nor tar", admin.ErrInvalid)
}

// gathered are plain files within the limits of a bundle.
type gathered struct {
	names []string
	files map[string][]byte
	left  int64
}

func newGathered() *gathered {
	return &gathered{files: map[string][]byte{}, left: bundle.MaxUnpackedBytes / 2}
}

func (g *gathered) add(name string, content io.Reader) error {
	name = strings.TrimPrefix(name, "./")
	if base := path.Base(name); strings.HasPrefix(name, "__MACOSX/") || base == ".DS_Store" || base == "Thumbs.db" || base == "desktop.ini" {
		return nil // left there by the file managers of some systems
	}
	switch {
	case !fs.ValidPath(name) || name == "." || strings.ContainsAny(name, "\\\x00"):
		return fmt.Errorf("%w: name %q", admin.ErrInvalid, name)
	case g.files[name] != nil:
		return fmt.Errorf("%w: %q stands twice", admin.ErrInvalid, name)
	case len(g.names) >= bundle.MaxFiles:
		return fmt.Errorf("%w: more than %d files", admin.ErrTooLarge, bundle.MaxFiles)
	}
	data, err := io.ReadAll(io.LimitReader(content, g.left+1))
	if err != nil {
		return fmt.Errorf("%w: %s: %w", admin.ErrInvalid, name, err)
	}
	if g.left -= int64(len(data)); g.left < 0 {
		return fmt.Errorf("%w: more than %d bytes", admin.ErrTooLarge, bundle.MaxUnpackedBytes/2)
	}
	g.names = append(g.names, name)
	g.files[name] = append([]byte{}, data...)
	return nil
}

// dir returns the files as a directory. An archive in memory, not compressed,
// is a file system that the standard library already has.
func (g *gathered) dir() (fs.FS, error) {
	prefix := ""
	if len(g.names) > 0 {
		if first, _, below := strings.Cut(g.names[0], "/"); below {
			prefix = first + "/"
		}
	}
	for _, n := range g.names {
		// What a bundle itself keeps in a directory is no wrapping.
		if prefix == "services/" || !strings.HasPrefix(n, prefix) {
			prefix = ""
		}
	}
	var out bytes.Buffer
	w := zip.NewWriter(&out)
	for _, n := range g.names {
		f, err := w.CreateHeader(&zip.FileHeader{Name: strings.TrimPrefix(n, prefix), Method: zip.Store})
		if err != nil {
			return nil, fmt.Errorf("gather %s: %w", n, err)
		}
		if _, err := f.Write(g.files[n]); err != nil {
			return nil, fmt.Errorf("gather %s: %w", n, err)
		}
	}
	if err := w.Close(); err != nil {
		return nil, fmt.Errorf("gather files: %w", err)
	}
	dir, err := zip.NewReader(bytes.NewReader(out.Bytes()), int64(out.Len()))
	if err != nil {
		return nil, fmt.Errorf("gather files: %w", err)
	}
	return dir, nil
}

func unpackZip(data []byte) (fs.FS, error) {
	z, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		return nil, fmt.Errorf("%w: zip: %w", admin.ErrInvalid, err)
	}
	g := newGathered()
	for _, f := range z.File {
		switch mode := f.Mode(); {
		case mode.IsDir():
			continue
		case !mode.IsRegular():
			return nil, fmt.Errorf("%w: %q is not a plain file", admin.ErrInvalid, f.Name)
		}
		if err := g.addZip(f); err != nil {
			return nil, err
		}
	}
	return g.dir()
}

func (g *gathered) addZip(f *zip.File) error {
	r, err := f.Open()
	if err != nil {
		return fmt.Errorf("%w: %s: %w", admin.ErrInvalid, f.Name, err)
	}
	defer r.Close()
	return g.add(f.Name, r)
}

func unpackTar(r io.Reader) (fs.FS, error) {
	g := newGathered()
	limited := &io.LimitedReader{R: r, N: bundle.MaxUnpackedBytes}
	t := tar.NewReader(limited)
	for {
		h, err := t.Next()
		switch {
		case err == io.EOF:
			return g.dir()
		case limited.N <= 0:
			return nil, fmt.Errorf("%w: more than %d bytes unpacked", admin.ErrTooLarge, bundle.MaxUnpackedBytes)
		case err != nil:
			return nil, fmt.Errorf("%w: tar: %w", admin.ErrInvalid, err)
		case h.Typeflag == tar.TypeDir, h.Typeflag == tar.TypeXGlobalHeader:
			continue
		case h.Typeflag != tar.TypeReg:
			return nil, fmt.Errorf("%w: %q is not a plain file", admin.ErrInvalid, h.Name)
		}
		if err := g.add(h.Name, t); err != nil {
			return nil, err
		}
	}
}

// packZip writes a bundle's directory as a zip, in the order of its names.
func packZip(dir fs.FS) ([]byte, error) {
	var out bytes.Buffer
	w := zip.NewWriter(&out)
	err := fs.WalkDir(dir, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		data, err := fs.ReadFile(dir, name)
		if err != nil {
			return err
		}
		f, err := w.Create(name)
		if err != nil {
			return err
		}
		_, err = f.Write(data)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("pack zip: %w", err)
	}
	if err := w.Close(); err != nil {
		return nil, fmt.Errorf("pack zip: %w", err)
	}
	return out.Bytes(), nil
}
