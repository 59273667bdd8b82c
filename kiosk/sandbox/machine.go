package sandbox

import (
	"context"
	"fmt"

	"github.com/godbus/dbus/v5"
)

// RestartService starts one of the machine's services anew, and does not wait
// for it: it may be the one that somebody waits in front of.
func (s *Sandbox) RestartService(ctx context.Context, name string) error {
	var job dbus.ObjectPath
	if err := s.manager().CallWithContext(ctx, managerFace+".RestartUnit", 0, name, "replace").Store(&job); err != nil {
		return fmt.Errorf("start %s anew: %w", name, err)
	}
	return nil
}

// Reboot ends every service in order, borned with them, and starts the machine
// anew.
func (s *Sandbox) Reboot(ctx context.Context) error {
	var job dbus.ObjectPath
	if err := s.manager().CallWithContext(ctx, managerFace+".StartUnit", 0, "reboot.target", "replace-irreversibly").Store(&job); err != nil {
		return fmt.Errorf("reboot: %w", err)
	}
	return nil
}
