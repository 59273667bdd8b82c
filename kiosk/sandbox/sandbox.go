package sandbox

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"github.com/godbus/dbus/v5"
)

// UnitName is the unit that a session lives in. There is one at a time.
const UnitName = "borne-session.service"

// ProxyAddress is the only address that answers inside the namespace.
const ProxyAddress = "127.0.0.1:3128"

// The places inside the unit that the program may write to, all in memory.
const (
	StorageDir   = "/var/lib/borne"
	ProfileDir   = StorageDir + "/profile"
	DownloadsDir = StorageDir + "/downloads"
)

const (
	systemdName = "org.freedesktop.systemd1"
	systemdPath = dbus.ObjectPath("/org/freedesktop/systemd1")
	managerFace = "org.freedesktop.systemd1.Manager"
	serviceFace = "org.freedesktop.systemd1.Service"
)

// ErrBusy is returned by Start while a unit has not been wiped.
var ErrBusy = errors.New("a session unit is there already: wipe it first")

// ErrBusLost is returned once the connection to the system bus is gone. It
// does not come back: leave, and let systemd restart borned.
var ErrBusLost = errors.New("the connection to the system bus is lost")

// Options configure a Sandbox.
type Options struct {
	// Log receives a record per start and wipe. Nil discards.
	Log *slog.Logger
	// StoppedAfter names a unit that is stopped first: borned.service, which
	// ends the session itself, and says why. It must kill what is left when it
	// is killed (ExecStopPost=). Empty for none.
	StoppedAfter string
}

// Sandbox starts and wipes session units. Its methods may be called from any
// goroutine; Start, Wipe and Sweep wait for each other.
type Sandbox struct {
	log          *slog.Logger
	stoppedAfter string
	bus          *dbus.Conn
	lost         chan struct{}
	settle       time.Duration
	worker       worker

	turn    chan struct{} // held by Start, Wipe and Sweep
	current *Unit         // guarded by turn

	mu      sync.Mutex
	watches map[*watch]struct{}
}

// New connects to the system bus and subscribes to systemd's signals. Call
// Sweep before the first Start.
func New(o Options) (*Sandbox, error) {
	bus, err := dbus.ConnectSystemBus()
	if err != nil {
		return nil, fmt.Errorf("connect to the system bus: %w (is dbus.service running?)", err)
	}
	s := &Sandbox{
		log: o.Log, stoppedAfter: o.StoppedAfter, bus: bus,
		lost: make(chan struct{}), settle: settleLimit,
		turn: make(chan struct{}, 1), watches: map[*watch]struct{}{},
	}
	if s.log == nil {
		s.log = slog.New(slog.DiscardHandler)
	}
	if err := s.subscribe(); err != nil {
		bus.Close()
		return nil, err
	}
	return s, nil
}

// Close drops the connection to the bus. It neither stops nor wipes a unit.
func (s *Sandbox) Close() error { return s.bus.Close() }

func (s *Sandbox) subscribe() error {
	signals := make(chan *dbus.Signal, 64)
	s.bus.Signal(signals)
	for _, member := range []string{"JobRemoved", "UnitRemoved"} {
		err := s.bus.AddMatchSignal(dbus.WithMatchSender(systemdName), dbus.WithMatchObjectPath(systemdPath),
			dbus.WithMatchInterface(managerFace), dbus.WithMatchMember(member))
		if err != nil {
			return fmt.Errorf("watch systemd's %s: %w", member, err)
		}
	}
	if err := s.manager().Call(managerFace+".Subscribe", 0).Err; err != nil {
		return fmt.Errorf("subscribe to systemd: %w (is systemd the init system?)", err)
	}
	go func() {
		defer close(s.lost)
		for signal := range signals {
			s.deliver(signal)
		}
	}()
	return nil
}

func (s *Sandbox) manager() dbus.BusObject { return s.bus.Object(systemdName, systemdPath) }

// take waits for the turn; the function it returns gives it back.
func (s *Sandbox) take(ctx context.Context) (func(), error) {
	select {
	case s.turn <- struct{}{}:
		return func() { <-s.turn }, nil
	case <-ctx.Done():
		return nil, context.Cause(ctx)
	}
}
