package vm_test

import (
	"bytes"
	"context"
	"crypto/rand"
	"fmt"
	"strings"
	"time"

	"borne/kiosk"
)

// power are the ways to switch the machine off by hand, but for the one that the hardware itself obeys.
func power() []attempt {
	return []attempt{
		{id: "host.power-button", attempt: "the machine's power button, pressed briefly", run: (*trial).powerButton,
			detail: "A press of four seconds is the hardware's own, and a power cut."},
		{id: "host.power-key", attempt: "the Power key of a keyboard", keys: []string{"power"}},
		{id: "host.sleep-key", attempt: "the Sleep key of a keyboard", keys: []string{"sleep"}},
		{id: "host.wake-key", attempt: "the Wake key of a keyboard", keys: []string{"wake"}},
		{id: "host.sysctl", attempt: "Alt+SysRq enabled by a default of the distribution", run: func(p *trial) {
			if v := p.shell("cat /proc/sys/kernel/sysrq"); v != "0" {
				p.leak("kernel.sysrq is %s", v)
			}
		}},
		{id: "host.ctrl-alt-delete-target", attempt: "Ctrl+Alt+Del where no X server holds the keyboard, as the kernel tells it to systemd", run: (*trial).ctrlAltDelete},
	}
}

// powerButton waits until the kernel heard of the button.
func (p *trial) powerButton() {
	const heard = `awk '/acpi/ {for (i = 2; i <= NF; i++) if ($i ~ /^[0-9]+$/) s += $i} END {print s}' /proc/interrupts`
	before, interrupts := p.look(), p.shell(heard)
	p.must(p.PowerButton(p.ctx))
	p.must(p.Until(p.ctx, "the button to reach the kernel", func() (bool, error) {
		now, err := p.Shell(p.ctx, heard)
		return err == nil && strings.TrimSpace(now) != interrupts, err
	}))
	p.unchanged(before)
}

// ctrlAltDelete does what the kernel does when it hears the keys on a text console: it tells PID 1.
func (p *trial) ctrlAltDelete() {
	before := p.look()
	p.shell("for n in 1 2 3 4 5 6 7 8 9; do kill -INT 1; done")
	p.must(p.Until(p.ctx, "systemd to have heard", func() (bool, error) {
		said, err := p.Shell(p.ctx, "journalctl -b _PID=1 --no-pager | grep -ci ctrl-alt-del || true")
		return err == nil && strings.TrimSpace(said) != "0", err
	}))
	p.unchanged(before)
}

// restarts are tried while no X server holds the keyboard: the kernel's own keymap is in force then.
func restarts() []attempt {
	return []attempt{
		{id: "host.vt-switch-in-restart", attempt: "Ctrl+Alt+F1 to F6 pressed on end while a killed X server starts anew", alone: true,
			run: func(p *trial) {
				p.restart("ctrl-alt-f2", "ctrl-alt-f3", "ctrl-alt-f1", "alt-f4", "ctrl-alt-f6", "alt-right", "alt-left")
			}},
		{id: "host.interrupt-in-restart", attempt: "Ctrl+C, Ctrl+Z, Ctrl+\\, Ctrl+Alt+Del pressed on end while a killed X server starts anew", alone: true,
			run: func(p *trial) { p.restart("ctrl-c", "ctrl-z", "ctrl-backslash", "ctrl-alt-delete", "ctrl-d", "ret") }},
		{id: "host.console-login", attempt: "a login on any of the terminals that a technician would find on a Debian", alone: true, run: (*trial).noLogin},
	}
}

// restart kills the X server and presses keys on end until its successor shows something. Then a visitor can begin.
func (p *trial) restart(keys ...string) {
	p.must(p.WaitState(p.ctx, kiosk.Ready, kiosk.Choosing, kiosk.Visiting))
	p.must(p.endVisit())
	_, events := p.Events(0)
	old := p.shell("pgrep -x Xorg")
	p.shell("pkill -KILL -x Xorg")
	pressing, release := context.WithCancel(p.ctx)
	pressed := make(chan int)
	go func() { pressed <- p.pressOn(pressing, keys) }()
	err := p.Until(p.ctx, "the screen to come back", func() (bool, error) {
		said, err := p.Shell(p.ctx, "cat /sys/class/tty/tty0/active; pgrep -x Xorg || echo none; ps -eo tty= | grep -cx tty7; pgrep -cx agetty; true")
		if err != nil {
			return false, err
		}
		now := lines(said)
		if now[0] != "tty7" {
			p.leak("terminal %s is in front", now[0])
			p.keepPicture(p.id + "-" + now[0])
		}
		if now[len(now)-1] != "0" {
			p.leak("a login waits")
		}
		// What is pressed there would reach it: an interrupt, or a stop that nothing ends.
		if now[len(now)-2] != "0" {
			p.leak("%s programs have the terminal as their own", now[len(now)-2])
		}
		if now[1] == "none" || now[1] == old {
			return false, fmt.Errorf("X server %s", now[1])
		}
		picture, err := p.Picture(p.ctx)
		return err == nil && !black(picture.RGBA), err
	})
	release()
	p.result.Detail = fmt.Sprintf("%d presses", <-pressed)
	if err != nil {
		p.leak("%v", err)
	}
	p.must(p.WaitState(p.ctx, kiosk.Ready, kiosk.Choosing)) // Enter begins a visit, where the first screen is there
	p.must(p.endVisit())
	p.noEvents(events)
}

