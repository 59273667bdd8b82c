// Command run is `make run`: it boots a Debian, installs the central office and one borne from the packages that
// were built, serves the demonstration's official sites beside them, and shows where to look. With -demo script it plays a
// whole visit by itself and exits 0 only if each step held. It needs root, for namespaces and mounts.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/url"
	"os"
	"os/signal"
	"path/filepath"
	"syscall"
	"time"

	"borne/packaging/demo/stage"
	"borne/packaging/demo/visit"
	"borne/packaging/testhost"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	err := run(ctx, os.Args[1:], os.Stdout)
	switch {
	case err == nil, errors.Is(err, flag.ErrHelp):
	case ctx.Err() != nil && errors.Is(err, context.Canceled):
		fmt.Fprintln(os.Stderr, "Arrêté avant la fin / stopped before the end.")
		os.Exit(130)
	default:
		fmt.Fprintln(os.Stderr, "make run:", err)
		os.Exit(1)
	}
}

// options of the command line.
type options struct {
	dist, build             string
	consolePort, screenPort int
	demo                    string
	verbose                 bool
}

func parse(args []string) (o options, err error) {
	flags := flag.NewFlagSet("run", flag.ContinueOnError)
	flags.StringVar(&o.dist, "dist", "dist", "folder of the packages")
	flags.StringVar(&o.build, "build", "build/demo", "folder for pictures and for the private authority")
	flags.IntVar(&o.consolePort, "console-port", 8440, "loopback port of the console, 0 for any")
	flags.IntVar(&o.screenPort, "screen-port", 6080, "loopback port of the borne's screen, 0 for any")
	flags.StringVar(&o.demo, "demo", "", "\"script\" plays a whole visit, keeps pictures, prints the counters, and leaves")
	flags.BoolVar(&o.verbose, "v", false, "tell everything that is done")
	if err := flags.Parse(args); err != nil {
		return o, err
	}
	if o.demo != "" && o.demo != "script" {
		return o, fmt.Errorf("DEMO=%s is no demonstration: write DEMO=script, or nothing", o.demo)
	}
	return o, nil
}

func run(ctx context.Context, args []string, out io.Writer) (err error) {
	o, err := parse(args)
	if err != nil {
		return err
	}
	level := slog.LevelWarn
	if o.verbose {
		level = slog.LevelInfo
	}
	log := slog.New(slog.NewTextHandler(os.Stderr, &slog.HandlerOptions{Level: level}))
	central, err := newest(o.dist, "borne-admin_*.deb")
	if err != nil {
		return err
	}
	kiosk, err := newest(o.dist, "borne-kiosk_*.deb")
	if err != nil {
		return err
	}

	fmt.Fprintln(out, "Démarrage d'un Debian 13 et des sites de démonstration…")
	s, err := stage.Raise(ctx, stage.Options{StateDir: filepath.Join(o.build, "ca"), Log: log, Host: testhost.Options{Log: log}})
	if err != nil {
		return err
	}
	defer func() {
		fmt.Fprintln(out, "Arrêt…")
		err = errors.Join(err, s.Close())
	}()
	d := demonstration{options: o, stage: s, out: out}
	if err := d.prepare(ctx, central, kiosk); err != nil {
		return d.explain(ctx, err)
	}
	if o.demo == "script" {
		if err := d.play(ctx); err != nil {
			return d.explain(ctx, err)
		}
		return nil
	}
	return d.show(ctx)
}

// demonstration is a stage being used.
type demonstration struct {
	options
	stage   *stage.Stage
	central *stage.Central
	borne   *stage.Borne
	out     io.Writer
}

// preparation is how long installing and enrolling may take on a busy machine.
const preparation = 2 * time.Minute

