package vm_test

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	mathrand "math/rand/v2"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"borne/kiosk"
	"borne/kiosk/usage"
	"borne/packaging/chaos"
	"borne/packaging/vm"
)

// cutsVariable is how often TestPowerCuts cuts the power, cutSeedVariable what decides when.
const (
	cutsVariable    = "BORNE_VM_CUTS"
	cutSeedVariable = "BORNE_CHAOS_SEED"
)

// TestPowerCuts cuts the power again and again, during visits and while the counters of one are written.
func TestPowerCuts(t *testing.T) {
	word := os.Getenv(cutsVariable)
	if word == "" {
		t.Skipf("a virtual machine is emulated for many minutes: make chaos, or %s=5", cutsVariable)
	}
	if os.Geteuid() != 0 {
		t.Fatal("not root: the disk of the machine is made by mounting one")
	}
	n, err := strconv.Atoi(word)
	if err != nil || n < 1 {
		t.Fatalf("%s=%q is no number of cuts", cutsVariable, word)
	}
	seed := uint64(time.Now().UnixNano() % 1_000_000)
	if word := os.Getenv(cutSeedVariable); word != "" {
		if seed, err = strconv.ParseUint(word, 10, 64); err != nil {
			t.Fatal(err)
		}
	}
	t.Logf("seed %d, %d cuts", seed, n)
	r := boot(t, vm.Options{})
	source := mathrand.New(mathrand.NewPCG(seed, 1))
	var during, writing []chaos.Visit
	ledger := &chaos.Ledger{}
	for i := range n {
		fault := chaos.Fault("cut-in-visit")
		if i%2 == 1 {
			fault = "cut-in-write"
		}
		v, err := r.cutPower(fault, ledger, time.Duration(source.Int64N(int64(4*time.Second))))
		if err != nil {
			t.Errorf("cut %d (seed %d), %s: %v", i+1, seed, fault, err)
			r.keepPicture(fmt.Sprintf("cut-%d", i+1))
		}
		if v.Back == 0 && !v.Person {
			continue // it was not made
		}
		v.Fault = fault
		t.Logf("cut %d, %s: back %v, leaks %v, lost %d, doubled %d, not counted %v, person %v",
			i+1, fault, v.Back.Round(time.Second), v.Leaks, v.Lost, v.Doubled, v.Uncounted, v.Person)
		if fault == "cut-in-write" {
			writing = append(writing, v)
		} else {
			during = append(during, v)
		}
		// Each time: a run takes an hour, and what it found so far is worth keeping when it is stopped.
		text := fmt.Sprintf("Written by `make chaos CUTS=%d` on %s, in a virtual machine that is emulated in software, seed %d; cuts made: %d. "+
			"Times to be back are those of a whole boot there.\n\n%s", n, time.Now().Format(time.DateOnly), seed, len(during)+len(writing),
			chaos.Table([]chaos.Row{
				chaos.Sum("the power cut during a visit", during), chaos.Sum("the power cut as a visit's counters are written", writing),
				chaos.Sum("**all**", slices.Concat(during, writing)),
			}))
		if err := chaos.Write("power", text); err != nil {
			t.Error(err)
		}
		if v.Person {
			break
		}
	}
}

