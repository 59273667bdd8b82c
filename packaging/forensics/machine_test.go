package forensics_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"maps"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"borne/kiosk"
	"borne/packaging/demo/stage"
	"borne/packaging/forensics"
	"borne/packaging/vm"
)

// machineVariable is the setting to boot with: "init_on_free=1" or "init_on_free=0".
const machineVariable = "BORNE_FORENSICS_VM"

// notOnMachine are the kinds that this visit does not plant: they need hands, names of hosts, the server's tickets, a
// printer, a key, a scanner or a voice.
const notOnMachine = "cl pr tx pw tk sh mh rh dn dl pd qs sk rs vo rd pt dv dg mp pm ky sc ps pj"

// machinePatience bounds a wait in an emulated machine.
const machinePatience = 4 * time.Minute

// TestMachine reads a virtual machine's raw disk and whole memory: while a visit is on, after its end, and after the power
// was cut in the middle of another one.
func TestMachine(t *testing.T) {
	setting := os.Getenv(machineVariable)
	if setting == "" {
		t.Skipf("a virtual machine is emulated for minutes: make forensics, or %s=init_on_free=1", machineVariable)
	}
	if os.Geteuid() != 0 {
		t.Fatal("not root: the disk of the machine is made by mounting one")
	}
	seed := seed(t)
	words := forensics.NewWords(seed)
	own, err := stage.Deb("borne-kiosk")
	if err != nil {
		t.Fatal(err)
	}
	log := slog.New(slog.NewTextHandler(t.Output(), nil))
	image, err := vm.Build(t.Context(), vm.BuildOptions{Debs: []string{own}, Log: log})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := image.Release(); err != nil {
			t.Error(err)
		}
	})
	m, err := vm.Boot(t.Context(), vm.Options{Image: image, Log: log, KernelArguments: setting})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := m.Close(); err != nil {
			t.Error(err)
		}
	})
	site := &forensics.Site{Words: words, Skip: notOnMachine, Patience: machinePatience / 8}
	m.Play(site)
	kernel, err := m.Run(t.Context(), "uname", "-r")
	if err != nil {
		t.Fatal(err)
	}
	r := &rawVisit{t: t, m: m, site: site, words: words, setting: setting}
	for number, end := range []string{"button", "power-cut"} {
		outcome := forensics.Visit{Where: forensics.Machine, Seed: seed, Number: number, End: end, Kernel: strings.TrimSpace(kernel), Missed: map[string]string{}}
		if err := r.visit(t.Context(), &outcome); err != nil {
			outcome.Missed["visit"] = err.Error()
			t.Errorf("%s: %v", end, err)
		}
		if err := forensics.Append(outcome); err != nil {
			t.Error(err)
		}
		for code, why := range outcome.Missed {
			t.Errorf("%s: %s was not planted: %s", end, code, why)
		}
		for code, places := range outcome.Left {
			t.Errorf("%s: %s was left in %s", end, code, strings.Join(places, ", "))
		}
		for _, raw := range outcome.Raw {
			t.Logf("%s: %s of %d MB with %s: %d words during, %d of %d kinds after", end, raw.Medium, raw.Bytes>>20, raw.Setting, raw.During, raw.After, raw.AfterKinds)
		}
	}
}

// rawVisit is a visit whose traces are looked for from below the system.
type rawVisit struct {
	t       *testing.T
	m       *vm.Machine
	site    *forensics.Site
	words   *forensics.Words
	setting string
}

