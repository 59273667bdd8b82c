package vm_test

import (
	"context"
	"encoding/json"
	"fmt"
	"image"
	"image/color"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"borne/kiosk"
	"borne/packaging/demo/drive"
	"borne/packaging/escapes"
)

// attempt is one way out, and how to try it.
type attempt struct {
	// id is "group.name"; attempt says in one line what is tried.
	id, attempt string
	// keys are pressed one after the other while a page is in front. Then nothing may have changed.
	keys []string
	// before readies the machine, with a page in front; after puts back what before changed.
	before, after func(*trial)
	// run tries what keys do not say. It says itself what did not hold.
	run func(*trial)
	// alone attempts end the session, or begin without one.
	alone bool
	// quiet says that the keys do not come from the keyboard in the PS/2 socket.
	quiet bool
	// reason is the counter that must grow; keys are counted as such by themselves.
	reason kiosk.Reason
	// detail is told with the result.
	detail string
}

// trial is one attempt under way.
type trial struct {
	*room
	attempt
	ctx    context.Context
	result escapes.Result
}

// leak says that something got out.
func (p *trial) leak(format string, args ...any) {
	p.result.Denied = false
	p.fault(format, args...)
}

// fault says what did not hold.
func (p *trial) fault(format string, args ...any) {
	if p.result.Fault != "" {
		p.result.Fault += "; "
	}
	p.result.Fault += fmt.Sprintf(format, args...)
}

// must ends the attempt, which then proves nothing.
func (p *trial) must(err error) {
	if err != nil {
		p.leak("the attempt could not be made: %v", err)
		runtime.Goexit()
	}
}

// shell runs a script inside that must succeed.
func (p *trial) shell(script string) string {
	out, err := p.Shell(p.ctx, script)
	p.must(err)
	return strings.TrimSpace(out)
}

// try makes the attempts one after the other, mostly in one visit. Its counters are written when it ends: only then is
// known what was counted, and each attempt leaves its line in the results, however it ended.
func (r *room) try(attempts ...attempt) {
	var results []escapes.Result
	before := r.counters()
	defer func() {
		r.counted(results, before)
		for _, one := range results {
			if err := escapes.Append(one); err != nil {
				r.t.Error(err)
			}
		}
	}()
	for _, a := range attempts {
		if !only(a.id) {
			continue
		}
		r.t.Run(a.id, func(t *testing.T) {
			inner := &room{Machine: r.Machine, t: t}
			p := &trial{room: inner, attempt: a, result: escapes.Result{ID: a.id, Attempt: a.attempt, Where: escapes.Machine,
				Denied: true, Detail: a.detail}}
			if a.reason == "" && len(a.keys) > 0 && !a.alone {
				a.reason = kiosk.ReasonKey
			}
			if a.reason != "" {
				p.result.Reason = string(kiosk.CellRefusal) + "/" + string(a.reason)
			}
			group, _, _ := strings.Cut(a.id, ".")
			for _, g := range escapes.Groups() {
				if g.ID == group {
					p.result.Group = g.Title
				}
			}
			ctx, cancel := context.WithTimeout(t.Context(), 2*patience)
			defer cancel()
			p.ctx = ctx
			started := time.Now()
			p.make()
			t.Logf("%v, %+v", time.Since(started).Round(time.Second), p.result)
			results = append(results, p.result)
			if !p.result.Held() {
				inner.keepPicture(a.id)
				t.Errorf("not closed: %s", p.result.Fault)
			}
		})
	}
}

// counters reads what the borne keeps, in all. It returns nil when it cannot.
func (r *room) counters() map[string]uint64 {
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	text, err := r.Usage(ctx)
	if err != nil {
		r.t.Logf("the counters cannot be read: %v", err)
		return nil
	}
	counters, err := sums(text)
	if err != nil {
		r.t.Logf("the counters cannot be read: %v", err)
	}
	return counters
}

// sums adds up the counters that "bornectl --json local usage" tells.
func sums(text string) (map[string]uint64, error) {
	var kept struct{ Open, Outbox []kiosk.Cell }
	if err := json.Unmarshal([]byte(text), &kept); err != nil {
		return nil, fmt.Errorf("read the counters: %w", err)
	}
	sums := map[string]uint64{}
	for _, c := range append(kept.Open, kept.Outbox...) {
		sums[string(c.Kind)+"/"+c.First] += c.Count
	}
	return sums, nil
}

// counted ends the visit and says of each attempt whether the borne counted it: those of one kind share a counter,
// which must have grown by one for each at least.
func (r *room) counted(results []escapes.Result, before map[string]uint64) {
	expected := map[string]uint64{}
	for _, one := range results {
		if one.Reason != "" {
			expected[one.Reason]++
		}
	}
	if len(expected) == 0 {
		return
	}
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	if state, err := r.State(ctx); err == nil && state.InSession() {
		if err := r.Call(ctx, "EndSession", "s", string(kiosk.EndStaff)); err != nil {
			r.t.Errorf("end the visit: %v", err)
		}
	}
	if err := r.WaitFirstScreen(ctx); err != nil {
		r.t.Errorf("after the visit: %v", err)
	}
	after := r.counters()
	for i, one := range results {
		n := after[one.Reason] - before[one.Reason]
		switch {
		case one.Reason == "":
		case n < expected[one.Reason]:
			results[i].Fault = strings.TrimPrefix(fmt.Sprintf("%s; %s grew by %d in %d attempts", one.Fault, one.Reason, n, expected[one.Reason]), "; ")
			r.t.Errorf("%s: %s", one.ID, results[i].Fault)
		default:
			r.t.Logf("%s grew by %d in %d attempts", one.Reason, n, expected[one.Reason])
		}
	}
}

