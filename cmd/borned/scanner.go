package main

import (
	"context"
	"log/slog"
	"os"

	"borne/kiosk"
	"borne/kiosk/scan"
)

// scannerCommand is the process that scans one visitor's papers: its control
// stream is descriptor 3 (kiosk/sandbox, ScannerSpec).
type scannerCommand struct {
	Scanner string `required:"" placeholder:"ADDRESS" help:"The scanner, as the settings say it."`
}

// Run scans until borned lets go. It fails without a word: the words would be
// about a visitor's paper.
func (c scannerCommand) Run(*slog.Logger) error {
	device, err := kiosk.ParseScanner(c.Scanner)
	if err != nil {
		return err
	}
	return scan.Serve(context.Background(), os.NewFile(3, "control"), device.Name)
}
