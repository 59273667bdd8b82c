package bus

import (
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"maps"
	"sync"
	"time"

	"borne/kiosk"

	"github.com/godbus/dbus/v5"
	"github.com/godbus/dbus/v5/introspect"
)

const (
	propertiesInterface = "org.freedesktop.DBus.Properties"
	// callTimeout bounds every call, so that a stuck one frees its goroutine.
	callTimeout = 30 * time.Second
)

// Visitor is what a visitor can do.
type Visitor interface {
	StartSession(ctx context.Context, l kiosk.Language) error
	OpenService(ctx context.Context, id kiosk.ServiceID) error
	// EndSession returns once the wipe is proved, or with the fault.
	EndSession(ctx context.Context, r kiosk.EndReason) error
	Extend(ctx context.Context) error
	CallMediator(ctx context.Context) error
	AnswerHelp(ctx context.Context) error
	// Prolong gives the visitor who is there this much more time.
	Prolong(ctx context.Context, d time.Duration) error
	// Report counts what a visitor answered after the end.
	Report(ctx context.Context, r kiosk.Report) error
	// AllowHost lets this visitor go to one more host.
	AllowHost(ctx context.Context, host string) error
}

// Page is what a visitor does on the open site.
type Page interface {
	Home(ctx context.Context) error
	Back(ctx context.Context) error
	Zoom(ctx context.Context, step int) error
	// Documents is what may be given to the page that asks for a file; when
	// none does, what the visit received, and whether a USB key is plugged in.
	Documents(ctx context.Context) (kiosk.Offer, error)
	GiveFile(ctx context.Context, document string) error
}

// Paper is what a visitor does with the visit's documents.
type Paper interface {
	ShowDocument(ctx context.Context, document string) error
	// PreparePrint counts a document's pages; Documents tells how that went.
	PreparePrint(ctx context.Context, document string) error
	// Print prints what was prepared, once.
	Print(ctx context.Context, document string) error
	// SaveDocument keeps a document on the USB key; Documents tells how that
	// goes.
	SaveDocument(ctx context.Context, document string) error
}

// Aids counts what helps a visitor to see, hear or type, once a visit.
type Aids interface {
	UseAid(ctx context.Context, a kiosk.Aid) error
}

// Shell is what the shell tells.
type Shell interface {
	Activity(ctx context.Context) error
	// Refused counts a key or a window that the shell refused.
	Refused(ctx context.Context, r kiosk.Reason) error
	// Renewing counts a shell that leaves to be started anew.
	Renewing(ctx context.Context) error
	Hello(ctx context.Context, width, height, bar int) error
	// ShellGone is called when the client that said Hello left the bus.
	ShellGone()
}

// Staff is what root asks for.
type Staff interface {
	Diagnostics(ctx context.Context) ([]kiosk.Fact, error)
	Enrol(ctx context.Context, server, code string) (name string, err error)
	SyncUsage(ctx context.Context) (pending uint64, err error)
	Usage(ctx context.Context) (any, error)
}

// Options of a server. ShellUID may call what visitors may; root may call all.
type Options struct {
	// Conn is the system bus when nil; the server closes it.
	Conn     *dbus.Conn
	ShellUID uint32
	Version  string
	Visitor  Visitor
	Page     Page
	Paper    Paper
	Aids     Aids
	Reading  Reading
	Scanning Scanning
	Shell    Shell
	// Maintenance and Workshop are the technician's screen.
	Maintenance Maintenance
	Workshop    Workshop
	Staff       Staff
	Log         *slog.Logger
	// Rested is called once a visit is over, the borne waits for the next one, and the server holds nothing of it any more.
	// Nil for nothing.
	Rested func()
}

// Server owns the bus name.
type Server struct {
	o Options

	mu     sync.Mutex
	values map[string]dbus.Variant
	last   kiosk.Snapshot
	uids   map[string]uint32 // by unique name, which the bus never reuses
	shell  string            // unique name of the client that said Hello
}

// NewServer exports the object. The name is taken by Claim, once everything
// behind it is up.
func NewServer(o Options) (*Server, error) {
	if o.Conn == nil {
		var err error
		if o.Conn, err = dbus.ConnectSystemBus(); err != nil {
			return nil, fmt.Errorf("connect to the system bus: %w", err)
		}
	}
	s := &Server{o: o, values: map[string]dbus.Variant{}, uids: map[string]uint32{}}
	for _, p := range properties {
		s.values[p.Name] = dbus.MakeVariant("")
	}
	s.values["Deadline"] = dbus.MakeVariant(uint64(0))
	s.values["Version"] = dbus.MakeVariant(o.Version)
	for _, e := range []struct {
		v     any
		iface string
	}{
		{&object{s}, kiosk.BusInterface},
		{&propertiesObject{s}, propertiesInterface},
		{introspect.NewIntrospectable(node()), introspect.IntrospectData.Name},
	} {
		if err := o.Conn.Export(e.v, kiosk.BusPath, e.iface); err != nil {
			return nil, fmt.Errorf("export %s: %w", e.iface, err)
		}
	}
	return s, nil
}

