package main

import (
	"fmt"
	"os"
	"reflect"
	"time"

	"github.com/alecthomas/kong"
)

// global holds the flags of every command.
type global struct {
	JSON bool `help:"Write JSON, for other programs."`
}

// cli is the command line; completion and manual page are drawn from it.
type cli struct {
	global

	Policy     policyCommands    `cmd:"" help:"Check and explain an allowlist."`
	Local      localCommands     `cmd:"" help:"Speak to the borne that this runs on."`
	Kiosk      kioskCommands     `cmd:"" help:"Look at bornes, at the central office."`
	Usage      usageCommands     `cmd:"" help:"Read what bornes were used for, at the central office."`
	Bundle     bundleCommands    `cmd:"" help:"Publish configurations, at the central office."`
	Command    commandCommands   `cmd:"" help:"Send orders to bornes, through the central office."`
	Simulate   simulateCommand   `cmd:"" help:"Put a central office under the load of many bornes, and check what it keeps."`
	Completion completionCommand `cmd:"" help:"Print a completion script for a shell."`
	Man        manCommand        `cmd:"" help:"Print the manual page, for man -l."`
	Version    versionCommand    `cmd:"" help:"Print the version."`
}

type policyCommands struct {
	Check   policyCheck   `cmd:"" help:"Check a bundle's directory; exit 1 when it has faults."`
	Explain policyExplain `cmd:"" help:"Say for each target whether it is allowed, and by which rule."`
}

type localCommands struct {
	Status          localStatus          `cmd:"" help:"Say what the borne is doing."`
	EndSession      localEndSession      `cmd:"" help:"End the visit and wait for the wipe."`
	AllowHost       localAllowHost       `cmd:"" help:"Open one more site to the visitor who is there, until the end of the visit."`
	Prolong         localProlong         `cmd:"" help:"Give the visitor who is there more time, past the closing hour too."`
	MaintenanceCode localMaintenanceCode `cmd:"" help:"Make a code that opens this borne's maintenance screen, once, within ten minutes."`
	Diagnostics     localDiagnostics     `cmd:"" help:"Print the borne's health; exit 1 when something fails."`
	Enrol           localEnrol           `cmd:"" help:"Join a central office with a single-use code."`
	Sync            localSync            `cmd:"" help:"Send every counter to the central office now."`
	Usage           localUsage           `cmd:"" help:"Print the counters that the borne keeps."`
}

// officeFlags say which central office, and who is asking.
type officeFlags struct {
	Server string `required:"" env:"BORNE_SERVER" placeholder:"URL" help:"Address of the central office."`
	Token  string `required:"" env:"BORNE_TOKEN" placeholder:"TOKEN" help:"Operator's token; the environment keeps it out of the process list."`
}

type kioskCommands struct {
	List            kioskList            `cmd:"" help:"List bornes, with their state and versions."`
	MaintenanceCode kioskMaintenanceCode `cmd:"" help:"Print a code that opens a borne's maintenance screen, once; the borne need not be on line."`
}

type usageCommands struct {
	Report usageReport `cmd:"" help:"Print visits by service and day."`
}

type bundleCommands struct {
	Publish bundlePublish `cmd:"" help:"Check a bundle's directory, have it signed, and publish it."`
}

type commandCommands struct {
	Send commandSend `cmd:"" help:"Send an order to a borne."`
}

// dayLayout is how days are written and read.
const dayLayout = time.DateOnly

func newParser(c *cli, a *app, exit func(int)) (*kong.Kong, error) {
	return kong.New(c, kong.Name("bornectl"),
		kong.Description("The command line of Borne, a public terminal."),
		kong.ConfigureHelp(kong.HelpOptions{Compact: true, WrapUpperBound: 100}),
		kong.NamedMapper(directoryType, kong.MapperFunc(readDirectory)),
		kong.Writers(a.stdout, a.stderr), kong.Exit(exit))
}

// directoryType marks what names a directory, for completion too.
const directoryType = "directory"

// readDirectory keeps the path as it was typed, so that faults are told with
// it, and refuses one that is none.
func readDirectory(ctx *kong.DecodeContext, target reflect.Value) error {
	var path string
	if err := ctx.Scan.PopValueInto("directory", &path); err != nil {
		return err
	}
	info, err := os.Stat(path)
	if err != nil {
		return err
	}
	if !info.IsDir() {
		return fmt.Errorf("%s is not a directory", path)
	}
	target.SetString(path)
	return nil
}
