package sandbox

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"borne/kiosk"

	"github.com/godbus/dbus/v5"
	"golang.org/x/sys/unix"
)

// cleanupLimit bounds the end of what failed to start, which nobody waits for.
// A wipe takes as long as its caller lets it; the measured time is below 0.1 s.
const cleanupLimit = 10 * time.Second

// killedLimit is how long a unit whose processes were killed may take to go by
// itself.
const killedLimit = 2 * time.Second

// settleLimit is how long the kernel may take to let go of what a dead process
// held, once systemd says that the unit is gone. It is long because a proof
// that fails takes the borne out of service; a loaded machine needed 0.3 s once.
// It counts anew whenever less is left, and from the settleSearches-th search of
// the same at the earliest: a slow machine needs seconds for one search.
const (
	settleLimit    = 2 * time.Second
	settleSearches = 5
)

// Wipe kills everything in the session's units at once, drops its namespace, its file
// systems and our handles, and searches for leftovers. It always completes:
// whatever keeps it from being sure makes the proof unclean. Wiping twice
// searches twice.
func (u *Unit) Wipe(ctx context.Context) kiosk.Proof {
	s := u.sandbox
	release, err := s.take(ctx)
	if err != nil {
		return incomplete(err)
	}
	defer release()
	began := time.Now()
	u.wiped = true
	u.closeHandles()
	ended := u.end(ctx)
	proof := s.settled(ctx, func() kiosk.Proof { return search(u.traces()) })
	if ended != nil {
		proof.Clean = false
		proof.Leftovers = append(proof.Leftovers, "the unit could not be ended: "+ended.Error())
	} else if s.current == u {
		s.current = nil
	}
	s.log.Debug("session unit wiped", "clean", proof.Clean, "leftovers", proof.Leftovers,
		"took", time.Since(began), "search", proof.Took)
	return proof
}

// kill asks systemd for the same; a unit that is not there is dead.
func (s *Sandbox) kill(ctx context.Context, name string) error {
	err := s.manager().CallWithContext(ctx, managerFace+".KillUnit", 0, name, "all", int32(unix.SIGKILL)).Err
	if err != nil && !isNoSuchUnit(err) {
		return fmt.Errorf("kill %s: %w", name, err)
	}
	return nil
}

// stopLeftover ends a unit that we have no handle on, and waits for it to go. It
// is killed first: while StoppedAfter is being stopped, a stop of the unit would
// wait for that, and that for us.
func (s *Sandbox) stopLeftover(ctx context.Context, name string) error {
	removed := s.watch(unitRemoved(name))
	defer s.unwatch(removed)
	err := s.manager().CallWithContext(ctx, managerFace+".KillUnit", 0, name, "all", int32(unix.SIGKILL)).Err
	if isNoSuchUnit(err) {
		return nil
	}
	if err == nil {
		killed, cancel := context.WithTimeout(ctx, killedLimit)
		defer cancel()
		if _, err := s.await(killed, removed); err == nil || ctx.Err() != nil {
			return err
		}
	}
	err = s.manager().CallWithContext(ctx, managerFace+".StopUnit", 0, name, "replace").Err
	if isNoSuchUnit(err) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("stop %s: %w", name, err)
	}
	if _, err := s.await(ctx, removed); err != nil {
		return fmt.Errorf("wait for %s to go: %w", name, err)
	}
	return nil
}

func isNoSuchUnit(err error) bool {
	var bus dbus.Error
	return errors.As(err, &bus) && bus.Name == "org.freedesktop.systemd1.NoSuchUnit"
}

// settled searches until clean, until what is left has not changed for the
// limit, or until ctx ends: the kernel tears a namespace and a killed process's
// keyring down in its own time.
func (s *Sandbox) settled(ctx context.Context, search func() kiosk.Proof) kiosk.Proof {
	var left []string
	var since time.Time
	same := 0
	for {
		proof := search()
		if proof.Clean || ctx.Err() != nil {
			return proof
		}
		if same++; since.IsZero() || !slices.Equal(proof.Leftovers, left) {
			left, since, same = proof.Leftovers, time.Now(), 1
		}
		if same >= settleSearches && time.Since(since) >= s.settle {
			return proof
		}
		time.Sleep(10 * time.Millisecond)
	}
}

func incomplete(err error) kiosk.Proof {
	return kiosk.Proof{Leftovers: []string{"the search was not complete: " + err.Error()}}
}