// Done is closed when the bus is gone. It does not come back.
func (s *Server) Done() <-chan struct{} { return s.o.Conn.Context().Done() }

// Close leaves the bus, and gives its name back.
func (s *Server) Close() error { return s.o.Conn.Close() }

// Claim takes the bus name; a second borned is told so. It then watches for
// the shell leaving the bus until ctx ends.
func (s *Server) Claim(ctx context.Context) error {
	r, err := s.o.Conn.RequestName(kiosk.BusName, dbus.NameFlagDoNotQueue)
	if err != nil {
		return fmt.Errorf("own %s on the system bus: %w (is the D-Bus policy file installed?)", kiosk.BusName, err)
	}
	if r != dbus.RequestNameReplyPrimaryOwner {
		return fmt.Errorf("own %s on the system bus: another borned has it", kiosk.BusName)
	}
	if err := s.o.Conn.AddMatchSignal(dbus.WithMatchInterface("org.freedesktop.DBus"),
		dbus.WithMatchMember("NameOwnerChanged")); err != nil {
		return fmt.Errorf("watch the bus: %w", err)
	}
	ch := make(chan *dbus.Signal, 64)
	s.o.Conn.Signal(ch)
	go s.watch(ctx, ch)
	return nil
}

func (s *Server) watch(ctx context.Context, ch chan *dbus.Signal) {
	defer s.o.Conn.RemoveSignal(ch)
	for {
		select {
		case <-ctx.Done():
			return
		case sig, ok := <-ch:
			if !ok {
				return
			}
			var name, old, now string
			if sig.Name != "org.freedesktop.DBus.NameOwnerChanged" || dbus.Store(sig.Body, &name, &old, &now) != nil || now != "" {
				continue
			}
			s.mu.Lock()
			delete(s.uids, name)
			gone := name == s.shell && name != ""
			if gone {
				s.shell = ""
			}
			s.mu.Unlock()
			if gone {
				s.o.Shell.ShellGone()
			}
		}
	}
}

// seconds since 1970, 0 for no time.
func seconds(t time.Time) uint64 {
	if t.IsZero() {
		return 0
	}
	return uint64(max(0, t.Unix()))
}

// Publish tells clients what the borne is doing.
func (s *Server) Publish(n kiosk.Snapshot) {
	changed := map[string]dbus.Variant{
		"State": dbus.MakeVariant(string(n.State)), "Reason": dbus.MakeVariant(n.Reason),
		"Notice": dbus.MakeVariant(string(n.Notice)), "Help": dbus.MakeVariant(string(n.Help)),
		"Language": dbus.MakeVariant(string(n.Language)), "Service": dbus.MakeVariant(string(n.Service)),
		"BlockedHost": dbus.MakeVariant(n.BlockedHost), "BlockedReason": dbus.MakeVariant(string(n.BlockedReason)),
		"Questions": dbus.MakeVariant(n.Questions), "OpensAt": dbus.MakeVariant(seconds(n.OpensAt)),
		"Message": dbus.MakeVariant(n.Message), "Deadline": dbus.MakeVariant(toMonotonic(n.Deadline)),
	}
	s.mu.Lock()
	last := s.last
	s.last = n
	s.mu.Unlock()
	s.set(changed)
	if last.State != n.State {
		s.emit("StateChanged", string(n.State), n.Reason)
		if n.State == kiosk.Ready {
			go s.rested()
		}
	}
	if last.Notice != n.Notice && (n.Notice == kiosk.IdleWarning || n.Notice == kiosk.LimitWarning) {
		s.emit("Warning", string(n.Notice), uint32(max(0, time.Until(n.Deadline).Seconds())))
	}
}

// SetConfiguration tells clients what the borne offers.
func (s *Server) SetConfiguration(c kiosk.Configuration) error {
	catalogue, err := json.Marshal(c.Catalogue)
	if err != nil {
		return fmt.Errorf("encode catalogue: %w", err)
	}
	settings, err := json.Marshal(c.Settings)
	if err != nil {
		return fmt.Errorf("encode settings: %w", err)
	}
	s.set(map[string]dbus.Variant{"Catalogue": dbus.MakeVariant(string(catalogue)), "Settings": dbus.MakeVariant(string(settings))})
	return nil
}

// set stores the values that differ and signals them.
func (s *Server) set(values map[string]dbus.Variant) {
	s.mu.Lock()
	maps.DeleteFunc(values, func(k string, v dbus.Variant) bool { return s.values[k].Value() == v.Value() })
	maps.Copy(s.values, values)
	s.mu.Unlock()
	if len(values) == 0 {
		return
	}
	if err := s.o.Conn.Emit(kiosk.BusPath, propertiesInterface+".PropertiesChanged", kiosk.BusInterface, values, []string{}); err != nil {
		s.o.Log.Warn("signal properties", "error", err)
	}
}

func (s *Server) emit(name string, args ...any) {
	if err := s.o.Conn.Emit(kiosk.BusPath, kiosk.BusInterface+"."+name, args...); err != nil {
		s.o.Log.Warn("emit signal", "signal", name, "error", err)
	}
}
