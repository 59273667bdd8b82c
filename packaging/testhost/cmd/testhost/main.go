// Command testhost boots the test host for a human.
//
//	testhost shell            a root shell in a fresh host; leaving it ends the host
//	testhost run CMD [ARG…]   one command in a fresh host, with its exit status
//	testhost keep             keep a host until Ctrl-C, and print how to enter it
//	testhost root             build or find the root file system and print its folder
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"log/slog"
	"net/netip"
	"os"
	"os/exec"
	"os/signal"
	"strings"
	"syscall"

	"borne/packaging/testhost"
)

func main() {
	status, err := run(os.Args[1:])
	if err != nil {
		fmt.Fprintln(os.Stderr, "testhost:", err)
		status = max(status, 1)
	}
	os.Exit(status)
}

func run(args []string) (status int, err error) {
	flags := flag.NewFlagSet("testhost", flag.ContinueOnError)
	o := testhost.Options{
		Hosts: map[string]netip.Addr{},
		Log:   slog.New(slog.NewTextHandler(os.Stderr, nil)),
	}
	flags.StringVar(&o.Suite, "suite", "trixie", "Debian release: trixie or bookworm")
	flags.StringVar(&o.CacheDir, "cache", "", "cache folder (default /var/cache/borne/testhost)")
	flags.BoolVar(&o.MemoryDisk, "memory", false, "keep what the host writes in memory")
	flags.Func("address", "address that answers inside, with a prefix length, such as 11.1.2.3/24; may be repeated", func(s string) error {
		p, err := netip.ParsePrefix(s)
		o.Addresses = append(o.Addresses, p)
		return err
	})
	flags.Func("host", "name=address that the host's resolver knows; may be repeated", func(s string) error {
		name, addr, _ := strings.Cut(s, "=")
		a, err := netip.ParseAddr(addr)
		o.Hosts[name] = a
		return err
	})
	var debs []string
	flags.Func("install", "a .deb to install first; may be repeated", func(s string) error { debs = append(debs, s); return nil })
	flags.Usage = func() {
		fmt.Fprintln(flags.Output(), "usage: testhost [flags] shell | run CMD [ARG…] | keep | root")
		flags.PrintDefaults()
	}
	if err := flags.Parse(args); err != nil {
		if errors.Is(err, flag.ErrHelp) {
			return 0, nil
		}
		return 2, err
	}
	var command []string
	switch verb := flags.Arg(0); {
	case verb == "root":
	case verb == "shell":
		command = []string{"bash", "-l"}
	case verb == "run" && flags.NArg() > 1:
		command = flags.Args()[1:]
	case verb == "keep":
	default:
		flags.Usage()
		return 2, errors.New("say what to do")
	}

	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if flags.Arg(0) == "root" {
		dir, err := testhost.Root(ctx, o)
		if err == nil {
			fmt.Println(dir)
		}
		return 0, err
	}
	h, err := testhost.Boot(ctx, o)
	if err != nil {
		return 1, err
	}
	defer func() { err = errors.Join(err, h.Close()) }()
	if len(debs) > 0 {
		if err := h.Install(ctx, debs...); err != nil {
			return 1, err
		}
	}
	if command == nil {
		fmt.Println("enter with:", h.EnterCommand())
		<-ctx.Done()
		return 0, nil
	}
	// Ctrl-C belongs to the command: it reaches it through the terminal, and the host ends when the command does.
	cmd := h.Command(context.WithoutCancel(ctx), command[0], command[1:]...)
	cmd.Stdin, cmd.Stdout, cmd.Stderr = os.Stdin, os.Stdout, os.Stderr
	err = cmd.Run()
	var exit *exec.ExitError
	if errors.As(err, &exit) {
		return exit.ExitCode(), nil
	}
	return 0, err
}
