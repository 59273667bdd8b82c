// Command bornectl is a technician's command line: it checks and explains
// allowlists anywhere, speaks to the borne that it runs on over D-Bus, and to
// the central office over its API.
//
// It exits 0 when what was asked is done, 1 when it failed or found faults,
// and 2 when the call itself was wrong.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"

	"github.com/alecthomas/kong"
)

// version is set by the build.
var version = "dev"

// Exit statuses.
const (
	exitDone   = 0
	exitFailed = 1
	exitWrong  = 2
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	a := app{
		ctx: ctx, stdin: os.Stdin, stdout: os.Stdout, stderr: os.Stderr,
		local: dialLocal, office: dialOffice,
	}
	status := a.run(os.Args[1:])
	stop()
	os.Exit(status)
}

// app is what commands work with.
type app struct {
	ctx            context.Context
	stdin          io.Reader
	stdout, stderr io.Writer
	// local and office connect on first use: most commands need neither.
	local  func(context.Context) (localBorne, error)
	office func(server, token string) (centralOffice, error)
}

// errFaults ends a command whose output already says what is wrong.
var errFaults = errors.New("faults found")

// errWrongCall marks an error of the caller's own words.
type errWrongCall struct{ error }

// run parses and runs one command line and returns the exit status.
func (a *app) run(args []string) int {
	var c cli
	exited := -1
	parser, err := newParser(&c, a, func(status int) { exited = status })
	if err != nil {
		fmt.Fprintln(a.stderr, "bornectl:", err)
		return exitFailed
	}
	ctx, err := parser.Parse(args)
	switch {
	case exited >= 0: // --help, --version
		return exited
	case err != nil:
		fmt.Fprintln(a.stderr, "bornectl:", err)
		fmt.Fprintln(a.stderr, wrongCallHint(err))
		return exitWrong
	}
	err = ctx.Run(a, &c.global)
	var wrong errWrongCall
	switch {
	case err == nil:
		return exitDone
	case errors.Is(err, errFaults):
		return exitFailed
	case errors.As(err, &wrong):
		fmt.Fprintln(a.stderr, "bornectl:", err)
		return exitWrong
	default:
		fmt.Fprintln(a.stderr, "bornectl:", err)
		return exitFailed
	}
}

// wrongCallHint points at the help of the command that was meant.
func wrongCallHint(err error) string {
	var pe *kong.ParseError
	if errors.As(err, &pe) && pe.Context != nil {
		if n := pe.Context.Selected(); n != nil {
			return "See bornectl " + n.Path() + " --help."
		}
	}
	return "See bornectl --help."
}
