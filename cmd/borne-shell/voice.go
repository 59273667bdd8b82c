//go:build linux

package main

import (
	"context"
	"log/slog"
	"os"

	"borne/kiosk/shell"
	"borne/kiosk/speech"
)

// newVoice makes what reads the screens aloud, and what runs it. Where there is
// no service nothing offers it.
func newVoice(log *slog.Logger, socket string) (voice shell.Voice, tuner shell.Tuner, run func(context.Context) error) {
	if _, err := os.Stat(socket); err != nil {
		log.Info("no speech service: the screens are not read aloud")
		return nil, nil, func(context.Context) error { return nil }
	}
	speaker := speech.New(socket, log)
	return speaker, speaker, speaker.Run
}
