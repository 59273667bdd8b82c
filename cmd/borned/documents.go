package main

import (
	"context"

	"borne/kiosk"
)

// Documents lists what the visitor may give to the page.
func (p shellPort) Documents(context.Context) ([]kiosk.Document, error) { return nil, nil }

// GiveFile answers the page's wish for a file.
func (e *engine) GiveFile(context.Context, string) error { return errNoBrowser }
