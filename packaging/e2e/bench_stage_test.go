package e2e_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"borne/kiosk"
	"borne/kiosk/bus"
	"borne/packaging/demo/drive"
	"borne/packaging/demo/stage"
	"borne/packaging/demo/visit"
)

// bench is an enrolled borne on the demonstration's stage, with the means to
// time it from outside: the bus and the screen are reached through sockets,
// so that no process has to start inside at a moment that is measured.
type bench struct {
	stage  *stage.Stage
	borne  *stage.Borne
	bus    *bus.Client
	track  *track
	eye    *eye
	player *visit.Player
	// pictures is where a screen that is not the expected one is kept.
	pictures string
	// shellUID is the user of the shell and its X server.
	shellUID int
}

// screenSocket is where the demonstration's X server shows the screen, inside
// the host; packaging/demo/stage puts it there.
const screenSocket = "/run/borne-shell/vnc.socket"

func raiseBench(ctx context.Context, t *testing.T) *bench {
	t.Helper()
	s := raise(t)
	b := &bench{stage: s.Stage, borne: s.borne, player: visit.NewPlayer(s.borne, "", io.Discard), pictures: t.ArtifactDir()}

	// The shell starts once before it is measured, as on every day but a
	// borne's first: its shaders are then compiled.
	if _, err := b.stage.Host.Run(ctx, "systemctl", "restart", "borne-display"); err != nil {
		t.Fatal(err)
	}
	if err := s.borne.WaitState(ctx, kiosk.Ready); err != nil {
		t.Fatal(err)
	}
	if _, err := s.borne.Shell.Find(ctx, drive.Primary, 0); err != nil {
		t.Fatal(err)
	}
	id, err := b.stage.Host.Run(ctx, "id", "-u", "borne-shell")
	if err != nil {
		t.Fatal(err)
	}
	if b.shellUID, err = strconv.Atoi(strings.TrimSpace(id)); err != nil {
		t.Fatal(err)
	}

	// The system bus of the host, as root, which borned lets do what the shell may.
	t.Setenv("DBUS_SYSTEM_BUS_ADDRESS", "unix:path="+b.stage.Host.Path("/run/dbus/system_bus_socket"))
	if b.bus, err = bus.Dial(ctx); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { b.bus.Close() })
	b.track = follow(ctx, t, b.bus)
	b.eye = openEye(ctx, t, b.stage.Host, screenSocket)
	return b
}

// track follows what the borne says of itself, with the moment each word came.
type track struct {
	mu     sync.Mutex
	last   kiosk.Snapshot
	at     time.Time
	more   chan struct{} // closed at each change
	failed error
}

func follow(ctx context.Context, t *testing.T, client *bus.Client) *track {
	ctx, stop := context.WithCancel(ctx)
	k := &track{more: make(chan struct{})}
	var done sync.WaitGroup
	done.Go(func() {
		err := client.Watch(ctx, func(n kiosk.Snapshot) { k.tell(n, nil) }, func(kiosk.Configuration) {})
		k.tell(kiosk.Snapshot{}, errors.Join(errors.New("the bus says no more"), err))
	})
	t.Cleanup(func() { stop(); done.Wait() })
	return k
}

func (k *track) tell(n kiosk.Snapshot, failed error) {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.last, k.at, k.failed = n, time.Now(), failed
	close(k.more)
	k.more = make(chan struct{})
}

// until waits for a snapshot, and returns it with the moment it came.
func (k *track) until(ctx context.Context, what string, holds func(kiosk.Snapshot) bool) (kiosk.Snapshot, time.Time, error) {
	ctx, cancel := context.WithTimeout(ctx, 30*time.Second)
	defer cancel()
	for {
		k.mu.Lock()
		n, at, more, failed := k.last, k.at, k.more, k.failed
		k.mu.Unlock()
		if failed != nil {
			return n, at, failed
		}
		if holds(n) {
			return n, at, nil
		}
		select {
		case <-more:
		case <-ctx.Done():
			return n, at, fmt.Errorf("wait for %s: %w (state %q, notice %q)", what, ctx.Err(), n.State, n.Notice)
		}
	}
}

func (k *track) untilState(ctx context.Context, s kiosk.State) error {
	_, _, err := k.until(ctx, string(s), func(n kiosk.Snapshot) bool { return n.State == s })
	return err
}

// pageShown holds once Chromium has told borned of the first contentful paint,
// and borned the bus: what the shell waits for to show the page.
func pageShown(n kiosk.Snapshot) bool { return n.State == kiosk.Visiting && n.Notice == kiosk.NoNotice }

// settle waits until the standby browser has finished starting: its control
// group uses under a twentieth of a core for a second.
func (b *bench) settle(ctx context.Context) error {
	const step, calm = 200 * time.Millisecond, 5
	limit := time.Now().Add(20 * time.Second)
	last, quiet := time.Duration(-1), 0
	for quiet < calm {
		used, err := b.groupCPU(standbyGroup)
		switch {
		case err == nil && last >= 0 && used-last < step/20:
			quiet++
		case time.Now().After(limit):
			return nil // a busy machine; the figures will say so
		default:
			quiet = 0
		}
		last = used
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(step):
		}
	}
	return nil
}

const cgroupRoot = "/sys/fs/cgroup/"

// groupCPU is the processor time that a control group has used.
func (b *bench) groupCPU(group string) (time.Duration, error) {
	raw, err := b.stage.Host.ReadFile(cgroupRoot + group + "/cpu.stat")
	if err != nil {
		return 0, err
	}
	for line := range strings.Lines(string(raw)) {
		if n, ok := strings.CutPrefix(line, "usage_usec "); ok {
			µs, err := strconv.ParseInt(strings.TrimSpace(n), 10, 64)
			return time.Duration(µs) * time.Microsecond, err
		}
	}
	return 0, fmt.Errorf("cpu.stat of %s names no usage", group)
}