// pressOn presses the keys one after the other until the context ends, and returns how often. The emulator holds each
// for 80 ms and queues the next.
func (p *trial) pressOn(ctx context.Context, keys []string) (pressed int) {
	for turn := time.NewTicker(200 * time.Millisecond); ; pressed++ {
		select {
		case <-ctx.Done():
			turn.Stop()
			return pressed
		case <-turn.C:
		}
		if err := p.SendKey(ctx, keys[pressed%len(keys)]); err != nil {
			return pressed
		}
	}
}

// endVisit ends the visit that is on, if any, and waits for the first screen.
func (p *trial) endVisit() error {
	state, err := p.State(p.ctx)
	if err != nil {
		return err
	}
	if state.InSession() {
		if err := p.Call(p.ctx, "EndSession", "s", string(kiosk.EndStaff)); err != nil {
			return err
		}
	}
	return p.WaitFirstScreen(p.ctx)
}

// noLogin brings each terminal to the front, as somebody might who found a way, and looks for a prompt.
func (p *trial) noLogin() {
	found := p.shell(`for n in 1 2 3 4 5 6 8 12; do systemctl start --no-block getty@tty$n.service autovt@tty$n.service; done
systemctl is-system-running --wait >/dev/null; pgrep -ax 'agetty|login|sulogin' || echo none`)
	if found != "none" {
		p.leak("%s", found)
	}
}

// powerCut is the one that the hardware obeys.
func powerCut() []attempt {
	return []attempt{{id: "host.power-cut", attempt: "the power cut in the middle of a visit, and given back",
		detail: "What the visit left is searched for in all that was written to the disk since it was new.", run: (*trial).cut}}
}

// cut cuts the power while a page that carries a mark is open; the mark must be nowhere in what reached the disk.
func (p *trial) cut() {
	mark, control := "essai"+rand.Text(), "temoin"+rand.Text()
	p.Mark(mark)
	p.must(p.open(p.ctx))
	if p.Marked() == 0 {
		p.must(fmt.Errorf("no page carried the mark"))
	}
	p.must(p.WriteFile(p.ctx, "/root/temoin", []byte(control)))
	p.shell("sync")
	if found, err := p.OnDisk([]byte(control)); err != nil || !found {
		p.must(fmt.Errorf("what is written to the disk is not found there: %v", err))
	}
	boot := p.shell("cat /proc/sys/kernel/random/boot_id")
	started := time.Now()
	p.must(p.Reset(p.ctx))
	ctx, cancel := context.WithTimeout(p.t.Context(), 2*patience)
	defer cancel()
	p.ctx = ctx
	if err := p.WaitFirstScreen(ctx); err != nil {
		p.leak("the borne does not come back: %v", err)
		return
	}
	if p.shell("cat /proc/sys/kernel/random/boot_id") == boot {
		p.must(fmt.Errorf("the machine did not start again"))
	}
	p.result.Detail += fmt.Sprintf(" First screen %v after the power.", time.Since(started).Round(time.Second))
	p.shell("sync")
	found, err := p.OnDisk([]byte(mark))
	p.must(err)
	if found {
		p.leak("the page's mark is on the disk")
	}
	if left := p.shell("grep -rlaF " + mark + " /var /run /tmp /dev/shm /etc /root 2>/dev/null || echo none"); left != "none" {
		p.leak("the page's mark is in %s", left)
	}
	journal, err := p.Run(p.ctx, "journalctl", "--no-pager", "-o", "export")
	p.must(err)
	if bytes.Contains([]byte(journal), []byte(mark)) {
		p.leak("the page's mark is in the journal")
	}
}
