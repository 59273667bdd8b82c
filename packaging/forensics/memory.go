package forensics

import (
	"bufio"
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"os"
	"strconv"
	"strings"

	"golang.org/x/sys/unix"
)

const (
	pageSize = 4096
	// chunk is how much memory is read at once.
	chunk = 1 << 20
	// pages is how many of them are asked about at once.
	pages = 4096
)

// Bits of /proc/PID/pagemap (Documentation/admin-guide/mm/pagemap.rst).
const (
	pagePresent = 1 << 63
	pageSwapped = 1 << 62
	pageOfFile  = 1 << 61 // or shared anonymous memory
)

// mapping is one line of /proc/PID/smaps with what is resident of it.
type mapping struct {
	start, end uint64
	path       string
	resident   bool
}

// packaged reports whether its file belongs to a package, and is the same on every machine.
func (m mapping) packaged() bool {
	return (strings.HasPrefix(m.path, "/usr/") || strings.HasPrefix(m.path, "/lib")) && !strings.HasSuffix(m.path, "(deleted)")
}

// goHeap is where the heap of a Go program begins on this architecture.
const goHeap = 0xc000000000

// part tells one part of a process's memory from another.
func (m mapping) part() string {
	switch {
	case m.start>>36 == goHeap>>36:
		return ", Go heap"
	case m.path != "":
		return ", " + m.path
	}
	return ""
}

// memory reads every page that a process holds, also those that it may not read itself. What several share is read in
// each: a page that one alone has touched is resident there alone.
func memory(pid int, tell func(string, []byte)) error {
	maps, err := mappings(pid)
	if err != nil {
		return err
	}
	mem, err := os.Open(fmt.Sprintf("/proc/%d/mem", pid))
	if err != nil {
		return err
	}
	defer mem.Close()
	pagemap, err := os.Open(fmt.Sprintf("/proc/%d/pagemap", pid))
	if err != nil {
		return err
	}
	defer pagemap.Close()
	called := "memory of " + name(pid)
	entries, buffer := make([]byte, 8*pages), make([]byte, chunk+reach)
	for _, m := range maps {
		if !m.resident || m.path == "[vvar]" || m.path == "[vvar_vclock]" || m.path == "[vsyscall]" {
			continue
		}
		where := called + m.part()
		if err := m.read(mem, pagemap, entries, buffer, func(b []byte) { tell(where, b) }); err != nil {
			return fmt.Errorf("%s: %w", called, err)
		}
	}
	return nil
}

func mappings(pid int) ([]mapping, error) {
	b, err := os.ReadFile(fmt.Sprintf("/proc/%d/smaps", pid))
	if err != nil {
		return nil, err
	}
	var maps []mapping
	lines := bufio.NewScanner(bytes.NewReader(b))
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		fields := strings.Fields(lines.Text())
		if len(fields) < 2 {
			continue
		}
		if strings.HasSuffix(fields[0], ":") { // "Rss:  12 kB"
			if kib, _ := strconv.Atoi(fields[1]); kib > 0 && len(maps) > 0 && (fields[0] == "Rss:" || fields[0] == "Swap:") {
				maps[len(maps)-1].resident = true
			}
			continue
		}
		from, to, ok := strings.Cut(fields[0], "-")
		if !ok || len(fields) < 5 {
			return nil, fmt.Errorf("read the mappings of a process: %q", lines.Text())
		}
		m := mapping{path: strings.Join(fields[5:], " ")}
		var errs [2]error
		m.start, errs[0] = strconv.ParseUint(from, 16, 64)
		m.end, errs[1] = strconv.ParseUint(to, 16, 64)
		if err := errors.Join(errs[:]...); err != nil {
			return nil, fmt.Errorf("read the mappings of a process: %w", err)
		}
		maps = append(maps, m)
	}
	return maps, lines.Err()
}

// read hands on runs of resident pages, which overlap by what a marker may need.
func (m mapping) read(mem, pagemap *os.File, entries, buffer []byte, tell func([]byte)) error {
	var runs [][2]uint64
	for at := m.start; at < m.end; at += pages * pageSize {
		n := min(pages, (m.end-at)/pageSize)
		got, err := pagemap.ReadAt(entries[:8*n], int64(at/pageSize*8))
		if err != nil && !errors.Is(err, io.EOF) {
			return err
		}
		for i := range uint64(got / 8) {
			e := binary.LittleEndian.Uint64(entries[8*i:])
			if e&(pagePresent|pageSwapped) == 0 || e&pageOfFile != 0 && m.packaged() {
				continue
			}
			page := at + i*pageSize
			if k := len(runs); k > 0 && runs[k-1][1] == page {
				runs[k-1][1] += pageSize
			} else {
				runs = append(runs, [2]uint64{page, page + pageSize})
			}
		}
	}
	for _, r := range runs {
		for at := r[0]; at < r[1]; at += chunk {
			n := min(uint64(len(buffer)), r[1]-at)
			got, err := mem.ReadAt(buffer[:n], int64(at))
			if got > 0 {
				tell(buffer[:got])
			}
			// Pages come and go, and those of devices cannot be read.
			if err != nil && !errors.Is(err, io.EOF) && !errors.Is(err, unix.EIO) && !errors.Is(err, unix.EFAULT) {
				return err
			}
		}
	}
	return nil
}
