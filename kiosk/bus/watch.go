package bus

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"borne/kiosk"

	"github.com/godbus/dbus/v5"
)

// values reads every property.
func (c *Client) values(ctx context.Context) (map[string]dbus.Variant, error) {
	var received map[string]dbus.Variant
	err := c.obj.CallWithContext(ctx, propertiesInterface+".GetAll", dbus.FlagNoAutoStart, kiosk.BusInterface).Store(&received)
	values := make(map[string]dbus.Variant, len(received))
	keep(values, received)
	return values, readable(err)
}

// Snapshot reads what the borne is doing.
func (c *Client) Snapshot(ctx context.Context) (kiosk.Snapshot, error) {
	values, err := c.values(ctx)
	if err != nil {
		return kiosk.Snapshot{}, err
	}
	return snapshot(values), nil
}

// Version reads the version of borned.
func (c *Client) Version(ctx context.Context) (string, error) {
	values, err := c.values(ctx)
	return text(values, "Version"), err
}

// Configuration reads the catalogue and the settings in use.
func (c *Client) Configuration(ctx context.Context) (kiosk.Configuration, error) {
	values, err := c.values(ctx)
	if err != nil {
		return kiosk.Configuration{}, err
	}
	return configuration(values)
}

// Watch calls snapshot at once and at each change, and configured likewise
// for the catalogue and settings, until ctx ends (nil), or the bus or borned
// goes (an error). Both are called from one goroutine.
func (c *Client) Watch(ctx context.Context, changed func(kiosk.Snapshot), configured func(kiosk.Configuration)) error {
	owner := []dbus.MatchOption{dbus.WithMatchInterface("org.freedesktop.DBus"), dbus.WithMatchMember("NameOwnerChanged"),
		dbus.WithMatchArg(0, kiosk.BusName)}
	props := []dbus.MatchOption{dbus.WithMatchSender(kiosk.BusName), dbus.WithMatchObjectPath(kiosk.BusPath),
		dbus.WithMatchInterface(propertiesInterface)}
	for _, m := range [][]dbus.MatchOption{owner, props} {
		if err := c.conn.AddMatchSignalContext(ctx, m...); err != nil {
			return fmt.Errorf("watch the bus: %w", err)
		}
		defer func() { _ = c.conn.RemoveMatchSignal(m...) }()
	}
	ch := make(chan *dbus.Signal, 256)
	c.conn.Signal(ch)
	defer c.conn.RemoveSignal(ch)

	values, err := c.values(ctx)
	if err != nil {
		return err
	}
	tell := func(config bool) error {
		if config {
			conf, err := configuration(values)
			if err != nil {
				return err
			}
			configured(conf)
		}
		changed(snapshot(values))
		return nil
	}
	if err := tell(true); err != nil {
		return err
	}
	for {
		select {
		case <-ctx.Done():
			return nil
		case sig, ok := <-ch:
			if !ok {
				return errors.New("the system bus is gone")
			}
			switch sig.Name {
			case "org.freedesktop.DBus.NameOwnerChanged":
				return errors.New("borned left the bus")
			case propertiesInterface + ".PropertiesChanged":
				var iface string
				var news map[string]dbus.Variant
				var invalidated []string
				if err := dbus.Store(sig.Body, &iface, &news, &invalidated); err != nil {
					return fmt.Errorf("read a change of properties: %w", err)
				}
				keep(values, news)
				_, c1 := news["Catalogue"]
				_, c2 := news["Settings"]
				if err := tell(c1 || c2); err != nil {
					return err
				}
			}
		}
	}
}

func text(values map[string]dbus.Variant, name string) string {
	s, _ := values[name].Value().(string)
	return s
}

func truth(values map[string]dbus.Variant, name string) bool {
	b, _ := values[name].Value().(bool)
	return b
}

// opensAt reads what seconds wrote.
func opensAt(values map[string]dbus.Variant) time.Time {
	n, _ := values["OpensAt"].Value().(uint64)
	if n == 0 || n > 1<<40 {
		return time.Time{}
	}
	return time.Unix(int64(n), 0)
}

func snapshot(values map[string]dbus.Variant) kiosk.Snapshot {
	deadline, _ := values["Deadline"].Value().(uint64)
	return kiosk.Snapshot{
		State: kiosk.State(text(values, "State")), Reason: text(values, "Reason"),
		Notice: kiosk.Notice(text(values, "Notice")), Help: kiosk.Help(text(values, "Help")),
		Language: kiosk.Language(text(values, "Language")), Service: kiosk.ServiceID(text(values, "Service")),
		BlockedHost: text(values, "BlockedHost"), BlockedReason: kiosk.Reason(text(values, "BlockedReason")),
		Questions: truth(values, "Questions"), OpensAt: opensAt(values),
		Message: text(values, "Message"), Deadline: fromMonotonic(deadline),
	}
}

func configuration(values map[string]dbus.Variant) (c kiosk.Configuration, err error) {
	for name, v := range map[string]any{"Catalogue": &c.Catalogue, "Settings": &c.Settings} {
		if s := text(values, name); s != "" {
			if err := json.Unmarshal([]byte(s), v); err != nil {
				return c, fmt.Errorf("read property %s: %w", name, err)
			}
		}
	}
	return c, nil
}
