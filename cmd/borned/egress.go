package main

import (
	"context"
	"fmt"
	"io/fs"
	"log/slog"
	"net"
	"os"
	"os/signal"
	"syscall"

	"borne/assets"
	"borne/kiosk/bundle"
	"borne/kiosk/egress"
)

// egressCommand is the proxy alone.
type egressCommand struct {
	Bundle string `placeholder:"DIR" help:"Directory of a bundle; the catalogue that ships without it."`
	Listen string `required:"" placeholder:"ADDR" help:"Address to listen on, as 127.0.0.1:3128."`
}

// Run serves until SIGINT or SIGTERM.
func (c egressCommand) Run(log *slog.Logger) error {
	var dir fs.FS = assets.Bundle()
	if c.Bundle != "" {
		dir = os.DirFS(c.Bundle)
	}
	_, list, faults := bundle.LoadDir(dir)
	if faults.Failed() {
		return faults.Err()
	}
	l, err := net.Listen("tcp", c.Listen)
	if err != nil {
		return fmt.Errorf("listen for the browser: %w", err)
	}
	if err := lean(l); err != nil {
		return err
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	// The limits of one visitor are not those of a measurement.
	limits := egress.Limits{MaxTunnels: 8192, DialsPerSecond: 1 << 30}
	proxy := egress.New(egress.Options{Log: log, Limits: limits, Refused: func(r egress.Refusal) { log.Info("refused", "reason", r.Reason) }})
	proxy.SetPolicy(list)
	fmt.Printf("listening on %s\n", l.Addr())
	return proxy.Serve(ctx, l)
}
