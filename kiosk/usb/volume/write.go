package volume

import (
	"context"
	"errors"
	"fmt"
	"io"
	"time"
)

// Disk is a stick that may be written.
type Disk interface {
	io.ReaderAt
	io.WriterAt
	// Sync returns once the stick itself holds all that was written.
	Sync() error
}

// Document is what is to be kept on a stick.
type Document struct {
	// Name is what it should be called; FreeName says what becomes of it.
	Name string
	// Bytes is how much of Content there is.
	Bytes   int64
	Content io.ReaderAt
	// At is the time that the file gets, as the clock on the wall has it:
	// sticks know no zones.
	At time.Time
}

// What Save says of a stick, beside what the device says itself.
var (
	// ErrFull: there is no room, or no room in the folder.
	ErrFull = errors.New("the stick is full")
	// ErrContent: the document could not be read to its end.
	ErrContent = errors.New("the document cannot be read")
)

// syncBytes is how much is written before the stick must hold it: what is told
// of the progress is true, and one that is pulled out never has much to lose.
const syncBytes = 1 << 20

// Save writes a document as a new file into the top folder of the first volume
// of a device of that many bytes, and returns the name it got. Nothing that is
// there is changed: not a file, not a name. wrote hears how much the stick
// holds; its error ends the work.
//
// First the content is written, into clusters that nobody has; then the table
// that says so; the entry in the folder comes last. Whenever the stick is pulled
// out it holds the whole file or none, at worst with a few clusters that are
// marked as taken by nothing. It returns ErrUnreadable for a stick that is not
// written here, ErrFull, ErrContent, or what the device says.
func Save(ctx context.Context, disk Disk, size int64, doc Document, wrote func(bytes int64) error) (name string, err error) {
	volumes, err := Open(ctx, disk, size)
	if err != nil {
		return "", err
	}
	v := volumes[0]
	if v.keep == nil || doc.Bytes <= 0 || doc.Bytes > maxKeptBytes {
		return "", ErrUnreadable
	}
	name, err = v.keep(v, doc, wrote)
	if errors.Is(err, errDamaged) {
		return "", fmt.Errorf("%w: %w", ErrUnreadable, err)
	}
	return name, err
}

// maxKeptBytes is what a file of FAT may be at most.
const maxKeptBytes = 1<<32 - 1

// write puts p at offset, through the cache to the device.
func (s *source) write(p []byte, offset int64) error {
	if offset < 0 || offset > s.size || int64(len(p)) > s.size-offset {
		return errDamaged
	}
	if err := s.ctx.Err(); err != nil {
		return err
	}
	disk, ok := s.disk.(io.WriterAt)
	if !ok {
		return errors.New("the device is not open to be written")
	}
	if n, err := disk.WriteAt(p, s.base+offset); n < len(p) {
		return fmt.Errorf("write the device: %w", cause(err))
	}
	for len(p) > 0 {
		within := offset % pageBytes
		n := min(int64(len(p)), pageBytes-within)
		if page := s.pages[offset/pageBytes]; page != nil {
			copy(page[within:], p[:n])
		}
		p, offset = p[n:], offset+n
	}
	return nil
}

// sync makes the device hold what was written.
func (s *source) sync() error {
	disk, ok := s.disk.(Disk)
	if !ok {
		return errors.New("the device is not open to be written")
	}
	if err := disk.Sync(); err != nil {
		return fmt.Errorf("write the device: %w", err)
	}
	return nil
}

// writeAt writes what readAt would read.
func (r *run) writeAt(p []byte, off int64) error {
	if off < 0 || off > r.bytes || int64(len(p)) > r.bytes-off {
		return errDamaged
	}
	for len(p) > 0 {
		at, n := r.fixed+off, int64(len(p))
		if r.fixed == 0 {
			c, err := r.cluster(off / r.heap.clusterBytes)
			if err != nil {
				return err
			}
			within := off % r.heap.clusterBytes
			at, n = r.heap.offset(c)+within, min(n, r.heap.clusterBytes-within)
		}
		if err := r.heap.source.write(p[:n], at); err != nil {
			return err
		}
		p, off = p[n:], off+n
	}
	return nil
}

