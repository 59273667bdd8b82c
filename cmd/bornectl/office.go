package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"strings"
	"time"

	"borne/admin"
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
	Kiosks(context.Context) ([]admin.Kiosk, error)
}

type usageReader interface {
	Usage(context.Context, admin.UsageQuery) ([]admin.UsageRow, error)
}

// A publisher has a directory signed and published.
type publisher interface {
	Publish(ctx context.Context, dir fs.FS, r admin.Release) (admin.Release, error)
}

type commander interface {
	SendCommand(ctx context.Context, kiosk string, c kiosk.Command) (admin.Command, error)
	Command(ctx context.Context, id string) (admin.Command, error)
}

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
		return fmt.Errorf("%w: is %s the address of the central office, and is it reachable?", err, f.Server)
	}
	return err
}

// findKiosk returns the borne of that id or name.
func findKiosk(ctx context.Context, o kioskLister, wanted string) (admin.Kiosk, error) {
	all, err := o.Kiosks(ctx)
	if err != nil {
		return admin.Kiosk{}, err
	}
	var found []admin.Kiosk
	for _, k := range all {
		if k.ID == wanted {
			return k, nil
		}
		if strings.EqualFold(k.Name, wanted) {
			found = append(found, k)
		}
	}
	switch len(found) {
	case 1:
		return found[0], nil
	case 0:
		return admin.Kiosk{}, fmt.Errorf("no borne has the name or id %q: see bornectl kiosk list", wanted)
	default:
		return admin.Kiosk{}, fmt.Errorf("%d bornes are named %q: give the id, from bornectl kiosk list", len(found), wanted)
	}
}