func (d *demonstration) prepare(ctx context.Context, central, kiosk string) error {
	ctx, cancel := context.WithTimeout(ctx, preparation)
	defer cancel()
	for _, step := range []struct {
		words string
		do    func() error
	}{
		{"Installation du bureau central…", func() (err error) {
			d.central, err = d.stage.InstallCentral(ctx, central)
			return err
		}},
		{"Installation de la borne…", func() (err error) {
			d.borne, err = d.stage.InstallBorne(ctx, kiosk)
			return err
		}},
		{"Inscription de la borne…", func() error { return d.borne.Enrol(ctx, d.central, "Accueil, borne 1") }},
		{"Publication des services de démonstration…", func() error { return d.borne.Publish(ctx, d.central) }},
	} {
		fmt.Fprintln(d.out, step.words)
		if err := step.do(); err != nil {
			return err
		}
	}
	return nil
}

// show tells where to look, and stays until it is stopped.
func (d *demonstration) show(ctx context.Context) error {
	screen, err := d.stage.ShowScreen(ctx, d.screenPort)
	if err != nil {
		return err
	}
	listener, err := net.Listen("tcp", fmt.Sprintf("127.0.0.1:%d", d.consolePort))
	if err != nil {
		return fmt.Errorf("show the console: %w (hint: -console-port 0 takes a free port)", err)
	}
	server := &http.Server{Handler: d.central.Console(), ReadHeaderTimeout: 10 * time.Second}
	failed := make(chan error, 1)
	go func() { failed <- server.Serve(listener) }()
	defer server.Close()

	console := "http://" + listener.Addr().String()
	consolePort, screenPort := portOf(console), portOf(screen)
	fmt.Fprintf(d.out, `
────────────────────────────────────────────────────────────────────────
 Écran de la borne   (the borne's screen, to see and touch)
   %s

 Console             (first login, good for one use)
   %s%s

 Machine distante ?  (from another computer, then open the same addresses)
   ssh -L %s:127.0.0.1:%s -L %s:127.0.0.1:%s CETTE-MACHINE

 Dans la borne       (a shell inside the booted Debian)
   %s

 Pour arrêter : Ctrl-C   (Ctrl-C ends everything)
────────────────────────────────────────────────────────────────────────
`, screen, console, d.central.Login, screenPort, screenPort, consolePort, consolePort, d.stage.Host.EnterCommand())

	select {
	case <-ctx.Done():
		return nil
	case err := <-failed:
		return fmt.Errorf("show the console: %w", err)
	}
}

// portOf is the port of an address that this program made.
func portOf(address string) string {
	u, err := url.Parse(address)
	if err != nil {
		return "?"
	}
	return u.Port()
}

// play runs the whole visit and prints what was counted.
func (d *demonstration) play(ctx context.Context) error {
	pictures, err := filepath.Glob(filepath.Join(d.build, "[0-9][0-9]-*.png"))
	if err != nil {
		return err
	}
	for _, old := range pictures {
		if err := os.Remove(old); err != nil {
			return fmt.Errorf("remove the pictures of an earlier visit: %w", err)
		}
	}
	if err := visit.NewPlayer(d.borne, d.build, d.out).Play(ctx, d.stage.Sites.Reached); err != nil {
		return err
	}
	return d.counters(ctx)
}

// explain adds the end of the journal to an error: the stage is about to go.
func (d *demonstration) explain(ctx context.Context, cause error) error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), 10*time.Second)
	defer cancel()
	journal, err := d.stage.Host.Journal(ctx)
	if err != nil {
		return errors.Join(cause, err)
	}
	file := filepath.Join(d.build, "journal.txt")
	if err := os.WriteFile(file, journal, 0o644); err != nil {
		return errors.Join(cause, err)
	}
	return fmt.Errorf("%w\n(journal: %s)", cause, file)
}

// newest is the package built last.
func newest(dir, pattern string) (string, error) {
	found, err := filepath.Glob(filepath.Join(dir, pattern))
	if err != nil {
		return "", err
	}
	var path string
	var built time.Time
	for _, f := range found {
		info, err := os.Stat(f)
		if err != nil {
			return "", err
		}
		if info.ModTime().After(built) {
			path, built = f, info.ModTime()
		}
	}
	if path == "" {
		return "", fmt.Errorf("no %s in %s (hint: make deb)", pattern, dir)
	}
	return path, nil
}
