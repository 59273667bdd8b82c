package forensics

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"golang.org/x/sys/unix"
)

// Scene is the machine that is searched, seen from the outside: every process below a first one, and what they see.
type Scene struct {
	Words *Words
	// Init is the machine's first process.
	Init int
	// Apart names programs (as in /proc/PID/comm) and paths that are no part of the machine: the names' server of its
	// network, for one. They are left out.
	Apart []string
	// Since leaves files on a disk out that have not changed since: a change cannot be hidden from the kernel's own
	// note of it (ctime). File systems in memory are always read whole, as is all when it is zero.
	Since time.Time
	// Enough ends the search early, once what was met is enough. It is asked for each piece of memory and each file; nil
	// never ends.
	Enough func([]Place) bool
}

// Place is where a marker was met: "memory of borned", "file /var/log/…".
type Place struct {
	Found
	Where string
	// Around is what stands there, for whoever has to find out how it came.
	Around []byte
}

// around is how much is told before and after a marker, in bytes.
const around = 160

// Search looks through the memory and the open files of every process and through every file system that any of them
// sees. What vanishes on the way is not there; what cannot be read is an error.
func (s Scene) Search() ([]Place, error) {
	pids, err := below(s.Init)
	if err != nil {
		return nil, err
	}
	pids = slices.DeleteFunc(pids, func(pid int) bool { return slices.Contains(s.Apart, comm(pid)) })
	var (
		mu     sync.Mutex
		all    []Place
		faults []error
		wait   sync.WaitGroup
		enough atomic.Bool
	)
	tell := func(where string, b []byte) {
		if enough.Load() {
			return
		}
		for _, f := range s.Words.Find(b) {
			mu.Lock()
			all = append(all, Place{f, where, bytes.Clone(b[max(0, f.At-around):min(len(b), f.At+around)])})
			enough.Store(s.Enough != nil && s.Enough(all))
			mu.Unlock()
		}
	}
	fault := func(err error) {
		if err != nil && !gone(err) {
			mu.Lock()
			faults = append(faults, err)
			mu.Unlock()
		}
	}
	work := make(chan func())
	for range 2 {
		wait.Go(func() {
			for f := range work {
				f()
			}
		})
	}
	shared := &once{}
	trees := func() { fault(s.trees(pids, tell)) }
	if s.Enough == nil {
		work <- trees // it takes longest
	}
	for _, pid := range slices.Backward(pids) { // the browser's came last
		work <- func() {
			if enough.Load() {
				return
			}
			fault(memory(pid, tell))
			fault(openFiles(pid, shared, tell))
			environment(pid, tell)
		}
	}
	if s.Enough != nil && !enough.Load() {
		work <- trees
	}
	close(work)
	wait.Wait()
	return all, errors.Join(faults...)
}

// Part looks into some processes alone, and below folders as the first of them sees them.
func (s Scene) Part(pids []int, folders ...string) (all []Place, err error) {
	tell := func(where string, b []byte) {
		for _, f := range s.Words.Find(b) {
			all = append(all, Place{f, where, bytes.Clone(b[max(0, f.At-around):min(len(b), f.At+around)])})
		}
	}
	var faults []error
	for i, pid := range pids {
		faults = append(faults, memory(pid, tell), openFiles(pid, &once{}, tell))
		for _, folder := range folders {
			if i == 0 {
				faults = append(faults, s.walk(filepath.Join("/proc", strconv.Itoa(pid), "root"), folder, time.Time{}, tell))
			}
		}
	}
	return all, errors.Join(slices.DeleteFunc(faults, gone)...)
}

// Called lists the machine's processes of a program, as in /proc/PID/comm, or of one in a role: "borned write-stick".
func (s Scene) Called(program string) ([]int, error) {
	pids, err := below(s.Init)
	called, _, role := strings.Cut(program, " ")
	return slices.DeleteFunc(pids, func(pid int) bool { return comm(pid) != called || role && name(pid) != program }), err
}

// once remembers what several processes share.
type once struct {
	mu   sync.Mutex
	seen map[[2]uint64]bool
}

// first reports whether it is the first time.
func (o *once) first(dev, ino uint64) bool {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.seen == nil {
		o.seen = map[[2]uint64]bool{}
	}
	key := [2]uint64{dev, ino}
	again := o.seen[key]
	o.seen[key] = true
	return !again
}

func gone(err error) bool {
	return errors.Is(err, os.ErrNotExist) || errors.Is(err, unix.ESRCH)
}

// below lists a process and all its descendants.
func below(root int) ([]int, error) {
	entries, err := os.ReadDir("/proc")
	if err != nil {
		return nil, fmt.Errorf("list processes: %w", err)
	}
	children := map[int][]int{}
	for _, e := range entries {
		pid, err := strconv.Atoi(e.Name())
		if err != nil {
			continue
		}
		stat, err := os.ReadFile(filepath.Join("/proc", e.Name(), "stat"))
		if err != nil {
			continue // gone
		}
		// "pid (comm) state ppid …": comm may hold anything but the last parenthesis.
		_, rest, _ := strings.Cut(string(stat)[strings.LastIndexByte(string(stat), ')')+1:], " ")
		fields := strings.Fields(rest)
		if len(fields) < 2 {
			continue
		}
		if parent, err := strconv.Atoi(fields[1]); err == nil {
			children[parent] = append(children[parent], pid)
		}
	}
	all := []int{root}
	for i := 0; i < len(all); i++ {
		all = append(all, children[all[i]]...)
	}
	return all, nil
}

func comm(pid int) string {
	b, _ := os.ReadFile(fmt.Sprintf("/proc/%d/comm", pid)) // none for one that is gone
	return strings.TrimSpace(string(b))
}

// name is how a process is called in a place: its program, and its role where it has one.
func name(pid int) string {
	b, err := os.ReadFile(fmt.Sprintf("/proc/%d/cmdline", pid))
	if err != nil {
		return comm(pid)
	}
	// Chromium's children write theirs anew, with spaces.
	words := strings.FieldsFunc(string(b), func(r rune) bool { return r == 0 || r == ' ' })
	called := comm(pid)
	for _, w := range words {
		if role, ok := strings.CutPrefix(w, "--type="); ok {
			return called + " " + role
		}
	}
	if len(words) > 1 && called == "borned" {
		return called + " " + words[1]
	}
	return called
}

func environment(pid int, tell func(string, []byte)) {
	for _, part := range []string{"cmdline", "environ", "comm"} {
		b, err := os.ReadFile(fmt.Sprintf("/proc/%d/%s", pid, part))
		if err == nil {
			tell(part+" of "+name(pid), b)
		}
	}
}
