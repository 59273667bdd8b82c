package vm_test

import (
	"context"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"borne/kiosk"
	"borne/packaging/vm"
)

// gate is the variable without which nothing is booted.
const gate = "BORNE_VM"

// TestEscapes tries the ways out that need a kernel, a keyboard, sockets and power of their own. One machine is booted
// for nearly all of them. BORNE_VM_ONLY takes the attempts whose id holds one of its words, and BORNE_VM_KEEP=1 keeps
// the ready machine for the next run, for who works on some.
func TestEscapes(t *testing.T) {
	if os.Getenv(gate) == "" {
		t.Skipf("a virtual machine is emulated for many minutes: make escapes, or %s=1", gate)
	}
	if os.Geteuid() != 0 {
		t.Skip("not root: the disk of the machine is made by mounting one")
	}
	r := boot(t, vm.Options{})
	r.try(keyboard()...)
	r.try(layouts()...)
	r.try(secondKeyboard()...)
	r.try(power()...)
	r.try(sockets()...)
	r.try(screens()...)
	r.try(restarts()...)
	r.try(powerCut()...)
}

// TestSecondScreen boots a machine that had a second screen from the beginning.
func TestSecondScreen(t *testing.T) {
	if os.Getenv(gate) == "" {
		t.Skipf("a virtual machine is emulated for minutes: make escapes, or %s=1", gate)
	}
	if os.Geteuid() != 0 {
		t.Skip("not root: the disk of the machine is made by mounting one")
	}
	r := boot(t, vm.Options{SecondScreen: true})
	r.try(secondScreen()...)
}

// room is a booted machine and what is done to it.
type room struct {
	*vm.Machine
	t *testing.T
	// began counts the visits that began here: a busy machine may need more than one until a page is open.
	began uint64
}

func boot(t *testing.T, o vm.Options) *room {
	t.Helper()
	log := slog.New(slog.NewTextHandler(t.Output(), nil))
	dist := os.Getenv("BORNE_DIST")
	if dist == "" {
		dist = filepath.Join("..", "..", "dist")
	}
	debs, err := filepath.Glob(filepath.Join(dist, "borne-kiosk_*.deb"))
	if err != nil || len(debs) != 1 {
		t.Fatalf("packages of the borne in %s: %v, %v (hint: make deb)", dist, debs, err)
	}
	image, err := vm.Build(t.Context(), vm.BuildOptions{Debs: debs, Log: log})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := image.Release(); err != nil {
			t.Error(err)
		}
	})
	o.Image, o.Log, o.Keep = image, log, os.Getenv("BORNE_VM_KEEP") != ""
	m, err := vm.Boot(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := m.Close(); err != nil {
			t.Error(err)
		}
	})
	r := &room{Machine: m, t: t}
	t.Cleanup(r.keepJournal)
	return r
}

// artifacts is where pictures and the journal of what failed are kept.
func (r *room) artifacts() string {
	if dir := os.Getenv("BORNE_ARTIFACTS"); dir != "" {
		return dir
	}
	return r.t.ArtifactDir()
}

func (r *room) keepJournal() {
	if !r.t.Failed() {
		return
	}
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	journal, err := r.Journal(ctx)
	if err == nil {
		err = os.WriteFile(filepath.Join(r.artifacts(), "vm-journal.txt"), []byte(journal), 0o644)
	}
	if err != nil {
		r.t.Logf("the machine's journal is not kept: %v", err)
	}
}

// patience bounds one wait: seconds on a quiet machine, minutes where two emulated cores share two busy ones.
const patience = 4 * time.Minute

// visit has a visitor in front of a page: the borne's own screens and the bus bring it there.
func (r *room) visit(ctx context.Context) error {
	state, err := r.State(ctx)
	if err != nil {
		return err
	}
	if state == kiosk.Visiting {
		if p, err := r.Picture(ctx); err == nil && vm.Bar(p) && page(p) {
			return nil
		}
	}
	if state != kiosk.Choosing && state != kiosk.Visiting {
		if err := r.WaitFirstScreen(ctx); err != nil {
			return err
		}
		if err := r.begin(ctx); err != nil {
			return err
		}
	}
	return r.open(ctx)
}

// begin has a visitor choose French.
func (r *room) begin(ctx context.Context) error {
	err := r.Call(ctx, "StartSession", "s", "fr")
	if err == nil {
		r.began++
	}
	return err
}

// open opens a page of the session that is on, and waits until it is painted under the bar. A machine that emulates on
// busy cores may say that a site does not answer, while it is only slow to ask: it is asked again.
func (r *room) open(ctx context.Context) error {
	asked := false
	return r.Until(ctx, "the page under the bar", func() (bool, error) {
		state, err := r.State(ctx)
		if err != nil {
			return false, err
		}
		if state == kiosk.Ready {
			// The visit ended meanwhile, as of a browser that was too slow to start.
			asked = false
			return false, r.begin(ctx)
		}
		if !state.InSession() {
			return false, fmt.Errorf("state %s", state)
		}
		notice, err := r.Property(ctx, "Notice")
		if err != nil {
			return false, err
		}
		if !asked || notice == "unreachable" {
			if err := r.Call(ctx, "OpenService", "s", "impots"); err != nil {
				return false, err
			}
			asked = true
			return false, nil
		}
		p, err := r.Picture(ctx)
		if err != nil {
			return false, err
		}
		return notice == "" && vm.Bar(p) && page(p), fmt.Errorf("notice %q, bar %v, page %v", notice, vm.Bar(p), page(p))
	})
}

// lines splits what a command said.
func lines(s string) []string { return strings.Split(strings.TrimSpace(s), "\n") }

// only reports whether an attempt was asked for.
func only(id string) bool {
	words := strings.Fields(os.Getenv("BORNE_VM_ONLY"))
	for _, w := range words {
		if strings.Contains(id, w) {
			return true
		}
	}
	return len(words) == 0
}
