package sandbox

import (
	"context"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"strings"
	"testing"

	"borne/packaging/testhost"
)

// TestMain runs the whole test program on a booted Debian: these tests need
// systemd as the init system, and root.
func TestMain(m *testing.M) {
	flag.Parse()
	if _, err := os.Stat("/run/systemd/system"); err == nil {
		os.Exit(m.Run())
	}
	if os.Getuid() != 0 {
		fmt.Fprintln(os.Stderr, "kiosk/sandbox: these tests boot a Debian and need root")
		os.Exit(1)
	}
	code, err := runInHost()
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		code = 1
	}
	os.Exit(code)
}

func runInHost() (code int, err error) {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
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
	const inside = "/root/sandbox.test"
	if err := host.CopyIn(self, inside); err != nil {
		return 0, err
	}
	args := []string{inside}
	for _, a := range os.Args[1:] {
		// Files of the go command, which are not in there.
		if !strings.HasPrefix(a, "-test.testlogfile") && !strings.HasPrefix(a, "-test.outputdir") {
			args = append(args, a)
		}
	}
	cmd := host.Command(ctx, args[0], args[1:]...)
	cmd.Stdout, cmd.Stderr = os.Stdout, os.Stderr
	if err := cmd.Run(); err != nil {
		if cmd.ProcessState != nil {
			return max(cmd.ProcessState.ExitCode(), 1), nil
		}
		return 0, err
	}
	return 0, nil
}
