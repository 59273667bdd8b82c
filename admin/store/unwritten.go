package store

import (
	"sync"
	"time"

	"borne/admin"
)

// unwritten holds the arguments of commands for the visitor who is there, in
// memory and until their expiry: a host typed for one person may point at that
// person, so that no row, no backup and no write-ahead log ever holds it. A
// command whose argument was lost with the process expires by itself.
type unwritten struct {
	mu   sync.Mutex
	kept map[string]spoken // by the command's id
}

type spoken struct {
	argument string
	expires  time.Time
}

// keep remembers the argument of a command for a visitor, and forgets those
// whose time is over.
func (u *unwritten) keep(c admin.Command, now time.Time) {
	u.mu.Lock()
	defer u.mu.Unlock()
	for id, s := range u.kept {
		if !s.expires.After(now) {
			delete(u.kept, id)
		}
	}
	if u.kept == nil {
		u.kept = map[string]spoken{}
	}
	u.kept[c.ID] = spoken{c.Argument, c.Expires}
}

func (u *unwritten) of(id string) (argument string, ok bool) {
	u.mu.Lock()
	defer u.mu.Unlock()
	s, ok := u.kept[id]
	return s.argument, ok
}

// forget is for a command that its borne has, or that is over.
func (u *unwritten) forget(id string) {
	u.mu.Lock()
	defer u.mu.Unlock()
	delete(u.kept, id)
}