// make runs in a goroutine of its own, which must may end.
func (p *trial) make() {
	done := make(chan struct{})
	go func() {
		defer close(done)
		if !p.alone {
			p.must(p.visit(p.ctx))
		}
		if p.after != nil {
			defer p.after(p)
		}
		if p.before != nil {
			p.before(p)
		}
		if p.keys != nil {
			p.press()
		}
		if p.run != nil {
			p.run(p)
		}
	}()
	<-done
	done = make(chan struct{})
	go func() {
		defer close(done)
		p.use()
	}()
	<-done
}

// look is what an attempt must not change.
type look struct {
	// same must be equal before and after: the terminal in front, the kernel's own boot, each program of the borne, the
	// session's state, input devices, interfaces, mounts.
	same map[string]string
	// keys counts what the kernel heard from the keyboard in the PS/2 socket.
	keys    string
	picture drive.Picture
	events  int
}

// keysScript prints how often the keyboard in the PS/2 socket has called for attention.
const keysScript = `echo keys=$(awk '/i8042/ {s = 0; for (i = 2; i <= NF; i++) if ($i ~ /^[0-9]+$/) s += $i; print s; exit}' /proc/interrupts)`

// lookScript prints "name=value" lines.
const lookScript = `
echo terminal=$(cat /sys/class/tty/tty0/active)
echo boot=$(cat /proc/sys/kernel/random/boot_id)
echo xserver=$(pgrep -x Xorg)
echo shell=$(pgrep -x borne-shell)
echo borned=$(pgrep -o -x borned)
echo state=$(busctl get-property org.borne.Kiosk1 /org/borne/Kiosk1 org.borne.Kiosk1 State)
echo inputs=$(ls /sys/class/input | tr '\n' ' ')
echo interfaces=$(ls /sys/class/net | tr '\n' ' ')
echo mounts=$(cut -d' ' -f1,2 /proc/mounts | grep -v ' /run/credentials' | sort | sha256sum)
echo logins=$(pgrep -x agetty -c; pgrep -x login -c; pgrep -x sulogin -c)
` + keysScript + `
`

func (p *trial) look() look {
	l := look{same: map[string]string{}}
	for _, line := range lines(p.shell(lookScript)) {
		name, value, _ := strings.Cut(line, "=")
		switch name {
		case "keys":
			l.keys = value
		default:
			l.same[name] = value
		}
	}
	var err error
	l.picture, err = p.Picture(p.ctx)
	p.must(err)
	_, l.events = p.Events(0)
	return l
}

// press presses the attempt's keys. The machine must have heard them, and nothing may have come of it.
func (p *trial) press() {
	before := p.look()
	for _, k := range p.keys {
		p.must(p.SendKey(p.ctx, k))
	}
	if !p.quiet {
		p.must(p.Until(p.ctx, "the keys to reach the kernel", func() (bool, error) {
			now, err := p.Shell(p.ctx, keysScript)
			return err == nil && strings.TrimSpace(now) != "keys="+before.keys, err
		}))
	}
	p.unchanged(before)
}

// unchanged says what is not as it was.
func (p *trial) unchanged(before look) {
	after := p.look()
	for name, was := range before.same {
		if now := after.same[name]; now != was {
			p.leak("%s was %q and is %q", name, was, now)
		}
	}
	if change := after.picture.Difference(before.picture); change > 0.02 {
		p.leak("%.0f %% of the screen changed", 100*change)
		p.keepPicture(p.id + "-changed")
	}
	p.noEvents(before.events)
}

// noEvents fails when the machine went off, started again or slept since.
func (p *trial) noEvents(since int) {
	events, _ := p.Events(since)
	for _, e := range events {
		switch e.Name {
		case "RESET", "SHUTDOWN", "SUSPEND", "SUSPEND_DISK", "POWERDOWN_DONE", "STOP":
			p.leak("the machine says %s %v", e.Name, e.Data)
		}
	}
}

// use shows that a visitor can go on: a touch on the bar leads home, and a page opens again. After an attempt that
// ended the session, a new one begins.
func (p *trial) use() {
	wrong := func(err error) bool {
		if err != nil {
			p.fault("the borne cannot be used: %v", err)
		}
		return err != nil
	}
	if wrong(p.visit(p.ctx)) {
		return
	}
	if wrong(p.home()) {
		return
	}
	if wrong(p.open(p.ctx)) {
		return
	}
	p.result.Usable = true
}

// home touches "Accueil". On a busy machine that is emulated, a touch may come while the bar is being drawn anew: then it
// is touched again, as a visitor would, three times at most.
func (p *trial) home() (err error) {
	for range 3 {
		if err := p.Touch(p.ctx, homeX, homeY); err != nil {
			return err
		}
		ctx, cancel := context.WithTimeout(p.ctx, patience/6)
		err = p.WaitState(ctx, kiosk.Choosing)
		cancel()
		if err == nil {
			return nil
		}
	}
	return err
}

// The middle of "Accueil" in the bar.
const homeX, homeY = 58, 50

// page reports whether a picture shows the demonstration's tax office under the bar, by the colour of its own head.
func page(p drive.Picture) bool {
	violet := color.RGBA{0x5c, 0x2a, 0x6b, 0xff}
	return p.Share(image.Rect(0, 140, 1280, 210), violet) > 0.5
}

func (r *room) keepPicture(name string) {
	ctx, cancel := context.WithTimeout(context.Background(), 30*time.Second)
	defer cancel()
	png, err := r.Screenshot(ctx)
	file := filepath.Join(r.artifacts(), name+".png")
	if err == nil {
		err = os.WriteFile(file, png, 0o644)
	}
	if err != nil {
		r.t.Logf("no picture: %v", err)
		return
	}
	r.t.Logf("kept %s", file)
}
