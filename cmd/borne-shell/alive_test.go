//go:build linux

package main

import (
	"context"
	"errors"
	"net"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"testing/synctest"
	"time"
)

func TestBeatStopsWithWhatHangs(t *testing.T) {
	for _, hangs := range []string{"nothing", "window", "display"} {
		t.Run(hangs, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				ctx, cancel := context.WithCancel(t.Context())
				var told []string
				var at time.Duration
				start := time.Now()
				a := alive{
					onScreen: func(f func()) {
						if hangs != "window" || time.Since(start) < time.Minute {
							f()
						}
					},
					display: func() error {
						if hangs == "display" && time.Since(start) >= time.Minute {
							<-ctx.Done()
						}
						return nil
					},
					notify: func(state string) error {
						if gap := time.Since(start) - at; gap > hungAfter/2 {
							t.Errorf("%v without a word", gap)
						}
						told, at = append(told, state), time.Since(start)
						return nil
					},
				}
				done := make(chan error)
				go func() { done <- a.beat(ctx) }()
				time.Sleep(2 * time.Minute)
				cancel()
				if err := <-done; err != nil {
					t.Error(err)
				}
				if told[0] != "WATCHDOG_USEC=30000000\nWATCHDOG=1" || told[1] != "WATCHDOG=1" {
					t.Errorf("systemd was told %q first", told[:2])
				}
				if late := at > time.Minute; late != (hangs == "nothing") {
					t.Errorf("the last word came after %v", at)
				}
			})
		})
	}
}

func TestBeatEndsWithTheDisplay(t *testing.T) {
	gone := errors.New("gone")
	a := alive{onScreen: func(f func()) { f() }, display: func() error { return gone }, notify: func(string) error { return nil }}
	if err := a.beat(t.Context()); !errors.Is(err, gone) {
		t.Errorf("beat = %v, want %v", err, gone)
	}
}

// TestShellIsAlive stands where systemd does: the real shell tells it while it
// runs, and no more once it is stopped.
func TestShellIsAlive(t *testing.T) {
	w := newWorld(t)
	w.notify = filepath.Join(t.TempDir(), "notify")
	systemd, err := net.ListenUnixgram("unixgram", &net.UnixAddr{Name: w.notify, Net: "unixgram"})
	if err != nil {
		t.Fatal(err)
	}
	defer systemd.Close()
	hear := func(within time.Duration) (string, error) {
		b := make([]byte, 256)
		if err := systemd.SetReadDeadline(time.Now().Add(within)); err != nil {
			t.Fatal(err)
		}
		n, err := systemd.Read(b)
		return string(b[:n]), err
	}
	process, _ := w.startShell()
	if got, err := hear(20 * time.Second); err != nil || !strings.Contains(got, "WATCHDOG=1") {
		t.Fatalf("systemd hears %q, %v", got, err)
	}
	w.want("Hello 1280 800 100")
	if err := process.Signal(syscall.SIGSTOP); err != nil {
		t.Fatal(err)
	}
	for {
		if _, err := hear(2 * beatEvery); err != nil {
			return // what was on its way has been read
		}
	}
}