// cutPower has a visitor come and go who only chose a language, whose counters are acknowledged then, and a second one
// whose visit the cut ends.
func (r *room) cutPower(fault chaos.Fault, ledger *chaos.Ledger, after time.Duration) (v chaos.Visit, err error) {
	ctx, cancel := context.WithTimeout(r.t.Context(), 3*patience)
	defer cancel()
	if err := r.WaitState(ctx, kiosk.Ready); err != nil {
		return v, err
	}
	if err := r.begin(ctx); err != nil {
		return v, err
	}
	if err := r.Call(ctx, "EndSession", "s", string(kiosk.EndStaff)); err != nil {
		return v, err
	}
	if err := r.WaitFirstScreen(ctx); err != nil {
		return v, err
	}
	before, epoch, err := r.log(ctx)
	if err != nil {
		return v, err
	}
	// What the looks between two cuts add is no concern here: only what was there must be there.
	ledger.Acknowledge(before)
	began := r.began

	mark := "essai" + rand.Text()
	r.Mark(mark)
	if err := r.visit(ctx); err != nil {
		return v, err
	}
	if r.Marked() == 0 {
		return v, errors.New("no page carried the mark")
	}
	boot, err := r.Shell(ctx, "cat /proc/sys/kernel/random/boot_id")
	if err != nil {
		return v, err
	}
	if fault == "cut-in-write" {
		// Nobody waits for the answer, which comes once all is written: the cut falls before, within or after that.
		_, err := r.Run(ctx, "busctl", "--expect-reply=no", "call", kiosk.BusName, kiosk.BusPath, kiosk.BusInterface, "EndSession", "s", string(kiosk.EndStaff))
		if err != nil {
			return v, err
		}
	}
	timer := time.NewTimer(after)
	select {
	case <-timer.C:
	case <-ctx.Done():
		return v, ctx.Err()
	}
	struck := time.Now()
	if err := r.Reset(ctx); err != nil {
		return v, err
	}
	limited, cancelBoot := context.WithTimeout(r.t.Context(), 2*patience)
	defer cancelBoot()
	if err := r.WaitFirstScreen(limited); err != nil {
		v.Person = true
		return v, fmt.Errorf("the borne does not come back: %w", err)
	}
	v.Back = time.Since(struck)
	ctx, cancelLook := context.WithTimeout(r.t.Context(), patience)
	defer cancelLook()
	if now, err := r.Shell(ctx, "cat /proc/sys/kernel/random/boot_id"); err != nil || now == boot {
		return v, errors.Join(err, errors.New("the machine did not start again"))
	}
	there, now, err := r.log(ctx)
	if err != nil {
		return v, err
	}
	made := r.began - began
	change := ledger.Look(there, chaos.Counters{"visit/impots": made, "inclusion/fr": made})
	v.Lost, v.Doubled = change.Lost, change.Doubled
	sessions := change.More.Sum(func(key string) bool { return strings.HasPrefix(key, string(kiosk.CellSession)+"/") })
	if sessions > made {
		v.Doubled += sessions - made
		change.Detail = append(change.Detail, fmt.Sprintf("%d visits were counted, %d were made", sessions, made))
	}
	v.Uncounted = sessions < made
	if now != epoch {
		err = errors.Join(err, fmt.Errorf("the usage log began anew: epoch %s, then %s", epoch, now))
	}
	if v.Lost+v.Doubled > 0 {
		err = errors.Join(err, fmt.Errorf("counters: %v", change.Detail))
	}
	checked, intact := r.Shell(ctx, `ls /var/lib/borne | grep -c 'usage\.db\..*corrupt' ; cp /var/lib/borne/usage.db* /run/ && sqlite3 /run/usage.db 'pragma integrity_check'; rm -f /run/usage.db*`)
	if l := lines(checked); intact != nil || len(l) != 2 || l[0] != "0" || l[1] != "ok" {
		err = errors.Join(err, fmt.Errorf("integrity: %q, %w", checked, intact))
	}
	v.Leaks = r.marks(ctx, mark)
	for _, l := range v.Leaks {
		err = errors.Join(err, errors.New(l))
	}
	return v, err
}

// log is what the borne has counted in all, and the epoch of its log.
func (r *room) log(ctx context.Context) (chaos.Counters, string, error) {
	text, err := r.Usage(ctx)
	if err != nil {
		return nil, "", err
	}
	var c usage.Contents
	if err := json.Unmarshal([]byte(text), &c); err != nil {
		return nil, "", err
	}
	all, err := sums(text)
	for key := range all {
		if strings.HasPrefix(key, string(kiosk.CellAvailability)+"/") {
			delete(all, key)
		}
	}
	return chaos.Counters(all), c.Epoch, err
}

// marks says where a mark is left.
func (r *room) marks(ctx context.Context, mark string) (leaks []string) {
	control := "temoin" + rand.Text()
	err := r.WriteFile(ctx, "/root/temoin", []byte(control))
	if err == nil {
		_, err = r.Shell(ctx, "sync")
	}
	if err != nil {
		return []string{fmt.Sprintf("not searched: %v", err)}
	}
	if found, err := r.OnDisk([]byte(control)); err != nil || !found {
		leaks = append(leaks, fmt.Sprintf("what is written to the disk is not found there: %v", err))
	}
	if found, err := r.OnDisk([]byte(mark)); err != nil || found {
		leaks = append(leaks, fmt.Sprintf("the page's mark is on the disk: %v, %v", found, err))
	}
	left, err := r.Shell(ctx, "grep -rlaF --devices=skip "+mark+" /var /run /tmp /dev/shm /etc /root 2>/dev/null || echo none")
	if err != nil || strings.TrimSpace(left) != "none" {
		leaks = append(leaks, fmt.Sprintf("the page's mark is in %q: %v", left, err))
	}
	return leaks
}

