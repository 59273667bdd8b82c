//go:build linux

package main

import (
	"bytes"
	"context"
	"log/slog"
	"os/exec"
	"strings"
	"sync"
	"syscall"
	"time"
)

// playWithin bounds a sound that lasts a second: a card that takes nothing
// must not keep a player for ever.
const playWithin = 5 * time.Second

// sound plays the warning's sound through ALSA (aplay), one at a time. A
// machine without a sound card is no fault: it is noted once.
type sound struct {
	log *slog.Logger

	mu      sync.Mutex
	stop    context.CancelFunc // of the one that plays, nil when none does
	without bool               // noted already
	done    sync.WaitGroup
}

func newSound(log *slog.Logger) *sound { return &sound{log: log} }

// Chime plays the sound unless it is playing, and does not wait for its end.
func (s *sound) Chime() {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.stop != nil {
		return
	}
	ctx, stop := context.WithTimeout(context.Background(), playWithin)
	s.stop = stop
	s.done.Go(func() { s.play(ctx) })
}

// Hush ends the sound that plays.
func (s *sound) Hush() {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.stop != nil {
		s.stop()
	}
}

// Close ends the sound and waits for its player to leave.
func (s *sound) Close() {
	s.Hush()
	s.done.Wait()
}

func (s *sound) play(ctx context.Context) {
	cmd := exec.CommandContext(ctx, "aplay", "-q", "-")
	var said bytes.Buffer
	cmd.Stdin, cmd.Stderr = bytes.NewReader(wav(chime())), &said
	cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	cmd.WaitDelay = time.Second
	err := cmd.Run()
	s.mu.Lock()
	defer s.mu.Unlock()
	if err != nil && ctx.Err() == nil && !s.without {
		first, _, _ := strings.Cut(strings.TrimSpace(said.String()), "\n")
		s.log.Info("warnings make no sound", "error", err, "aplay", first)
	}
	s.without = err != nil && ctx.Err() == nil
	s.stop()
	s.stop = nil
}
