package bus

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"borne/kiosk"

	"github.com/godbus/dbus/v5"
)

// Maintenance is the way to the maintenance screen and back.
type Maintenance interface {
	// AskMaintenance has the borne ask for the code.
	AskMaintenance(ctx context.Context) error
	OpenMaintenance(ctx context.Context, code string) error
	LeaveMaintenance(ctx context.Context) error
	// MaintenanceCode makes a code up, and says until when it opens.
	MaintenanceCode(ctx context.Context) (code string, until time.Time, err error)
}

// Workshop is what a technician does on that screen, once it is open.
type Workshop interface {
	MaintenanceReport(ctx context.Context) (kiosk.MaintenanceReport, error)
	Maintain(ctx context.Context, a kiosk.MaintenanceAction) error
	// EnrolHere joins a central office with a code that was typed on the screen.
	EnrolHere(ctx context.Context, server, code string) (name string, err error)
}

func (o *object) AskMaintenance(sender dbus.Sender) *dbus.Error {
	return o.do(sender, "AskMaintenance", o.s.o.Maintenance.AskMaintenance)
}

func (o *object) OpenMaintenance(sender dbus.Sender, code string) *dbus.Error {
	return o.do(sender, "OpenMaintenance", func(ctx context.Context) error {
		return o.s.o.Maintenance.OpenMaintenance(ctx, code)
	})
}

func (o *object) LeaveMaintenance(sender dbus.Sender) *dbus.Error {
	return o.do(sender, "LeaveMaintenance", o.s.o.Maintenance.LeaveMaintenance)
}

func (o *object) MaintenanceCode(sender dbus.Sender) (code string, until uint64, e *dbus.Error) {
	e = o.do(sender, "MaintenanceCode", func(ctx context.Context) error {
		made, at, err := o.s.o.Maintenance.MaintenanceCode(ctx)
		code, until = made, seconds(at)
		return err
	})
	return code, until, e
}

func (o *object) MaintenanceReport(sender dbus.Sender) (string, *dbus.Error) {
	return o.json(sender, "MaintenanceReport", func(ctx context.Context) (any, error) { return o.s.o.Workshop.MaintenanceReport(ctx) })
}

func (o *object) Maintain(sender dbus.Sender, action string) *dbus.Error {
	return o.do(sender, "Maintain", func(ctx context.Context) error {
		a := kiosk.MaintenanceAction(strings.Clone(action))
		if !slices.Contains(kiosk.MaintenanceActions(), a) {
			return fmt.Errorf("%w: action %q, write one of %v", kiosk.ErrBadArgument, action, kiosk.MaintenanceActions())
		}
		return o.s.o.Workshop.Maintain(ctx, a)
	})
}

func (o *object) EnrolHere(sender dbus.Sender, server, code string) (name string, e *dbus.Error) {
	e = o.do(sender, "EnrolHere", func(ctx context.Context) (err error) {
		name, err = o.s.o.Workshop.EnrolHere(ctx, server, code)
		return err
	})
	return name, e
}

// AskMaintenance has the borne ask for the code of its maintenance screen.
func (c *Client) AskMaintenance(ctx context.Context) error { return c.call(ctx, "AskMaintenance").Err }

// OpenMaintenance opens the maintenance screen with a code.
func (c *Client) OpenMaintenance(ctx context.Context, code string) error {
	return c.call(ctx, "OpenMaintenance", code).Err
}

// LeaveMaintenance goes back to visitors, through a wipe.
func (c *Client) LeaveMaintenance(ctx context.Context) error {
	return c.call(ctx, "LeaveMaintenance").Err
}

// MaintenanceCode makes a code that opens the maintenance screen once. Root only.
func (c *Client) MaintenanceCode(ctx context.Context) (code string, until time.Time, err error) {
	var at uint64
	if err := c.call(ctx, "MaintenanceCode").Store(&code, &at); err != nil {
		return "", time.Time{}, err
	}
	return code, time.Unix(int64(at&(1<<40-1)), 0), nil
}

// MaintenanceReport is what the open maintenance screen shows.
func (c *Client) MaintenanceReport(ctx context.Context) (r kiosk.MaintenanceReport, err error) {
	return r, c.json(ctx, "MaintenanceReport", &r)
}

// Maintain has borned do something, while the maintenance screen is open.
func (c *Client) Maintain(ctx context.Context, a kiosk.MaintenanceAction) error {
	return c.call(ctx, "Maintain", string(a)).Err
}

// EnrolHere joins a central office from the open maintenance screen.
func (c *Client) EnrolHere(ctx context.Context, server, code string) (name string, err error) {
	err = c.call(ctx, "EnrolHere", server, code).Store(&name)
	return name, err
}
