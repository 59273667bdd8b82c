package main

import (
	"context"
	"errors"
	"fmt"

	"borne/admin"
	"borne/admin/store"
)

// Disable ends an operator's access.
type Disable struct {
	Data     `embed:""`
	Operator string `help:"Mail of the operator." required:"" placeholder:"MAIL"`
}

// Run says nothing when it is done.
func (d *Disable) Run(ctx context.Context) error {
	return d.on(ctx, func(st *store.Store) error {
		o, _, err := st.OperatorByMail(ctx, d.Operator)
		if err != nil {
			return err
		}
		if err = st.SetOperator(ctx, o.ID, o.Role, true, admin.ActorLocal); errors.Is(err, admin.ErrLastAdministrator) {
			return fmt.Errorf("%w: borne-admin operator --mail … --role administrator", err)
		}
		return err
	})
}

// Erase removes the account of an operator who was disabled.
type Erase struct {
	Data     `embed:""`
	Operator string `help:"Mail of the operator." required:"" placeholder:"MAIL"`
}

// Run prints what stands in place of the address from now on.
func (e *Erase) Run(ctx context.Context) error {
	return e.on(ctx, func(st *store.Store) error {
		o, _, err := st.OperatorByMail(ctx, e.Operator)
		if err != nil {
			return err
		}
		if err := st.EraseOperator(ctx, o.ID, admin.ActorLocal); err != nil {
			return err
		}
		fmt.Println(o.Pseudonym())
		return nil
	})
}
