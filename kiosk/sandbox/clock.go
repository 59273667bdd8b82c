package sandbox

import (
	"context"
	"fmt"

	"github.com/godbus/dbus/v5"
)

// ClockSynchronised asks systemd-timedated whether a time service holds the
// machine's clock right: the kernel's own word, for systemd-timesyncd and
// chrony alike (org.freedesktop.timedate1(5), NTPSynchronized). service is
// false where none is installed or it is turned off.
func (s *Sandbox) ClockSynchronised(ctx context.Context) (synchronised, service bool, err error) {
	object := s.bus.Object("org.freedesktop.timedate1", dbus.ObjectPath("/org/freedesktop/timedate1"))
	for name, into := range map[string]*bool{"NTPSynchronized": &synchronised, "NTP": &service} {
		err := object.CallWithContext(ctx, "org.freedesktop.DBus.Properties.Get", 0, "org.freedesktop.timedate1", name).Store(into)
		if err != nil {
			return false, false, fmt.Errorf("ask systemd-timedated for %s: %w", name, err)
		}
	}
	return synchronised, service, nil
}
