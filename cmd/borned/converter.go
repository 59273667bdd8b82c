package main

import (
	"context"
	"log/slog"
	"os"

	"borne/kiosk/paper"
)

// convertCommand is the process that makes pages of a document: it writes to
// descriptor 3, the document is descriptor 4 (kiosk/sandbox, ConverterSpec).
type convertCommand struct {
	Most int `required:"" placeholder:"PAGES" help:"How many pages are wanted at most."`
}

// Run makes the pages, or fails without a word: the words would be about a
// visitor's document.
func (c convertCommand) Run(*slog.Logger) error {
	return paper.Serve(context.Background(), os.NewFile(4, "document"), c.Most, os.NewFile(3, "control"))
}
