package vm

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"os"
	"time"
)

// Play has a handler answer in place of the demonstration's sites, on all their hosts; nil brings them back.
func (m *Machine) Play(h http.Handler) {
	m.marking.Lock()
	defer m.marking.Unlock()
	m.play = h
}

// Disk opens all that the machine has written to its disk since it was new. Nothing in it is compressed; words that
// cross the end of a block of 64 KB may be torn.
func (m *Machine) Disk() (*os.File, error) { return os.Open(m.path("disk")) }

// Memory copies the whole of the machine's memory into a file that has no name any more, and stands still meanwhile.
func (m *Machine) Memory(ctx context.Context) (f *os.File, err error) {
	if _, err := m.monitor.call(ctx, "stop", nil); err != nil {
		return nil, err
	}
	defer func() {
		// However the copy went, and however long it took.
		goOn, cancel := context.WithTimeout(context.WithoutCancel(ctx), 30*time.Second)
		defer cancel()
		_, again := m.monitor.call(goOn, "cont", nil)
		err = errors.Join(err, again)
	}()
	name := m.path("memory")
	defer os.Remove(name)
	if _, err := m.monitor.call(ctx, "dump-guest-memory", map[string]any{"paging": false, "protocol": "file:" + name}); err != nil {
		return nil, fmt.Errorf("copy the machine's memory: %w", err)
	}
	return os.Open(name)
}
