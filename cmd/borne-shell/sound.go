//go:build linux

package main

import (
	"bytes"
	"context"
	"log/slog"
	"os"
	"os/exec"
	"sync"
	"syscall"
	"time"
)

// playWithin bounds a sound that lasts a second: a card that takes nothing
// must not keep a player for ever.
const playWithin = 5 * time.Second

// soundCards lists the sound cards; a kernel without any has an empty one, or
// none.
const soundCards = "/proc/asound/pcm"

// sound plays the warning's sound through ALSA (aplay), one at a time. A
// machine without a sound card is no fault. It is noted at the start and never
// at a warning, where a line in the journal would tell of a visitor.
type sound struct {
	mu   sync.Mutex
	stop context.CancelFunc // of the one that plays, nil when none does
	done sync.WaitGroup
}

// newSound notes when none of the cards (soundCards) can play.
func newSound(log *slog.Logger, cards string) *sound {
	if list, err := os.ReadFile(cards); err != nil || !bytes.Contains(list, []byte("playback")) {
		log.Info("no sound card: warnings are seen and not heard")
	}
	return &sound{}
}

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
	cmd.Stdin = bytes.NewReader(wav(chime()))
	cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	cmd.WaitDelay = time.Second
	_ = cmd.Run() // without sound the warning is still seen
	s.mu.Lock()
	defer s.mu.Unlock()
	s.stop()
	s.stop = nil
}
