//go:build linux

package main

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"io"
	"log/slog"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

// soundCard makes ALSA's default device one that writes what it is given to a
// pipe, and returns it: the player is busy until it is read.
func soundCard(t *testing.T) string {
	t.Helper()
	if _, err := exec.LookPath("aplay"); err != nil {
		t.Skip("aplay is not installed: apt install alsa-utils")
	}
	home := t.TempDir()
	t.Setenv("HOME", home)
	pipe := filepath.Join(home, "played")
	if err := syscall.Mkfifo(pipe, 0o600); err != nil {
		t.Fatal(err)
	}
	config := fmt.Sprintf("pcm.!default { type file slave.pcm \"null\" file %q format \"raw\" }\n", pipe)
	if err := os.WriteFile(filepath.Join(home, ".asoundrc"), []byte(config), 0o600); err != nil {
		t.Fatal(err)
	}
	return pipe
}

// TestChimeIsPlayed hears through the real ALSA library what was played.
func TestChimeIsPlayed(t *testing.T) {
	pipe := soundCard(t)
	s := newSound(slog.New(slog.DiscardHandler), soundCards)
	defer s.Close()
	for n := range 2 {
		s.Chime()
		heard, err := os.Open(pipe) // waits for the player
		if err != nil {
			t.Fatal(err)
		}
		for range 5 {
			s.Chime() // while one plays
		}
		raw, err := io.ReadAll(heard)
		heard.Close()
		if err != nil {
			t.Fatal(err)
		}
		s.done.Wait()
		var want bytes.Buffer
		_ = binary.Write(&want, binary.LittleEndian, chime())
		// aplay fills its last period with silence.
		rest, ok := bytes.CutPrefix(raw, want.Bytes())
		if !ok || len(rest) > want.Len()/2 || len(bytes.Trim(rest, "\x00")) > 0 {
			t.Fatalf("chime %d: %d bytes were played, want the %d of one chime", n+1, len(raw), want.Len())
		}
	}
}

func TestHushEndsTheSound(t *testing.T) {
	pipe := soundCard(t)
	s := newSound(slog.New(slog.DiscardHandler), soundCards)
	s.Hush() // nothing plays
	s.Chime()
	heard, err := os.Open(pipe)
	if err != nil {
		t.Fatal(err)
	}
	defer heard.Close()
	s.Hush()
	s.Close()
	if raw, _ := io.ReadAll(heard); len(raw) >= 2*len(chime()) {
		t.Error("all of it was played")
	}
}

// A machine without a sound card, or without aplay, loses nothing but the
// sound.
func TestNoSoundCardIsNoFault(t *testing.T) {
	for name, prepare := range map[string]func(*testing.T){
		"no card": func(t *testing.T) {
			soundCard(t)
			config := "pcm.!default { type hw card 31 }\n"
			if err := os.WriteFile(filepath.Join(os.Getenv("HOME"), ".asoundrc"), []byte(config), 0o600); err != nil {
				t.Fatal(err)
			}
		},
		"no aplay": func(t *testing.T) { t.Setenv("PATH", t.TempDir()) },
	} {
		t.Run(name, func(t *testing.T) {
			prepare(t)
			s := newSound(slog.New(slog.DiscardHandler), soundCards)
			for range 3 {
				s.Chime()
				s.done.Wait() // it gives up by itself
			}
		})
	}
}

func TestAMissingCardIsNotedAtTheStart(t *testing.T) {
	dir := t.TempDir()
	for name, tt := range map[string]struct {
		list  string
		lines int
	}{
		"missing":    {"", 1},
		"microphone": {"00-00: ALC256 Analog : ALC256 Analog : capture 1\n", 1},
		"card":       {"00-00: ALC256 Analog : ALC256 Analog : playback 1 : capture 1\n", 0},
	} {
		file := filepath.Join(dir, name)
		if tt.list != "" {
			if err := os.WriteFile(file, []byte(tt.list), 0o600); err != nil {
				t.Fatal(err)
			}
		}
		var log bytes.Buffer
		newSound(slog.New(slog.NewTextHandler(&log, nil)), file)
		if n := strings.Count(log.String(), "\n"); n != tt.lines {
			t.Errorf("%s: %d lines, want %d: %s", name, n, tt.lines, &log)
		}
	}
}

// It must be soft: no step that cracks, no sample at the limit, silence at
// both ends.
func TestChimeIsSoft(t *testing.T) {
	samples := chime()
	if seconds := float64(len(samples)) / sampleRate; seconds < 0.5 || seconds > 1.5 {
		t.Errorf("it lasts %.2f s", seconds)
	}
	// The steepest that the higher note and its octave can be at this loudness.
	steepest := 2 * math.Pi * highNote * 1.4 / sampleRate * loudness * math.MaxInt16 * 1.2
	peak := 0.0
	for i, v := range samples {
		peak = math.Max(peak, math.Abs(float64(v)))
		if i > 0 && math.Abs(float64(v)-float64(samples[i-1])) > steepest {
			t.Fatalf("it cracks at sample %d: %d after %d", i, v, samples[i-1])
		}
	}
	if peak < 0.3*math.MaxInt16 || peak > 0.4*math.MaxInt16 {
		t.Errorf("its peak is %.0f of %d", peak, math.MaxInt16)
	}
	if samples[0] != 0 || math.Abs(float64(samples[len(samples)-1])) > 50 {
		t.Errorf("it begins at %d and ends at %d", samples[0], samples[len(samples)-1])
	}
}
