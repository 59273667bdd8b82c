// Command vm boots a borne in a virtual machine, shows its screen over VNC, and obeys lines of its standard input:
// keys to press, places to touch, devices to plug in. It is no part of the product.
package main

import (
	"bufio"
	"context"
	"errors"
	"flag"
	"fmt"
	"log/slog"
	"os"
	"os/signal"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"time"

	"borne/packaging/vm"
)

func main() {
	log := slog.New(slog.NewTextHandler(os.Stderr, nil))
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := run(ctx, log, os.Args[1:]); err != nil && !errors.Is(err, flag.ErrHelp) {
		log.Error("stopped", "error", err)
		os.Exit(1)
	}
}

const help = `key ctrl-alt-f2 | type TEXT | touch X Y | shot FILE.png | run COMMAND | plug keyboard|mouse|net|audio|stick FILE |
unplug DEVICE | reset | power | events | quit`

func run(ctx context.Context, log *slog.Logger, args []string) (err error) {
	flags := flag.NewFlagSet("vm", flag.ContinueOnError)
	dist := flags.String("dist", "dist", "folder of the packages")
	show := flags.String("vnc", "127.0.0.1:5901", "loopback address to show the screen at; empty for none")
	second := flags.Bool("second-screen", false, "plug in a second screen")
	arguments := flags.String("append", "", "more words for the kernel's command line")
	if err := flags.Parse(args); err != nil {
		return err
	}
	debs, err := filepath.Glob(filepath.Join(*dist, "borne-kiosk_*.deb"))
	if err != nil {
		return err
	}
	image, err := vm.Build(ctx, vm.BuildOptions{Debs: debs, Log: log})
	if err != nil {
		return err
	}
	defer image.Release()
	if *show != "" {
		fmt.Printf("The screen: vncviewer %s\n", *show)
	}
	m, err := vm.Boot(ctx, vm.Options{Image: image, VNC: *show, SecondScreen: *second, KernelArguments: *arguments, Log: log})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, m.Close()) }()
	fmt.Printf("Ready after %s. End with Ctrl+C, or say:\n%s\n", m.Booted.Round(time.Second), help)

	lines := make(chan string)
	go func() {
		defer close(lines)
		for in := bufio.NewScanner(os.Stdin); in.Scan(); {
			lines <- in.Text()
		}
	}()
	for {
		select {
		case <-ctx.Done():
			return nil
		case line, more := <-lines:
			if !more {
				lines = nil // no terminal: until the signal
				continue
			}
			word, rest, _ := strings.Cut(line, " ")
			if word == "quit" {
				return nil
			}
			obeying, cancel := context.WithTimeout(ctx, 2*time.Minute)
			said, err := obey(obeying, m, word, rest)
			cancel()
			if err != nil {
				said = "error: " + err.Error()
			}
			fmt.Println(strings.TrimRight(said, "\n"))
		}
	}
}

func obey(ctx context.Context, m *vm.Machine, word, rest string) (string, error) {
	switch word {
	case "key":
		return "", m.SendKey(ctx, rest)
	case "type":
		return "", m.Type(ctx, rest)
	case "touch":
		x, y, _ := strings.Cut(rest, " ")
		px, errX := strconv.Atoi(x)
		py, errY := strconv.Atoi(y)
		if err := errors.Join(errX, errY); err != nil {
			return "", err
		}
		return "", m.Touch(ctx, px, py)
	case "shot":
		png, err := m.Screenshot(ctx)
		if err != nil {
			return "", err
		}
		return rest, os.WriteFile(rest, png, 0o644)
	case "run":
		return m.Shell(ctx, rest)
	case "plug":
		kind, image, _ := strings.Cut(rest, " ")
		d, err := plug(ctx, m, kind, image)
		return string(d), err
	case "unplug":
		return "", m.Unplug(ctx, vm.Device(rest))
	case "reset":
		return "", m.Reset(ctx)
	case "power":
		return "", m.PowerButton(ctx)
	case "events":
		events, _ := m.Events(0)
		return fmt.Sprint(events), nil
	default:
		return help, nil
	}
}

func plug(ctx context.Context, m *vm.Machine, kind, image string) (vm.Device, error) {
	switch kind {
	case "keyboard":
		return m.PlugUSBKeyboard(ctx)
	case "mouse":
		return m.PlugUSBMouse(ctx)
	case "net":
		return m.PlugUSBNet(ctx)
	case "audio":
		return m.PlugUSBAudio(ctx)
	case "stick":
		return m.PlugUSBStorage(ctx, image)
	default:
		return "", fmt.Errorf("nothing is called %q", kind)
	}
}
