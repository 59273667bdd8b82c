package main

import (
	"context"
	"errors"
	"log/slog"
	"os"

	"borne/kiosk/usb"
)

// writerCommand is the process that keeps one document on a visitor's USB
// stick: its control stream is descriptor 3, the document descriptor 4, the
// stick descriptor 5 (kiosk/sandbox, WriterSpec). The document's name comes
// over the stream: a command line is everybody's to read.
type writerCommand struct {
	Size int64 `required:"" placeholder:"BYTES" help:"Size of the stick."`
}

// Run writes until the document is on the stick, or cannot be.
func (c writerCommand) Run(*slog.Logger) error {
	if c.Size <= 0 {
		return errors.New("an empty stick")
	}
	return usb.ServeSave(context.Background(), os.NewFile(3, "control"), os.NewFile(5, "stick"), c.Size, os.NewFile(4, "document"))
}
