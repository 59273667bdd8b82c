package main

import (
	"context"
	"errors"
	"log/slog"
	"os"

	"borne/kiosk/usb"
)

// readerCommand is the process that reads a visitor's USB stick: its control
// stream is descriptor 3, the stick descriptor 4 (kiosk/sandbox, ReaderSpec).
type readerCommand struct {
	Size int64 `required:"" placeholder:"BYTES" help:"Size of the stick."`
}

// Run reads until borned closes the stream.
func (c readerCommand) Run(*slog.Logger) error {
	if c.Size <= 0 {
		return errors.New("an empty stick")
	}
	return usb.Serve(context.Background(), os.NewFile(3, "control"), os.NewFile(4, "stick"), c.Size)
}
