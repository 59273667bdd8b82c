package inside

import (
	"context"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"strings"
	"syscall"
	"testing"

	"borne/packaging/testhost"
)

// Run runs the tests where systemd is the init system: here if it is, else on
// a test host that it boots, copies the test program to and takes down again.
// It returns the exit code for os.Exit.
func Run(m *testing.M) int {
	flag.Parse()
	if _, err := os.Stat("/run/systemd/system"); err == nil {
		return m.Run()
	}
	if os.Getuid() != 0 {
		fmt.Fprintln(os.Stderr, "these tests boot a Debian: run them as root")
		return 1
	}
	code, err := runOnHost()
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	return code
}

func runOnHost() (code int, err error) {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	host, err := testhost.Boot(ctx, testhost.Options{})
	if err != nil {
		return 0, err
	}
	defer func() {
		if e := host.Close(); err == nil {
			err = e
		}
	}()
	self, err := os.Executable()
	if err != nil {
		return 0, err
	}
	const program = "/root/inside.test"
	if err := host.CopyIn(self, program); err != nil {
		return 0, err
	}
	cmd := host.Command(ctx, program, arguments(os.Args[1:])...)
	cmd.Stdout, cmd.Stderr = os.Stdout, os.Stderr
	err = cmd.Run()
	if cmd.ProcessState != nil && cmd.ProcessState.Exited() {
		return cmd.ProcessState.ExitCode(), nil
	}
	return 1, err
}

// arguments leaves out the files that the go command asks for: they would be
// written inside.
func arguments(args []string) []string {
	var kept []string
	for _, a := range args {
		name, _, _ := strings.Cut(strings.TrimLeft(a, "-"), "=")
		switch name {
		case "test.testlogfile", "test.outputdir", "test.coverprofile", "test.gocoverdir":
		default:
			kept = append(kept, a)
		}
	}
	return kept
}
