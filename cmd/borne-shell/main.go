//go:build linux

package main

import (
	"context"
	"flag"
	"fmt"
	"log/slog"
	"os"
	"os/signal"
	"runtime/debug"
	"syscall"
)

// gcPercent keeps the heap near its 10 MB of live data: a borne draws seldom,
// and memory is what the visitor's browser wants.
const gcPercent = 40

func main() {
	debug.SetGCPercent(gcPercent)
	display := flag.String("display", os.Getenv("DISPLAY"), "X display to take")
	gateFolder := flag.String("browser-display", "/run/borne-shell/x11", "folder for the socket by which the visitor's browser reaches the display")
	speech := flag.String("speech", "/run/borne-speech.sock", "socket of what reads the screens aloud (borne-speech.socket)")
	flag.Usage = func() {
		fmt.Fprintln(flag.CommandLine.Output(), "borne-shell: the visitor's screen of a borne, a client of org.borne.Kiosk1")
		flag.PrintDefaults()
	}
	flag.Parse()
	if flag.NArg() > 0 {
		flag.Usage()
		os.Exit(2)
	}
	log := slog.New(slog.NewTextHandler(os.Stderr, nil))
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGTERM, syscall.SIGINT)
	defer stop()
	if err := run(ctx, log, *display, *gateFolder, *speech); err != nil {
		log.Error("borne-shell ends", "error", err)
		stop()
		os.Exit(1)
	}
}
