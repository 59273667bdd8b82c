package main

import (
	"context"
	"errors"
	"fmt"
	"time"

	"borne/admin"
	"borne/admin/client"
	"borne/kiosk"
)

// centralOffice is the operators' API.
type centralOffice interface {
	kioskLister
	usageReader
	publisher
	commander
}

type kioskLister interface {
	// Kiosks returns one page.
	Kiosks(context.Context, admin.KioskFilter) ([]admin.Kiosk, error)
	MaintenanceCode(ctx context.Context, idOrName string, at time.Time) (admin.MaintenanceCode, error)
}

type usageReader interface {
	Usage(context.Context, admin.UsageQuery) ([]admin.UsageRow, error)
}

type publisher interface {
	Publish(ctx context.Context, packed []byte, groups []string, comment string, days int) (admin.Release, error)
}

type commander interface {
	CreateCommand(ctx context.Context, idOrName string, kind kiosk.CommandKind, argument string, urgent bool, life time.Duration) (admin.Command, error)
	Command(ctx context.Context, id string) (admin.Command, error)
}

func dialOffice(server, token string) (centralOffice, error) { return client.New(server, token, nil) }

// withOffice runs use with the central office, within a time.
func (a *app) withOffice(f officeFlags, limit time.Duration, use func(context.Context, centralOffice) error) error {
	o, err := a.office(f.Server, f.Token)
	if err != nil {
		return errWrongCall{err}
	}
	ctx, cancel := context.WithTimeout(a.ctx, limit)
	defer cancel()
	err = use(ctx, o)
	if errors.Is(err, context.DeadlineExceeded) {
		return fmt.Errorf("%w: does %s answer, and is it the central office?", err, f.Server)
	}
	return err
}
