package e2e_test

import (
	"context"
	"fmt"
	"log/slog"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"borne/packaging/demo/drive"
	"borne/packaging/vm"
)

// How often each machine is booted at most, and after what time no further
// round begins: a boot takes one emulated minute, or several on a busy machine.
const (
	bootRounds = 3
	bootEnough = 4 * time.Minute
)

// boots are times from power on to a screen, of a borne and of its peer.
type boots struct{ borne, bare []time.Duration }

// measureBoot boots a borne and a Debian that starts a bare Chromium, in turns:
// the same packages of Debian on the disk, the same kernel, the same machine.
// Each is watched through its screen's cable alone.
func measureBoot(ctx context.Context, t *testing.T) (b boots) {
	debs, err := filepath.Glob("../../dist/borne-kiosk_*.deb")
	if err != nil || len(debs) != 1 {
		t.Fatalf("packages of the borne: %v, %v (hint: make deb)", debs, err)
	}
	log := slog.New(slog.NewTextHandler(t.Output(), nil))
	machines := []struct {
		name    string
		options vm.BuildOptions
		seen    func(drive.Picture) bool
		into    *[]time.Duration
		image   *vm.Image
	}{
		{"borne", vm.BuildOptions{Debs: debs, Log: log}, vm.FirstScreen, &b.borne, nil},
		{"bare Chromium", vm.BuildOptions{Bare: true, Log: log}, vm.BarePage, &b.bare, nil},
	}
	for i, m := range machines {
		image, err := vm.Build(ctx, m.options)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() {
			if err := image.Release(); err != nil {
				t.Error(err)
			}
		})
		machines[i].image = image
	}
	began := time.Now()
	for round := range bootRounds {
		if round > 0 && time.Since(began) > bootEnough {
			break
		}
		for _, m := range machines {
			booted, err := vm.Boot(ctx, vm.Options{Image: m.image, Seen: m.seen, Log: log})
			if err != nil {
				t.Fatalf("boot of %s: %v", m.name, err)
			}
			*m.into = append(*m.into, booted.Booted)
			t.Logf("boot %d of %s: %v", round+1, m.name, seconds(booted.Booted))
			if err := booted.Close(); err != nil {
				t.Fatal(err)
			}
		}
		slices.Reverse(machines)
	}
	return b
}

// addBoot tells the boots, if there were any.
func (f *figures) addBoot(b boots) {
	if len(b.borne) == 0 || len(b.bare) == 0 {
		return
	}
	f.add(row{what: "Boot in a virtual machine, power on → first screen", figure: spreadIn(seconds, b.borne), against: spreadIn(seconds, b.bare),
		ratio: fmt.Sprintf("%.2f", median(b.borne).Seconds()/median(b.bare).Seconds())})
}

func seconds(d time.Duration) string { return fmt.Sprintf("%.1f s", d.Seconds()) }