// TestClockJumps sets the clock a year back, then a year ahead, while a visitor is on a page, and tells what came of it.
func TestClockJumps(t *testing.T) {
	if os.Getenv(cutsVariable) == "" {
		t.Skipf("a virtual machine is emulated for minutes: make chaos, or %s=5", cutsVariable)
	}
	if os.Geteuid() != 0 {
		t.Fatal("not root: the disk of the machine is made by mounting one")
	}
	r := boot(t, vm.Options{})
	var b strings.Builder
	fmt.Fprintf(&b, "Written by `make chaos` on %s, in a virtual machine that is emulated in software.\n\n", time.Now().Format(time.DateOnly))
	b.WriteString("| the clock jumps during a visit | the visit | a page opened then | counters dated |\n| --- | --- | --- | --- |\n")
	for _, jump := range []struct{ words, by string }{{"a year back", "-1 year"}, {"a year ahead", "+1 year"}} {
		row, err := r.clockJump(jump.by)
		if err != nil {
			t.Errorf("the clock, %s: %v", jump.words, err)
			r.keepPicture("clock" + strings.Fields(jump.by)[0])
			row = "**failed** | – | –"
		}
		fmt.Fprintf(&b, "| %s | %s |\n", jump.words, row)
	}
	t.Log(b.String())
	if err := chaos.Write("clock", b.String()); err != nil {
		t.Error(err)
	}
}

func (r *room) clockJump(by string) (row string, err error) {
	ctx, cancel := context.WithTimeout(r.t.Context(), 2*patience)
	defer cancel()
	if err := r.visit(ctx); err != nil {
		return "", err
	}
	before, _, err := r.contents(ctx)
	if err != nil {
		return "", err
	}
	if _, err := r.Shell(ctx, "systemctl stop chrony systemd-timesyncd 2>/dev/null; date -s '"+by+"' >/dev/null"); err != nil {
		return "", err
	}
	set := time.Now()
	defer func() {
		_, back := r.Shell(context.WithoutCancel(ctx), fmt.Sprintf("date -s @%d >/dev/null", time.Now().Unix()))
		err = errors.Join(err, back)
	}()
	// Longer than a watchdog or a timer that was moved would take.
	for time.Since(set) < 35*time.Second {
		state, err := r.State(ctx)
		if err != nil {
			return "", err
		}
		if state != kiosk.Visiting {
			return "", fmt.Errorf("the visit did not go on: %s", state)
		}
		if _, err := r.Shell(ctx, "sleep 3"); err != nil {
			return "", err
		}
	}
	if err := r.Call(ctx, "OpenService", "s", "caf"); err != nil {
		return "", err
	}
	said := "opens"
	err = r.Until(ctx, "a page or an explanation", func() (bool, error) {
		notice, err := r.Property(ctx, "Notice")
		if notice == "blocked" || notice == "unreachable" {
			said = "is explained: " + notice
		}
		return err == nil && notice != "opening", err
	})
	if err != nil {
		return "", err
	}
	if err := r.Call(ctx, "EndSession", "s", string(kiosk.EndStaff)); err != nil {
		return "", err
	}
	if err := r.WaitFirstScreen(ctx); err != nil {
		return "", err
	}
	after, memory, err := r.contents(ctx)
	if err != nil {
		return "", err
	}
	days := map[string]bool{}
	for key := range after {
		if _, ok := before[key]; !ok {
			days[key.Day] = true
		}
	}
	dated := "in memory, until the clock is right"
	if memory == 0 {
		dated = "as the clock says"
		for d := range days {
			dated += ", " + d
		}
	}
	for d := range days {
		if d < "2026" {
			return "", fmt.Errorf("counters are dated %s, before the borne was made", d)
		}
	}
	return "goes on, ends, ready | " + said + " | " + dated, nil
}

// contents are the cells of the borne's log on its disk, by key, and how many wait in memory.
func (r *room) contents(ctx context.Context) (map[kiosk.Key]kiosk.Cell, int, error) {
	text, err := r.Usage(ctx)
	if err != nil {
		return nil, 0, err
	}
	var c usage.Contents
	if err := json.Unmarshal([]byte(text), &c); err != nil {
		return nil, 0, err
	}
	cells := map[kiosk.Key]kiosk.Cell{}
	for _, one := range c.Open {
		cells[one.Key] = one
	}
	for _, one := range c.Outbox {
		cells[one.Key] = one.Cell
	}
	return cells, len(c.Memory), nil
}
