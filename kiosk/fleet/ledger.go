package fleet

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"sync"
	"time"

	"borne/kiosk"
)

const ledgerFile = "commands.json"

// Commands are remembered until a day after they expired, and never more than
// maxEntries of them.
const (
	ledgerGrace = 24 * time.Hour
	maxEntries  = 1000
)

// entry is a command that was begun.
type entry struct {
	ID      string             `json:"id"`
	Kind    kiosk.CommandKind  `json:"kind"`
	Expires time.Time          `json:"expires"`
	State   kiosk.CommandState `json:"state"`
	Detail  string             `json:"detail,omitempty"`
	// Told is the state that the central office is known to have heard.
	Told kiosk.CommandState `json:"told,omitempty"`
}

// ledger remembers the commands begun, so that none is carried out twice, also
// across restarts. It is written before a command begins.
type ledger struct {
	dir string

	mu      sync.Mutex
	entries []entry
}

// openLedger reads the ledger and settles what borned's end interrupted: a
// restart is done by that, everything else failed.
func openLedger(dir string) (*ledger, error) {
	l := &ledger{dir: dir}
	data, err := os.ReadFile(filepath.Join(dir, ledgerFile))
	if errors.Is(err, fs.ErrNotExist) {
		return l, nil
	}
	if err != nil {
		return nil, fmt.Errorf("read commands: %w", err)
	}
	if err := json.Unmarshal(data, &l.entries); err != nil {
		return nil, fmt.Errorf("read commands: %w: remove %s once no command is under way", err, filepath.Join(dir, ledgerFile))
	}
	for i := range l.entries {
		e := &l.entries[i]
		if e.State.Final() {
			continue
		}
		if e.State = kiosk.CommandDone; e.Kind != kiosk.CommandRestart {
			e.State, e.Detail = kiosk.CommandFailed, "borned stopped before it was done"
		}
	}
	return l, nil
}

// begin adds a command in that state. It reports false for one that was begun
// before, whose state is then told again.
func (l *ledger) begin(e entry, now time.Time) (isNew bool, err error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for i := range l.entries {
		if l.entries[i].ID == e.ID {
			l.entries[i].Told = ""
			return false, nil
		}
	}
	kept := make([]entry, 0, len(l.entries)+1)
	for _, old := range l.entries {
		if old.Told != old.State || old.Expires.Add(ledgerGrace).After(now) {
			kept = append(kept, old)
		}
	}
	if len(kept) >= maxEntries {
		kept = kept[len(kept)-maxEntries+1:]
	}
	kept = append(kept, e)
	if err := l.save(kept); err != nil {
		return false, err
	}
	l.entries = kept
	return true, nil
}

// finish notes how a command ended. It is told even if it cannot be stored.
func (l *ledger) finish(id string, state kiosk.CommandState, detail string) error {
	return l.update(id, func(e *entry) { e.State, e.Detail = state, detail })
}

// told notes that the central office heard of a state.
func (l *ledger) told(id string, state kiosk.CommandState) error {
	return l.update(id, func(e *entry) { e.Told = state })
}

func (l *ledger) update(id string, change func(*entry)) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	for i := range l.entries {
		if l.entries[i].ID == id {
			change(&l.entries[i])
			return l.save(l.entries)
		}
	}
	return nil
}

// untold lists what the central office has not heard yet, oldest first.
func (l *ledger) untold() []entry {
	l.mu.Lock()
	defer l.mu.Unlock()
	var es []entry
	for _, e := range l.entries {
		if e.Told != e.State {
			es = append(es, e)
		}
	}
	return es
}

func (l *ledger) save(entries []entry) error {
	data, err := json.Marshal(entries)
	if err != nil {
		return err
	}
	if err := writeFile(l.dir, ledgerFile, data); err != nil {
		return fmt.Errorf("store commands: %w", err)
	}
	return nil
}
