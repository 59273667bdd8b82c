package main

import (
	"context"
	"log/slog"
	"net"
	"os"
	"path/filepath"
	"sync"
	"time"

	"borne/kiosk/fleet"
	"borne/kiosk/pac"
	"borne/kiosk/sandbox"
)

// pacCommand is the process that evaluates a PAC file: its control stream is
// descriptor 3 (kiosk/sandbox, StartScript).
type pacCommand struct{}

// Run answers until borned closes the stream, which is read as a file: the unit
// has no calls for sockets.
func (pacCommand) Run(*slog.Logger) error {
	return pac.Serve(os.NewFile(3, "control"))
}

// Bounds of one evaluation: from the start of its unit to the answer, and its
// end.
const (
	pacLimit    = 20 * time.Second
	pacEndLimit = 5 * time.Second
)

// evaluator runs PAC files in a unit of their own, one at a time, a unit each:
// what one question left in memory is not there for the next.
type evaluator struct {
	box *sandbox.Sandbox
	log *slog.Logger

	mu sync.Mutex
}

func (e *evaluator) evaluate(ctx context.Context, q pac.Question) ([]pac.Way, error) {
	e.mu.Lock()
	defer e.mu.Unlock()
	ctx, cancel := context.WithTimeout(ctx, pacLimit)
	defer cancel()
	self, err := os.Executable()
	if err != nil {
		return nil, err
	}
	unit, err := e.box.StartScript(ctx, []string{self, "read-pac"})
	if err != nil {
		return nil, err
	}
	defer func() {
		ended, cancel := context.WithTimeout(context.WithoutCancel(ctx), pacEndLimit)
		defer cancel()
		if err := unit.End(ended); err != nil {
			e.log.Warn("end what read the PAC file", "error", err)
		}
	}()
	return pac.Ask(ctx, unit.Control, q, net.DefaultResolver)
}

// officeWay is how the agent reaches the central office: an address, or a PAC
// file.
func (c runCommand) officeWay(proxy string, box *sandbox.Sandbox, log *slog.Logger) (address string, file *pac.Source, err error) {
	if !pac.IsAddress(proxy) {
		return proxy, nil, nil
	}
	a, err := pac.ParseAddress(proxy)
	if err != nil {
		return "", nil, err
	}
	roots, err := fleet.RootCAs(c.CAFile)
	if err != nil {
		return "", nil, err
	}
	fetch := fleet.NewTransport(nil, roots, time.Now)
	fetch.DisableKeepAlives = true // twice an hour
	e := &evaluator{box: box, log: log}
	return "", pac.New(pac.Options{Address: a, Keep: filepath.Join(c.StateDir, "proxy-pac.json"), Fetch: fetch, Evaluate: e.evaluate,
		Setting: "BORNE_PROXY in " + settingsFile, Log: log}), nil
}
