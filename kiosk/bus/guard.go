package bus

import (
	"context"
	"fmt"
	"strings"

	"borne/kiosk"

	"github.com/godbus/dbus/v5"
)

// allow checks the uid of a caller, as the bus itself vouches for it.
func (s *Server) allow(sender dbus.Sender, who access) error {
	uid, err := s.uid(sender)
	switch {
	case err != nil:
		return err
	case uid == 0, who == visitorToo && uid == s.o.ShellUID:
		return nil
	}
	return fmt.Errorf("%w (uid %d)", kiosk.ErrNotAllowed, uid)
}

// root reports whether the caller is root.
func (s *Server) root(sender dbus.Sender) bool {
	uid, err := s.uid(sender)
	return err == nil && uid == 0
}

// uid asks the bus once per connection.
func (s *Server) uid(sender dbus.Sender) (uint32, error) {
	s.mu.Lock()
	uid, known := s.uids[string(sender)]
	s.mu.Unlock()
	if known {
		return uid, nil
	}
	ctx, cancel := context.WithTimeout(context.Background(), callTimeout)
	defer cancel()
	err := s.o.Conn.BusObject().CallWithContext(ctx, "org.freedesktop.DBus.GetConnectionUnixUser", 0, string(sender)).Store(&uid)
	if err != nil {
		return 0, fmt.Errorf("ask the bus who calls: %w", err)
	}
	s.mu.Lock()
	s.uids[strings.Clone(string(sender))] = uid
	s.mu.Unlock()
	return uid, nil
}

// propertiesObject is org.freedesktop.DBus.Properties, read-only and guarded.
type propertiesObject struct{ s *Server }

// Get answers one property.
func (o *propertiesObject) Get(sender dbus.Sender, iface, name string) (dbus.Variant, *dbus.Error) {
	all, err := o.GetAll(sender, iface)
	if err != nil {
		return dbus.Variant{}, err
	}
	v, ok := all[name]
	if !ok {
		return dbus.Variant{}, dbus.NewError("org.freedesktop.DBus.Error.UnknownProperty", []any{"no property " + name})
	}
	return v, nil
}

// GetAll answers every property.
func (o *propertiesObject) GetAll(sender dbus.Sender, iface string) (map[string]dbus.Variant, *dbus.Error) {
	if err := o.s.allow(sender, visitorToo); err != nil {
		return nil, failed(err)
	}
	if iface != "" && iface != kiosk.BusInterface {
		return nil, dbus.NewError("org.freedesktop.DBus.Error.UnknownInterface", []any{"no interface " + iface})
	}
	o.s.mu.Lock()
	defer o.s.mu.Unlock()
	values := make(map[string]dbus.Variant, len(o.s.values))
	for k, v := range o.s.values {
		values[k] = v
	}
	return values, nil
}

// failed turns an error into its name on the bus.
func failed(err error) *dbus.Error {
	return dbus.NewError(kiosk.ErrorName(err), []any{err.Error()})
}
