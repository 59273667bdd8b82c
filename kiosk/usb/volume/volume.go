package volume

import (
	"errors"
	"io"
)

// Budget bounds what a walk may cost. A zero one allows nothing.
type Budget struct {
	// Entries is how many entries of folders are looked at, deleted ones too.
	Entries int
	// Depth is how deep folders may lie in each other; 1 is the top alone.
	Depth int
}

// ErrBudget: there is more than the budget allows. What was visited is right.
var ErrBudget = errors.New("more on the volume than is looked at")

// Volume is one file system. It is used by one goroutine at a time.
type Volume struct {
	// System is "FAT12", "FAT16", "FAT32" or "exFAT".
	System string

	root    run
	folders func(folder *run, budget *Budget, visit func(entry) error) error
	// keep writes a new file, nil where nothing is written; notes is where
	// FAT32 notes how much is free, 0 for nowhere.
	keep  func(v *Volume, doc Document, wrote func(bytes int64) error) (name string, err error)
	notes int64
}

// entry is what a folder says of a file or a folder.
type entry struct {
	name           string
	folder, hidden bool
	content        run
}

// File is one file of a volume.
type File struct {
	// Name is the last part of its path, as the volume has it: any characters.
	Name string
	// Path is the names of its folders and its own, divided by slashes.
	Path string
	// Bytes is its size, as the volume says; there may be less.
	Bytes   int64
	content run
}

// ReadAt reads content. It returns io.EOF at the end, and an error where the
// volume is damaged.
func (f *File) ReadAt(p []byte, off int64) (int, error) {
	if off >= f.Bytes {
		return 0, io.EOF
	}
	n := int(min(int64(len(p)), f.Bytes-off))
	if err := f.content.readAt(p[:n], off); err != nil {
		return 0, err
	}
	if n < len(p) {
		return n, io.EOF
	}
	return n, nil
}

// folder is one that waits to be visited.
type folder struct {
	path  string
	depth int
	run   run
}

// maxFolders bounds the folders that wait, and with them the memory of a walk.
const maxFolders = 10_000

// Walk visits every file, those that lie highest first, hidden ones and those
// in hidden folders excepted: people do not see them elsewhere either. It stops
// with ErrBudget, with what ended the reading, or with what visit returns. A
// folder that is damaged is left where it stops making sense.
func (v *Volume) Walk(b *Budget, visit func(*File) error) error {
	waiting := []folder{{"", 1, v.root}}
	// A folder is read once, whoever names it: folders that contain each other
	// would never end.
	seen := map[uint32]bool{v.root.first: true}
	short := false
	for len(waiting) > 0 {
		at := waiting[0]
		waiting = waiting[1:]
		err := v.folders(&at.run, b, func(e entry) error {
			if e.hidden {
				return nil
			}
			path := at.path + e.name
			if !e.folder {
				return visit(&File{Name: e.name, Path: path, Bytes: e.content.bytes, content: e.content})
			}
			if seen[e.content.first] {
				return nil
			}
			if at.depth >= b.Depth || len(seen) >= maxFolders {
				short = true
				return nil
			}
			seen[e.content.first] = true
			waiting = append(waiting, folder{path + "/", at.depth + 1, e.content})
			return nil
		})
		if errors.Is(err, errDamaged) {
			continue
		}
		if err != nil {
			return err
		}
	}
	if short {
		return ErrBudget
	}
	return nil
}

// take spends one entry.
func (b *Budget) take() error {
	if b.Entries <= 0 {
		return ErrBudget
	}
	b.Entries--
	return nil
}
