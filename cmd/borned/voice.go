package main

import (
	"context"
	"fmt"
)

// voiceUnit reads the shell's screens aloud. It has been told what stood on
// them, and keeps it in its memory, so it ends with the visit.
const voiceUnit = "borne-speech.service"

// endVoice ends it and returns what is left of it. The next thing to say starts
// another.
func (e *engine) endVoice(ctx context.Context) (left []string) {
	n, err := e.sandbox.EndService(ctx, voiceUnit)
	switch {
	case err != nil:
		return []string{"the voice could not be ended: " + err.Error()}
	case n > 0:
		return []string{fmt.Sprintf("%d × process of the voice", n)}
	}
	return nil
}
