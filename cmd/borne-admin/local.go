package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"borne/admin"
	"borne/admin/auth"
	"borne/admin/store"
)

// on opens the data directory of a server that may be running.
func (d Data) on(ctx context.Context, f func(*store.Store) error) (err error) {
	st, err := store.Open(ctx, d.Data, store.Options{Database: d.Database})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, st.Close()) }()
	return f(st)
}

// EnrolCode makes an enrolment code.
type EnrolCode struct {
	Data  `embed:""`
	Site  string        `help:"Site, by name or id; the first one when not given. A name not yet known makes a site."`
	Name  string        `help:"Name of the borne."`
	Group []string      `help:"Groups of the borne."`
	Life  time.Duration `help:"How long the code is good for." default:"24h"`
}

// Run prints the code alone, for scripts.
func (e *EnrolCode) Run(ctx context.Context) error {
	return e.on(ctx, func(st *store.Store) error {
		site, err := st.FindSite(ctx, e.Site)
		if errors.Is(err, admin.ErrNotFound) {
			site, err = st.CreateSite(ctx, e.Site, admin.ActorLocal)
		}
		if err != nil {
			return err
		}
		code, err := st.CreateCode(ctx, admin.EnrolmentCode{Site: site.ID, KioskName: e.Name, Groups: e.Group,
			Author: admin.ActorLocal, Expires: time.Now().Add(e.Life)})
		if err != nil {
			return err
		}
		fmt.Println(code.Code)
		return nil
	})
}

// LoginLink makes a login link.
type LoginLink struct {
	Data     `embed:""`
	Operator string `help:"Mail of the operator." required:"" placeholder:"MAIL"`
}

// Run prints the link.
func (l *LoginLink) Run(ctx context.Context) error {
	return l.on(ctx, func(st *store.Store) error {
		signIn, err := auth.New(st, false, time.Now)
		if err != nil {
			return err
		}
		return printLink(ctx, l.Data, signIn, l.Operator)
	})
}

func printLink(ctx context.Context, d Data, signIn *auth.Service, mail string) error {
	base, err := d.base()
	if err != nil {
		return err
	}
	token, o, err := signIn.NewLink(ctx, mail, admin.ActorLocal)
	if err != nil {
		return err
	}
	fmt.Printf("Lien de connexion de %s (une seule fois, avant le %s) :\n%s\n", o.Mail,
		time.Now().Add(auth.LinkLife).Format("02/01/2006 à 15:04"), base+admin.LoginPath(token))
	return nil
}

// AddPerson adds an operator.
type AddPerson struct {
	Data `embed:""`
	Mail string `help:"Mail address." required:""`
	Name string `help:"Name." default:""`
	Role string `help:"What they may do: ${enum}." enum:"manager,mediator,technician,administrator" required:""`
}

// Run adds the operator and prints their first link.
func (a *AddPerson) Run(ctx context.Context) error {
	return a.on(ctx, func(st *store.Store) error {
		o, err := st.CreateOperator(ctx, admin.Operator{Mail: a.Mail, Name: a.Name, Role: admin.Role(a.Role)}, admin.ActorLocal)
		if err != nil {
			return err
		}
		signIn, err := auth.New(st, false, time.Now)
		if err != nil {
			return err
		}
		return printLink(ctx, a.Data, signIn, o.Mail)
	})
}

// Token makes a token for bornectl.
type Token struct {
	Data     `embed:""`
	Operator string `help:"Mail of the operator." required:"" placeholder:"MAIL"`
	Label    string `help:"What it is for." default:"borne-admin token"`
}

// Run prints the token alone, for scripts.
func (t *Token) Run(ctx context.Context) error {
	return t.on(ctx, func(st *store.Store) error {
		signIn, err := auth.New(st, false, time.Now)
		if err != nil {
			return err
		}
		o, _, err := st.OperatorByMail(ctx, t.Operator)
		if err != nil {
			return err
		}
		token, _, err := signIn.NewToken(ctx, o, t.Label, admin.ActorLocal)
		if err != nil {
			return err
		}
		fmt.Println(token)
		return nil
	})
}

