package chaos_test

import (
	"context"
	"errors"
	"fmt"
	"time"

	"borne/packaging/chaos"
	"borne/packaging/demo"
	"borne/packaging/demo/stage"

	"golang.org/x/sys/unix"
)

// lasting is how long a fault lasts that goes away by itself.
const lasting = 3 * time.Second

// strike does to the borne what the fault says, and returns once its cause is over. What is not there to be hit is no
// error: the moment is drawn, not the borne's.
func (s *scene) strike(ctx context.Context, b chaos.Blow) error {
	kill := func(who string) error { return s.signal(ctx, "KILL", who) }
	freeze := func(who string) error {
		if err := s.signal(ctx, "STOP", who); err != nil {
			return err
		}
		if err := s.hand.pause(ctx, lasting); err != nil {
			return err
		}
		return s.signal(ctx, "CONT", who)
	}
	switch b.Fault {
	case chaos.Nothing:
		return nil
	case chaos.KillBorned, chaos.KillAtEnd:
		return kill(borned)
	case chaos.KillShell:
		return kill(shell)
	case chaos.KillXServer:
		return kill(xserver)
	case chaos.KillBrowser, chaos.KillBrowserEnd:
		return kill(browser)
	case chaos.KillRenderer:
		return kill("pgrep -f -- --type=renderer")
	case chaos.KillGPU:
		return kill("pgrep -f -- --type=gpu-process")
	case chaos.KillNetwork:
		return kill("pgrep -f -- --utility-sub-type=network")
	case chaos.KillEgress:
		return kill(egress)
	case chaos.KillBus:
		return kill("pgrep -x dbus-daemon")
	case chaos.RestartBus:
		return s.restart(ctx, "dbus.service")
	case chaos.KillLogind:
		return kill("pgrep -x systemd-logind")
	case chaos.RestartLogind:
		return s.restart(ctx, "systemd-logind.service")
	case chaos.RestartBorned:
		return s.restart(ctx, "borned.service")
	case chaos.RestartDisplay:
		return s.restart(ctx, "borne-display.service")
	case chaos.KillOffice:
		return s.duringSync(ctx, office)
	case chaos.KillBornedSync:
		return s.duringSync(ctx, borned)
	case chaos.FreezeBorned:
		return freeze(borned)
	case chaos.FreezeShell:
		return freeze(shell)
	case chaos.FreezeXServer:
		return freeze(xserver)
	case chaos.FreezeBrowser:
		return freeze(browser)
	case chaos.FreezeEgress:
		return freeze(egress)
	case chaos.HangBorned:
		return s.signal(ctx, "STOP", borned)
	case chaos.HangShell:
		return s.signal(ctx, "STOP", shell)
	case chaos.HangXServer:
		return s.signal(ctx, "STOP", xserver)
	case chaos.HangBrowser:
		return s.signal(ctx, "STOP", browser)
	case chaos.FullDisk:
		return s.fullDisk(ctx)
	case chaos.ReadOnlyDisk:
		return s.readOnly(ctx)
	case chaos.CutNetwork:
		return s.cutNetwork(ctx)
	case chaos.KillPrinting:
		return kill("pgrep -x cupsd")
	case chaos.KillConverter:
		return s.onceThere(ctx, "borne-converter.service", 0)
	case chaos.KillVoice:
		return kill("cat /sys/fs/cgroup/system.slice/" + stage.VoiceUnit + "/cgroup.procs 2>/dev/null")
	case chaos.KillWriter:
		return s.onceThere(ctx, "borne-writer.service", b.After)
	case chaos.KillPAC:
		return errors.Join(kill(borned), s.onceThere(ctx, "borne-pac.service", 0))
	case chaos.CorruptLog:
		return s.corrupt(ctx)
	}
	return fmt.Errorf("no fault is called %q", b.Fault)
}

// Who is hit: lines of a shell that print process ids. Borned and its workers have one name, so units tell them apart.
const (
	borned  = "systemctl show -P MainPID borned.service"
	browser = "systemctl show -P MainPID " + sessionUnit
	egress  = "systemctl show -P MainPID " + egressUnit
	office  = "systemctl show -P MainPID borne-admin.service"
	shell   = "pgrep -x borne-shell"
	xserver = "pgrep -x Xtigervnc; pgrep -x Xvnc"
)

// signal sends a signal to all whom the line prints.
func (s *scene) signal(ctx context.Context, name, who string) error {
	said, err := s.shell(ctx, fmt.Sprintf(`for p in $( %s ); do [ "$p" -gt 1 ] && [ "$p" != $$ ] && kill -%s "$p" 2>/dev/null; done; true`, who, name))
	if err != nil {
		return fmt.Errorf("%w: %s", err, said)
	}
	return nil
}

