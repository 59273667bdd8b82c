package volume

import (
	"context"
	"errors"
	"fmt"
	"io"
)

// ErrUnreadable: there is no file system here that this package reads.
var ErrUnreadable = errors.New("no readable file system")

// errDamaged: a structure says what it cannot say.
var errDamaged = errors.New("damaged file system")

const (
	// pageBytes is the unit of the cache: the largest sector there is.
	pageBytes = 4096
	// pagesKept bounds the cache to 256 KiB.
	pagesKept = 64
)

// source is a stretch of a device, read through a small cache: file systems
// ask for the same sectors again and again, four bytes at a time.
type source struct {
	ctx   context.Context
	disk  io.ReaderAt
	base  int64
	size  int64
	pages map[int64]*[pageBytes]byte
	order []int64
}

func newSource(ctx context.Context, disk io.ReaderAt, base, size int64) *source {
	return &source{ctx: ctx, disk: disk, base: base, size: size, pages: map[int64]*[pageBytes]byte{}}
}

// part is a stretch of s. It has a cache of its own.
func (s *source) part(base, size int64) (*source, error) {
	if base < 0 || size <= 0 || base > s.size || size > s.size-base {
		return nil, errDamaged
	}
	return newSource(s.ctx, s.disk, s.base+base, size), nil
}

// read fills p from offset, through the cache.
func (s *source) read(p []byte, offset int64) error {
	if offset < 0 || offset > s.size || int64(len(p)) > s.size-offset {
		return errDamaged
	}
	for len(p) > 0 {
		page, err := s.page(offset / pageBytes)
		if err != nil {
			return err
		}
		n := copy(p, page[offset%pageBytes:])
		p, offset = p[n:], offset+int64(n)
	}
	return nil
}

// readThrough fills p from offset, past the cache: content is read once.
func (s *source) readThrough(p []byte, offset int64) error {
	if offset < 0 || offset > s.size || int64(len(p)) > s.size-offset {
		return errDamaged
	}
	if err := s.ctx.Err(); err != nil {
		return err
	}
	if n, err := s.disk.ReadAt(p, s.base+offset); n < len(p) {
		return fmt.Errorf("read the device: %w", cause(err))
	}
	return nil
}

func (s *source) page(number int64) (*[pageBytes]byte, error) {
	if page, ok := s.pages[number]; ok {
		return page, nil
	}
	page := new([pageBytes]byte)
	n := min(pageBytes, s.size-number*pageBytes)
	if err := s.readThrough(page[:n], number*pageBytes); err != nil {
		return nil, err
	}
	if len(s.order) == pagesKept {
		delete(s.pages, s.order[0])
		s.order = s.order[1:]
	}
	s.pages[number] = page
	s.order = append(s.order, number)
	return page, nil
}

func cause(err error) error {
	if err == nil || errors.Is(err, io.EOF) {
		return io.ErrUnexpectedEOF
	}
	return err
}
