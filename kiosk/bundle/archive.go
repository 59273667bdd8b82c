package bundle

import (
	"archive/tar"
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/klauspost/compress/zstd"
)

// Limits of an archive, so that a hostile one costs little before its
// signature is refused. A full catalogue is about 100 KiB in 50 files.
const (
	MaxArchiveBytes  = 4 << 20  // compressed
	MaxUnpackedBytes = 16 << 20 // tar
	MaxFiles         = 1000
	maxManifestBytes = 256 << 10
)

// readFiles takes a directory into memory, within the limits.
func readFiles(dir fs.FS) (memFS, error) {
	files := memFS{}
	total := 0
	err := fs.WalkDir(dir, ".", func(name string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case d.IsDir():
			return nil
		case !d.Type().IsRegular():
			return fmt.Errorf("%s is not a plain file: a bundle holds no links", name)
		case len(files) >= MaxFiles:
			return fmt.Errorf("more than %d files", MaxFiles)
		}
		data, err := fs.ReadFile(dir, name)
		if err != nil {
			return err
		}
		if total += len(data); total > MaxUnpackedBytes/2 {
			return fmt.Errorf("more than %d bytes", MaxUnpackedBytes/2)
		}
		files[name] = data
		return nil
	})
	return files, err
}

// PackFiles puts a directory into an unsigned tar.zst, for its way from a
// technician's machine to the central office. The same files give the same
// bytes.
func PackFiles(dir fs.FS) ([]byte, error) {
	files, err := readFiles(dir)
	if err != nil {
		return nil, fmt.Errorf("read bundle: %w", err)
	}
	return compress(files.entries())
}

// UnpackFiles reads what PackFiles made. It returns an error that wraps
// ErrMalformed for anything else, and never more than the limits.
func UnpackFiles(data []byte) (fs.FS, error) {
	entries, err := decompress(data, nil)
	if err != nil {
		return nil, err
	}
	return filesOf(entries), nil
}

// entry is one file of an archive, in its order.
type entry struct {
	name string
	data []byte
}

func (m memFS) entries() []entry {
	var out []entry
	for _, name := range slices.Sorted(maps.Keys(m)) {
		out = append(out, entry{name, m[name]})
	}
	return out
}

func filesOf(entries []entry) memFS {
	m := memFS{}
	for _, e := range entries {
		m[e.name] = e.data
	}
	return m
}

// compress writes entries without owner, date or order of chance.
func compress(entries []entry) ([]byte, error) {
	var out bytes.Buffer
	z, err := zstd.NewWriter(&out, zstd.WithEncoderConcurrency(1), zstd.WithEncoderLevel(zstd.SpeedBetterCompression))
	if err != nil {
		return nil, fmt.Errorf("compress bundle: %w", err)
	}
	t := tar.NewWriter(z)
	for _, e := range entries {
		h := tar.Header{Typeflag: tar.TypeReg, Name: e.name, Size: int64(len(e.data)), Mode: 0o644, ModTime: time.Unix(0, 0), Format: tar.FormatPAX}
		if err := errors.Join(t.WriteHeader(&h), write(t, e.data)); err != nil {
			return nil, fmt.Errorf("pack %s: %w", e.name, err)
		}
	}
	if err := errors.Join(t.Close(), z.Close()); err != nil {
		return nil, fmt.Errorf("compress bundle: %w", err)
	}
	if out.Len() > MaxArchiveBytes {
		return nil, fmt.Errorf("the archive has %d bytes: %d at most", out.Len(), MaxArchiveBytes)
	}
	return out.Bytes(), nil
}

func write(w io.Writer, data []byte) error {
	_, err := w.Write(data)
	return err
}

// decompress reads plain files only, with clean relative names, each once.
// After each entry it asks check, which may refuse the rest.
func decompress(data []byte, check func([]entry) error) ([]entry, error) {
	if len(data) > MaxArchiveBytes {
		return nil, fmt.Errorf("%w: %d bytes, %d at most", ErrMalformed, len(data), MaxArchiveBytes)
	}
	z, err := zstd.NewReader(bytes.NewReader(data), zstd.WithDecoderConcurrency(1),
		zstd.WithDecoderMaxMemory(MaxUnpackedBytes), zstd.WithDecoderMaxWindow(8<<20))
	if err != nil {
		return nil, fmt.Errorf("%w: %v", ErrMalformed, err)
	}
	defer z.Close()
	limited := &io.LimitedReader{R: z, N: MaxUnpackedBytes}
	t := tar.NewReader(limited)
	seen := map[string]bool{}
	var entries []entry
	unpacked := int64(0)
	for {
		h, err := t.Next()
		if err == io.EOF {
			break
		}
		switch {
		case limited.N <= 0:
			return nil, fmt.Errorf("%w: more than %d bytes unpacked", ErrMalformed, MaxUnpackedBytes)
		case err != nil:
			return nil, fmt.Errorf("%w: %v", ErrMalformed, err)
		case h.Typeflag != tar.TypeReg:
			return nil, fmt.Errorf("%w: %q is not a plain file", ErrMalformed, h.Name)
		case !fs.ValidPath(h.Name) || h.Name == "." || strings.ContainsAny(h.Name, "\\\x00"):
			return nil, fmt.Errorf("%w: name %q", ErrMalformed, h.Name)
		case seen[h.Name]:
			return nil, fmt.Errorf("%w: %q stands twice", ErrMalformed, h.Name)
		case len(entries) >= MaxFiles+2:
			return nil, fmt.Errorf("%w: more than %d files", ErrMalformed, MaxFiles)
		}
		// The holes of a sparse file take no room in the archive.
		if unpacked += h.Size; h.Size < 0 || h.Size > MaxUnpackedBytes || unpacked > MaxUnpackedBytes {
			return nil, fmt.Errorf("%w: more than %d bytes unpacked", ErrMalformed, MaxUnpackedBytes)
		}
		seen[h.Name] = true
		content, err := io.ReadAll(t)
		if err != nil {
			return nil, fmt.Errorf("%w: %s: %v", ErrMalformed, h.Name, err)
		}
		entries = append(entries, entry{h.Name, content})
		if check != nil {
			if err := check(entries); err != nil {
				return nil, err
			}
		}
	}
	return entries, nil
}
