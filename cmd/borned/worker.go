package main

import (
	"context"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"os"
	"sync"

	pages "borne/assets/practice"
	"borne/kiosk"
	"borne/kiosk/egress"
	"borne/kiosk/practice"
)

// workerName is the command that outlet.spec has the sandbox run.
const workerName = "egress-worker"

// The descriptors that the sandbox gives it (sandbox.ProxySpec).
const (
	workerListener = 3
	workerControl  = 4
)

// workerCommand is the proxy's process: borned starts it, unprivileged, once
// for each browser.
type workerCommand struct{}

// Run serves until borned closes its end.
func (workerCommand) Run(log *slog.Logger) error {
	socket := os.NewFile(workerListener, "listener")
	l, err := net.FileListener(socket)
	if err != nil {
		return fmt.Errorf("take the listener: %w (borned runs this command)", err)
	}
	socket.Close()
	if err := lean(l); err != nil {
		return err
	}
	stream := os.NewFile(workerControl, "control")
	control, err := net.FileConn(stream)
	if err != nil {
		return fmt.Errorf("take the control socket: %w (borned runs this command)", err)
	}
	stream.Close()
	// Nothing of a visit is logged here: borned hears of it.
	return egress.Work(context.Background(), control, l, egress.Options{Log: slog.New(slog.DiscardHandler), Practice: practicePages()})
}

// practicePages are read when the first visitor practises: most never do.
func practicePages() func(kiosk.Language) http.Handler {
	read := sync.OnceValues(func() (*practice.Pages, error) { return practice.New(pages.Files) })
	return func(l kiosk.Language) http.Handler {
		p, err := read()
		if err != nil { // a test reads the same files
			return http.NotFoundHandler()
		}
		return p.Handler(l)
	}
}
