package sandbox

import (
	"cmp"
	"errors"
	"fmt"
	"maps"
	"slices"
	"sync"
	"time"

	"borne/kiosk"
)

// traces says what a search looks for.
type traces struct {
	// mine tells whether a user id is one of a session.
	mine func(uid uint32) bool
	// cgroups are the session's control groups, none when they are not known.
	cgroups []string
	// namespace is the inode of its network namespace, 0 when not known.
	namespace uint64
	// before is what was there before the session; nil when it is not known,
	// and new files then cannot be told from old ones.
	before baseline
}

func (u *Unit) traces() traces {
	t := traces{namespace: u.namespace.inode, before: u.baseline}
	users := map[uint32]bool{}
	for _, p := range u.processes() {
		users[p.uid] = true
		t.cgroups = append(t.cgroups, p.cgroup)
	}
	t.mine = func(id uint32) bool { return users[id] }
	return t
}

// findings counts leftovers by kind. A kind never holds the name of a file
// that a session made.
type findings map[string]int

func (f findings) add(kind string) { f[kind]++ }

// searches are independent, and run side by side.
var searches = map[string]func(traces, findings) error{
	"processes":         findProcesses,
	"files":             findFiles,
	"control group":     findCgroup,
	"shared memory":     findIPC,
	"kernel keys":       findKeys,
	"mounts":            findMounts,
	"units":             findUnitFiles,
	"dynamic user name": findUser,
}

// search looks everywhere; what it cannot read makes the proof unclean.
func search(t traces) kiosk.Proof {
	began := time.Now()
	var (
		mu    sync.Mutex
		wait  sync.WaitGroup
		total = findings{}
		fault error
	)
	for name, find := range searches {
		wait.Go(func() {
			found := findings{}
			err := find(t, found)
			mu.Lock()
			defer mu.Unlock()
			for kind, n := range found {
				total[kind] += n
			}
			if err != nil {
				fault = errors.Join(fault, fmt.Errorf("%s: %w", name, err))
			}
		})
	}
	wait.Wait()
	proof := kiosk.Proof{Clean: len(total) == 0 && fault == nil}
	for _, kind := range slices.SortedFunc(maps.Keys(total), cmp.Compare[string]) {
		proof.Leftovers = append(proof.Leftovers, fmt.Sprintf("%d × %s", total[kind], kind))
	}
	if fault != nil {
		proof.Leftovers = append(proof.Leftovers, incomplete(fault).Leftovers...)
	}
	proof.Took = time.Since(began)
	return proof
}