// Restore makes a store of a backup.
type Restore struct {
	Data `embed:""`
	From string `help:"File that backup wrote." required:"" type:"existingfile" placeholder:"FILE"`
}

// Run refuses to write over a store that is there.
func (r *Restore) Run(ctx context.Context) error {
	return store.Restore(ctx, r.From, r.Data.Data, r.Database)
}

// StoreCommands work on the store as a whole.
type StoreCommands struct {
	Copy  StoreCopy  `cmd:"" help:"Move everything to another database, as from SQLite to PostgreSQL. Servers may run meanwhile; afterwards the old one takes no counters."`
	Check StoreCheck `cmd:"" help:"Read the whole store and say what is damaged."`
}

// StoreCheck reads the whole store.
type StoreCheck struct {
	Data `embed:""`
}

// Run says nothing when all is well.
func (c *StoreCheck) Run(ctx context.Context) error {
	return c.on(ctx, func(st *store.Store) error { return st.Check(ctx) })
}

// StoreCopy moves a living installation. Either side is a data directory, for
// SQLite, or the address of a PostgreSQL database.
type StoreCopy struct {
	From string `help:"Where everything is: a data directory, or the address of a PostgreSQL database." required:"" placeholder:"DIR|ADDRESS"`
	To   string `help:"Where it goes, still empty: the same." required:"" placeholder:"DIR|ADDRESS"`
}

// Validate checks both places.
func (c *StoreCopy) Validate() error { return errors.Join(checkDatabase(c.From), checkDatabase(c.To)) }

// Run prints how many rows of each table were moved and counted.
func (c *StoreCopy) Run(ctx context.Context) (err error) {
	from, err := openAny(ctx, c.From, false)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, from.Close()) }()
	to, err := openAny(ctx, c.To, true)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, to.Close()) }()
	last := time.Now()
	moved, err := store.Copy(ctx, from, to, func(table string, rows int) {
		if time.Since(last) > 2*time.Second {
			last = time.Now()
			fmt.Fprintf(os.Stderr, "%s: %d\n", table, rows)
		}
	})
	if err != nil {
		return err
	}
	for _, table := range store.Tables() {
		fmt.Printf("%-18s %12d\n", table, moved[table])
	}
	fmt.Println("Moved and counted. The old store takes no counters any more: start every server with the new one.")
	return nil
}

// openAny opens a store by one word.
func openAny(ctx context.Context, place string, create bool) (*store.Store, error) {
	if !strings.Contains(place, "://") && !strings.Contains(place, "=") {
		return store.Open(ctx, place, store.Options{Create: create})
	}
	return store.Open(ctx, "", store.Options{Create: create, Database: place})
}

// Backup copies the database.
type Backup struct {
	Data  `embed:""`
	To    string `help:"File to write; it must not exist." required:"" type:"path" placeholder:"FILE"`
	KeyTo string `name:"key-to" help:"Also copy the key that signs bundles. Without it bornes have to enrol anew after a loss; keep it apart." type:"path" placeholder:"FILE"`
}

// Run writes the copies.
func (b *Backup) Run(ctx context.Context) error {
	return b.on(ctx, func(st *store.Store) error {
		if err := st.Backup(ctx, b.To, admin.ActorLocal); err != nil {
			return err
		}
		if b.KeyTo == "" {
			return nil
		}
		raw, err := os.ReadFile(filepath.Join(b.Data.Data, store.SigningKeyFile))
		if err != nil {
			return fmt.Errorf("back up key: %w", err)
		}
		f, err := os.OpenFile(b.KeyTo, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
		if err != nil {
			return fmt.Errorf("back up key: %w", err)
		}
		_, err = f.Write(raw)
		return errors.Join(err, f.Sync(), f.Close())
	})
}
