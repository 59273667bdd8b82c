package sandbox

import (
	"context"

	"github.com/godbus/dbus/v5"
)

// watch waits for the first signal that matches. It is made before the call
// that causes the signal, so that none is missed.
type watch struct {
	match func(*dbus.Signal) bool
	hit   chan *dbus.Signal
}

func (s *Sandbox) watch(match func(*dbus.Signal) bool) *watch {
	w := &watch{match: match, hit: make(chan *dbus.Signal, 1)}
	s.mu.Lock()
	s.watches[w] = struct{}{}
	s.mu.Unlock()
	return w
}

func (s *Sandbox) unwatch(w *watch) {
	s.mu.Lock()
	delete(s.watches, w)
	s.mu.Unlock()
}

func (s *Sandbox) deliver(signal *dbus.Signal) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for w := range s.watches {
		if w.match(signal) {
			w.hit <- signal
			delete(s.watches, w)
		}
	}
}

// await returns the signal, or the error that ended the wait.
func (s *Sandbox) await(ctx context.Context, w *watch) (*dbus.Signal, error) {
	select {
	case signal := <-w.hit:
		return signal, nil
	case <-s.lost:
		return nil, ErrBusLost
	case <-ctx.Done():
		return nil, context.Cause(ctx)
	}
}

// jobRemoved matches JobRemoved(u id, o job, s unit, s result).
func jobRemoved(unit string) func(*dbus.Signal) bool {
	return func(s *dbus.Signal) bool {
		if s.Name != managerFace+".JobRemoved" || len(s.Body) < 4 {
			return false
		}
		name, _ := s.Body[2].(string)
		return name == unit
	}
}

// unitRemoved matches UnitRemoved(s unit, o path).
func unitRemoved(unit string) func(*dbus.Signal) bool {
	return func(s *dbus.Signal) bool {
		if s.Name != managerFace+".UnitRemoved" || len(s.Body) < 1 {
			return false
		}
		name, _ := s.Body[0].(string)
		return name == unit
	}
}
