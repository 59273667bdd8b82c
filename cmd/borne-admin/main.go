// Command borne-admin is the central office: it enrols bornes, shows their
// state, publishes signed configuration, sends commands and keeps the
// anonymous indicators of use.
//
//	borne-admin serve --data DIR
//
// needs no other set-up. The other commands work on the same directory, also
// while the server runs.
package main

import (
	"context"
	"fmt"
	"os"
	"os/signal"
	"syscall"

	"github.com/alecthomas/kong"
)

// version is set by the linker.
var version = "development"

// configFile is read when it is there.
const configFile = "/etc/borne-admin/borne-admin.yaml"

// CLI is the command line. Every flag may also stand in the configuration
// file under its own name, or in the environment as BORNE_ADMIN_NAME; the
// command line wins over the environment, which wins over the file.
type CLI struct {
	Config  kong.ConfigFlag  `help:"Configuration file (YAML)." placeholder:"FILE"`
	Version kong.VersionFlag `help:"Print the version."`

	Serve     Serve     `cmd:"" help:"Run the central office."`
	EnrolCode EnrolCode `cmd:"" help:"Print a code that enrols one borne, once."`
	LoginLink LoginLink `cmd:"" help:"Print a link that signs an operator in, once."`
	Operator  AddPerson `cmd:"" name:"operator" help:"Add an operator and print their first login link."`
	Disable   Disable   `cmd:"" name:"disable-operator" help:"Let an operator in no more: their sessions, links and tokens end at once."`
	Erase     Erase     `cmd:"" name:"erase-operator" help:"Erase the account of an operator who was disabled; a pseudonym takes the place of their address, in the journal too."`
	Token     Token     `cmd:"" help:"Print a token for bornectl."`
	Backup    Backup    `cmd:"" help:"Copy the database, also while the server runs."`
	Restore   Restore   `cmd:"" help:"Make a new store of a backup."`

	Store StoreCommands `cmd:"" help:"Move or check the store as a whole."`
}

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	var cli CLI
	k := kong.Parse(&cli, kong.Name("borne-admin"), kong.Description("Borne: the central office."),
		kong.UsageOnError(), kong.Vars{"version": version},
		kong.DefaultEnvars("BORNE_ADMIN"), kong.Configuration(loadConfig, configFile),
		kong.BindTo(ctx, (*context.Context)(nil)))
	if err := k.Run(); err != nil {
		fmt.Fprintln(os.Stderr, "borne-admin:", err)
		stop()
		os.Exit(1)
	}
}