// pour writes a document's content into clusters that are its own.
func (h *heap) pour(clusters []uint32, doc Document, wrote func(bytes int64) error) error {
	r := run{heap: h, first: clusters[0], chain: clusters, bytes: doc.Bytes, filled: doc.Bytes}
	p, unsaid := make([]byte, 64<<10), int64(0)
	for at := int64(0); at < doc.Bytes; {
		n, err := doc.Content.ReadAt(p[:min(int64(len(p)), doc.Bytes-at)], at)
		if n == 0 {
			return fmt.Errorf("%w: %w", ErrContent, cause(err))
		}
		if err := r.writeAt(p[:n], at); err != nil {
			return err
		}
		at, unsaid = at+int64(n), unsaid+int64(n)
		if unsaid < syncBytes && at < doc.Bytes {
			continue
		}
		if err := h.source.sync(); err != nil {
			return err
		}
		if err := wrote(at); err != nil {
			return err
		}
		unsaid = 0
	}
	return nil
}

// set writes what the table says of a cluster, into each copy of it.
func (h *heap) set(cluster, value uint32) error {
	for n := range h.copies {
		table := h.table + n*h.copyBytes
		var b [4]byte
		at, wide := table+4*int64(cluster), 4
		switch h.bits {
		case 12:
			at, wide = table+int64(cluster)+int64(cluster)/2, 2
		case 16:
			at, wide = table+2*int64(cluster), 2
		}
		if err := h.source.read(b[:wide], at); err != nil {
			return err
		}
		h.pack(b[:], cluster, value)
		if err := h.source.write(b[:wide], at); err != nil {
			return err
		}
	}
	return nil
}

// pack puts an entry among the bits that are not its own.
func (h *heap) pack(b []byte, cluster, value uint32) {
	switch h.bits {
	case 12:
		if cluster%2 == 1 {
			b[0], b[1] = b[0]&0x0f|byte(value<<4), byte(value>>4)
		} else {
			b[0], b[1] = byte(value), b[1]&0xf0|byte(value>>8)&0x0f
		}
	case 28: // the upper four bits are to be kept
		b[0], b[1], b[2], b[3] = byte(value), byte(value>>8), byte(value>>16), b[3]&0xf0|byte(value>>24)&0x0f
	default:
		b[0], b[1], b[2], b[3] = byte(value), byte(value>>8), byte(value>>16), byte(value>>24)
	}
}

// link chains clusters, the last of which ends the chain.
func (h *heap) link(clusters []uint32) error {
	for i, c := range clusters {
		next := uint32(1<<h.bits - 1)
		if i+1 < len(clusters) {
			next = clusters[i+1]
		}
		if err := h.set(c, next); err != nil {
			return err
		}
	}
	return nil
}

// clusters is how many hold that many bytes.
func (h *heap) clusters(bytes int64) int { return int((bytes + h.clusterBytes - 1) / h.clusterBytes) }

// grow adds empty clusters to a folder's chain.
func (h *heap) grow(folder *run, clusters []uint32) error {
	if len(clusters) == 0 {
		return nil
	}
	if folder.fixed != 0 {
		return ErrFull
	}
	empty := make([]byte, min(h.clusterBytes, 64<<10))
	for _, c := range clusters {
		for at := int64(0); at < h.clusterBytes; at += int64(len(empty)) {
			if err := h.source.write(empty, h.offset(c)+at); err != nil {
				return err
			}
		}
	}
	if err := h.source.sync(); err != nil {
		return err
	}
	if err := h.link(clusters); err != nil {
		return err
	}
	last, err := folder.cluster(folder.bytes/h.clusterBytes - 1)
	if err != nil {
		return err
	}
	if err := h.set(last, clusters[0]); err != nil {
		return err
	}
	folder.chain = append(folder.chain, clusters...)
	folder.bytes += int64(len(clusters)) * h.clusterBytes
	folder.filled = folder.bytes
	return nil
}