func (r *rawVisit) visit(ctx context.Context, outcome *forensics.Visit) error {
	ctx, cancel := context.WithTimeout(ctx, 3*machinePatience)
	defer cancel()
	v := outcome.Number
	r.site.Begin(v)
	if err := r.m.WaitState(ctx, kiosk.Ready); err != nil {
		return err
	}
	if err := r.m.Call(ctx, "StartSession", "s", "fr"); err != nil {
		return err
	}
	if err := r.plant(ctx, v); err != nil {
		return err
	}
	control := "temoin" + r.words.Word(v, "--")
	if err := r.m.WriteFile(ctx, "/root/temoin", []byte(control)); err != nil {
		return err
	}
	if _, err := r.m.Run(ctx, "sync"); err != nil {
		return err
	}
	during, _, kinds, err := r.memory(ctx, v)
	if err != nil {
		return err
	}
	for _, k := range forensics.Kinds() {
		switch {
		case strings.Contains(notOnMachine, k.Code):
		case kinds[k.Code] > 0:
			outcome.Planted = append(outcome.Planted, k.Code)
		default:
			outcome.Missed[k.Code] = "it was met nowhere in the machine's memory while the visit was on"
		}
	}
	if outcome.End == "button" {
		err = r.m.Call(ctx, "EndSession", "s", string(kiosk.EndButton))
	} else {
		err = r.m.Reset(ctx)
	}
	ended := time.Now()
	if err == nil {
		err = r.m.WaitFirstScreen(ctx)
	}
	if err != nil {
		return err
	}
	outcome.ReadyMilliseconds = time.Since(ended).Milliseconds()
	return r.after(ctx, outcome, during)
}

// plant opens the site and waits until its last page is there. A machine that emulates on busy cores may say that a site
// does not answer, while it is only slow to ask: it is asked again.
func (r *rawVisit) plant(ctx context.Context, visit int) error {
	form := forensics.NextPath + r.words.Word(visit, "up")
	asked := false
	return r.m.Until(ctx, "the page that comes last", func() (bool, error) {
		now := r.site.State()
		if now.Loads[form] > 0 {
			return true, nil
		}
		notice, err := r.m.Property(ctx, "Notice")
		if err == nil && (!asked || notice == "unreachable") {
			err = r.m.Call(ctx, "OpenService", "s", "impots")
			asked = err == nil
		}
		return false, errors.Join(err, fmt.Errorf("notice %q, the site heard %v", notice, now.Said))
	})
}

// after reads memory and disk once the borne waits for the next visitor, and has had the time to forget.
func (r *rawVisit) after(ctx context.Context, outcome *forensics.Visit, during int) error {
	timer := time.NewTimer(2 * settle)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-ctx.Done():
		return ctx.Err()
	}
	if _, err := r.m.Run(ctx, "sync"); err != nil {
		return err
	}
	after, read, kinds, err := r.memory(ctx, outcome.Number)
	if err != nil {
		return err
	}
	outcome.Raw = append(outcome.Raw, forensics.Raw{Medium: "memory", Setting: r.setting, Bytes: read, During: during, After: after, AfterKinds: len(kinds)})
	r.t.Logf("in memory after %s: %v", outcome.End, kinds)
	disk, err := r.m.Disk()
	if err != nil {
		return err
	}
	defer disk.Close()
	if found, err := r.m.OnDisk([]byte("temoin" + r.words.Word(outcome.Number, "--"))); err != nil || !found {
		return fmt.Errorf("what is written to the disk is not found there: %v", err)
	}
	read, n, kinds, err := r.words.Count(disk, outcome.Number)
	if err != nil {
		return err
	}
	outcome.Raw = append(outcome.Raw, forensics.Raw{Medium: "disk", Setting: r.setting, Bytes: read, After: n, AfterKinds: len(kinds)})
	if n > 0 {
		outcome.Left = map[string][]string{}
		for _, code := range slices.Sorted(maps.Keys(kinds)) {
			outcome.Left[code] = []string{fmt.Sprintf("the raw disk (%d ×)", kinds[code])}
		}
	}
	return nil
}

func (r *rawVisit) memory(ctx context.Context, visit int) (words int, read int64, kinds map[string]int, err error) {
	f, err := r.m.Memory(ctx)
	if err != nil {
		return 0, 0, nil, err
	}
	defer f.Close()
	read, words, kinds, err = r.words.Count(io.Reader(f), visit)
	return words, read, kinds, err
}
