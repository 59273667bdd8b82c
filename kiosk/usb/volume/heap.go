package volume

import "encoding/binary"

// heap is the clusters of a volume and the table that chains them: FAT and
// exFAT differ in how wide an entry is, and in little else.
type heap struct {
	source *source
	// table is where the first table begins, in bytes; bits is the width of an
	// entry: 12, 16, 28 or 32.
	table int64
	bits  uint
	// base is where cluster 2 begins; clusters are numbered 2 to count+1.
	base         int64
	clusterBytes int64
	count        uint32
	// copies of the table follow each other, copyBytes from one to the next.
	copies    int64
	copyBytes int64
}

func (h *heap) valid(cluster uint32) bool { return cluster >= 2 && cluster-2 < h.count }

// offset is where a valid cluster begins.
func (h *heap) offset(cluster uint32) int64 { return h.base + int64(cluster-2)*h.clusterBytes }

// entry returns what the table says of a valid cluster.
func (h *heap) entry(cluster uint32) (value uint32, err error) {
	var b [4]byte
	switch h.bits {
	case 12:
		at := int64(cluster) + int64(cluster)/2
		if err := h.source.read(b[:2], h.table+at); err != nil {
			return 0, err
		}
		value = uint32(binary.LittleEndian.Uint16(b[:]))
		if cluster%2 == 1 {
			value >>= 4
		}
		value &= 0xfff
	case 16:
		if err := h.source.read(b[:2], h.table+2*int64(cluster)); err != nil {
			return 0, err
		}
		value = uint32(binary.LittleEndian.Uint16(b[:]))
	default:
		if err := h.source.read(b[:], h.table+4*int64(cluster)); err != nil {
			return 0, err
		}
		value = binary.LittleEndian.Uint32(b[:])
		if h.bits == 28 {
			value &= 0x0fffffff
		}
	}
	return value, nil
}

// next returns the cluster after a valid one; ok is false at the end of the
// chain, and where the chain is broken.
func (h *heap) next(cluster uint32) (next uint32, ok bool, err error) {
	next, err = h.entry(cluster)
	return next, err == nil && h.valid(next), err
}

// run is where something's bytes are: in a chain of clusters, in clusters one
// after the other, or (the root of FAT12 and FAT16) outside the clusters.
type run struct {
	heap  *heap
	first uint32
	// contiguous clusters follow each other without a chain.
	contiguous bool
	// fixed is not 0 for bytes outside the clusters.
	fixed int64
	// bytes is how many there are; known up to this much of a chain.
	bytes int64
	// filled is how many of them are on the disk, the rest are zeros.
	filled int64
	// chain is the clusters that were followed so far.
	chain []uint32
}

// cluster returns the number of the i-th cluster. i is at most bytes divided
// by clusterBytes, so that a chain that loops ends.
func (r *run) cluster(i int64) (uint32, error) {
	if r.contiguous {
		c := int64(r.first) + i
		if c > int64(r.heap.count)+1 || !r.heap.valid(uint32(c)) {
			return 0, errDamaged
		}
		return uint32(c), nil
	}
	if len(r.chain) == 0 {
		if !r.heap.valid(r.first) {
			return 0, errDamaged
		}
		r.chain = []uint32{r.first}
	}
	for int64(len(r.chain)) <= i {
		if int64(len(r.chain)) > int64(r.heap.count) { // longer than the volume: a loop
			return 0, errDamaged
		}
		next, ok, err := r.heap.next(r.chain[len(r.chain)-1])
		if err != nil {
			return 0, err
		}
		if !ok {
			return 0, errDamaged
		}
		r.chain = append(r.chain, next)
	}
	return r.chain[i], nil
}

// readAt fills p from off; what lies beyond the end is an error.
func (r *run) readAt(p []byte, off int64) error {
	if off < 0 || off > r.bytes || int64(len(p)) > r.bytes-off {
		return errDamaged
	}
	for len(p) > 0 {
		if off >= r.filled {
			clear(p)
			return nil
		}
		var at int64
		n := min(int64(len(p)), r.filled-off)
		if r.fixed != 0 {
			at = r.fixed + off
		} else {
			c, err := r.cluster(off / r.heap.clusterBytes)
			if err != nil {
				return err
			}
			within := off % r.heap.clusterBytes
			at, n = r.heap.offset(c)+within, min(n, r.heap.clusterBytes-within)
		}
		read := r.heap.source.read
		if n > pageBytes {
			read = r.heap.source.readThrough
		}
		if err := read(p[:n], at); err != nil {
			return err
		}
		p, off = p[n:], off+n
	}
	return nil
}

// measure finds how long a chain without a size is, up to limit bytes: FAT
// keeps no size for folders.
func (r *run) measure(limit int64) error {
	r.bytes, r.filled = limit, limit
	for i := int64(0); i*r.heap.clusterBytes < limit; i++ {
		if _, err := r.cluster(i); err != nil {
			if i == 0 {
				return err
			}
			r.bytes = i * r.heap.clusterBytes
			break
		}
	}
	r.filled = r.bytes
	return nil
}