func (s *scene) restart(ctx context.Context, unit string) error {
	_, err := s.run(ctx, "systemctl", "restart", "--no-block", unit)
	return err
}

// onceThere kills a unit that lives for a moment that long after it is there. Where it does not come, or is gone by then,
// nobody is hit.
func (s *scene) onceThere(ctx context.Context, unit string, after time.Duration) error {
	_, err := s.shell(ctx, fmt.Sprintf(`timeout 4 sh -c 'until read p </sys/fs/cgroup/system.slice/%s/cgroup.procs; do sleep 0.005; done; sleep %.3f; kill -9 $p' 2>/dev/null; true`, unit, after.Seconds()))
	return err
}

// duringSync kills somebody while counters are on their way.
func (s *scene) duringSync(ctx context.Context, who string) error {
	_, err := s.shell(ctx, fmt.Sprintf(`p=$( %s ); timeout 5 bornectl local sync >/dev/null 2>&1 & sleep 0.0$(( $(date +%%N | cut -c1-2 | sed 's/^0*//;s/^$/1/') )); kill -9 $p; wait; true`, who))
	return err
}

// fullDisk leaves no block free on the disk of the borne's state for a while.
func (s *scene) fullDisk(ctx context.Context) error {
	_, err := s.shell(ctx, fmt.Sprintf("dd if=/dev/zero of=%s/filler bs=64k 2>/dev/null; test $(df --output=avail -k %[1]s | tail -1) -lt 64", stateFolder))
	if err != nil {
		return errors.Join(err, errors.New("the disk is not full"))
	}
	err = s.hand.pause(ctx, lasting)
	_, freed := s.run(context.WithoutCancel(ctx), "rm", stateFolder+"/filler")
	return errors.Join(err, freed)
}

// readOnly is a disk that a kernel made read-only after an error: borned finds it so as it starts.
func (s *scene) readOnly(ctx context.Context) error {
	if err := s.signal(ctx, "KILL", borned); err != nil {
		return err
	}
	// As long as a file is open for writing the disk cannot be changed: it is tried as soon as borned is dead.
	limited, cancel := context.WithTimeout(ctx, 1500*time.Millisecond)
	defer cancel()
	err := soon(limited, 5*time.Millisecond, "a disk that can be made read-only", func() (bool, error) {
		err := s.reconfigure("ro")
		return err == nil, err
	})
	if err != nil {
		return err
	}
	err = s.hand.pause(ctx, lasting+time.Second)
	return errors.Join(err, s.reconfigure("rw"))
}

// reconfigure changes a flag of the file system itself, as the kernel does after an error. A remount would change the
// flags of one mount too, which a service that starts meanwhile keeps for as long as it runs.
func (s *scene) reconfigure(flag string) error {
	fd, err := unix.Fspick(unix.AT_FDCWD, s.Host.Path(stateFolder), unix.FSPICK_CLOEXEC)
	if err != nil {
		return fmt.Errorf("find the file system of the borne's state: %w", err)
	}
	err = errors.Join(unix.FsconfigSetFlag(fd, flag), unix.FsconfigReconfigure(fd))
	return errors.Join(err, unix.Close(fd))
}

// cutNetwork takes away the way to everything that is elsewhere.
func (s *scene) cutNetwork(ctx context.Context) error {
	each := func(verb string) string {
		return fmt.Sprintf("for a in %s %s %s; do ip route %s local $a dev lo || exit 1; done", witnessAddress(), demo.SitesAddress(), demo.CentralAddress(), verb)
	}
	if _, err := s.shell(ctx, each("del")); err != nil {
		return err
	}
	err := s.hand.pause(ctx, lasting)
	_, back := s.shell(context.WithoutCancel(ctx), each("add"))
	return errors.Join(err, back)
}

// corrupt kills borned and overwrites its log with noise before it is back.
func (s *scene) corrupt(ctx context.Context) error {
	_, err := s.shell(ctx, fmt.Sprintf(`kill -9 $( %s ); sleep 0.1; for f in %s/usage.db %[2]s/usage.db-wal; do
		[ -e $f ] && dd if=/dev/urandom of=$f conv=notrunc bs=4k count=$(( $(stat -c %%s $f) / 4096 + 1 )) 2>/dev/null; done; true`, borned, stateFolder))
	return err
}

// mend undoes what a fault left when the borne did not come back, so that the next visits can be tried.
func (s *scene) mend(ctx context.Context) error {
	writable := s.reconfigure("rw")
	_, err := s.shell(ctx, fmt.Sprintf(`for who in "$( %s )" "$( %s )" "$( %s )" "$( %s )"; do for p in $who; do [ "$p" -gt 1 ] && kill -CONT $p; done; done 2>/dev/null
		rm -f %s/filler; systemctl restart borned.service; systemctl restart borne-display.service`, borned, shell, xserver, browser, stateFolder))
	return errors.Join(writable, err)
}
