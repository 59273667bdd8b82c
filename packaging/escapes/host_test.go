package escapes_test

import (
	"context"
	"fmt"
	"strings"
	"time"

	"borne/kiosk"
)

// hostCases attack the machine from inside a session, or take away what the session stands on.
func hostCases() []attempt {
	killed := func(name, what, line, counts string, quick bool) attempt {
		return attempt{id: "host.kill-" + name, attempt: what + " killed in the middle of a visit", counts: counts, alone: true, quick: quick, run: func(p *trial) {
			p.must(p.open(p.ctx))
			uid, err := p.run(p.ctx, "systemctl", "show", "--property=UID", "--value", sessionUnit)
			p.must(err)
			_, err = p.shell(p.ctx, line)
			p.must(err)
			p.must(quickly(p.soon(patience), "the end of the session", func() (bool, error) {
				now, err := p.bus.Snapshot(p.ctx)
				return err == nil && !now.State.InSession(), err
			}))
			p.must(p.borne.WaitState(p.ctx, kiosk.Ready))
			left, err := p.leftOf(p.ctx, uid)
			p.must(err)
			if left != "" {
				p.leak("left of the visit: %s", strings.Join(strings.Fields(left), " "))
			}
			p.usableAlone()
		}}
	}
	return []attempt{
		killed("browser", "The browser", "kill -9 $(systemctl show -P MainPID "+sessionUnit+")", "session/browser-fault", true),
		killed("page", "The page's own process", `kill -9 $(pgrep -u $(systemctl show -P UID `+sessionUnit+`) -f -- --type=renderer)`, "session/browser-fault", false),
		killed("shell", "The shell", "pkill -9 -x borne-shell", "session/shell-fault", false),
		killed("x-server", "The X server", "pkill -9 -x Xvnc", "device/wipe-clean", false),
		killed("borned", "borned", "kill -9 $(systemctl show -P MainPID borned.service)", "session/power", true),
		{id: "host.disk-bomb", attempt: "All the room of the visit's folder filled", uncounted: "the room is the visit's own, and ends with it", run: func(p *trial) {
			said, err := p.inSession(p.ctx, "sh", "-c", "dd if=/dev/zero of=/var/lib/borne/bombe bs=1M count=8192 2>&1; true")
			p.must(err)
			if !strings.Contains(said, "No space left") {
				p.leak("there was room for eight gigabytes: %s", said)
			}
			if _, err := p.shell(p.ctx, "test $(df --output=avail -k /var/lib/borne | tail -1) -gt 1024"); err != nil {
				p.leak("the machine's own disk is full")
			}
			_, err = p.inSession(p.ctx, "rm", "/var/lib/borne/bombe")
			p.must(err)
		}},
		{id: "host.inode-bomb", attempt: "A hundred thousand files in the visit's folder", uncounted: "the number of files is the visit's own, and ends with it", run: func(p *trial) {
			said, err := p.inSession(p.ctx, "sh", "-c", "mkdir /var/lib/borne/m && cd /var/lib/borne/m && seq 100000 | xargs touch 2>&1 | tail -1; ls | wc -l; cd / && rm -r /var/lib/borne/m")
			p.must(err)
			if !strings.Contains(said, "No space left") {
				p.leak("there was room for them all: %s", said)
			}
		}},
		{id: "host.shm-bomb", attempt: "Shared memory filled", uncounted: "the room is the visit's own, and ends with it", run: func(p *trial) {
			said, err := p.inSession(p.ctx, "sh", "-c", "df -k --output=size /dev/shm | tail -1; findmnt -no OPTIONS /dev/shm")
			p.must(err)
			if !strings.Contains(said, "noexec") || !strings.Contains(said, "nosuid") {
				p.leak("shared memory is mounted %s", said)
			}
		}},
		{id: "host.limits", attempt: "A fork bomb and a memory bomb, as far as the limits stand in the unit; the bombs themselves explode in the virtual machine", uncounted: "see host.fork-bomb and host.memory-bomb", run: func(p *trial) {
			said, err := p.run(p.ctx, "systemctl", "show", "--property=TasksMax,MemoryMax,MemorySwapMax,OOMPolicy", sessionUnit)
			p.must(err)
			if strings.Contains(said, "infinity") || !strings.Contains(said, "OOMPolicy=kill") {
				p.leak("the unit's limits are %s", said)
			}
			p.note("%s", strings.Join(strings.Fields(said), " "))
		}},
		{id: "host.write-program", attempt: "A program written to disk and run", uncounted: "the kernel refuses to run it", quick: true, run: func(p *trial) {
			said, err := p.inSession(p.ctx, "sh", "-c", `for d in /var/lib/borne /tmp /var/tmp /dev/shm /run; do
				cp /bin/true $d/programme 2>/dev/null && $d/programme && echo "ran in $d"; rm -f $d/programme; done 2>/dev/null; true`)
			p.must(err)
			if strings.Contains(said, "ran in") {
				p.leak("%s", said)
			}
		}},
		{id: "host.write-machine", attempt: "Files of the machine changed: programs, units, policies", uncounted: "the whole system is read-only in there", run: func(p *trial) {
			said, err := p.inSession(p.ctx, "sh", "-c", `for f in /usr/bin/x /etc/x /etc/systemd/system/x.service /etc/chromium/policies/managed/x.json /var/lib/borned/x /home/x /root/x; do
				touch $f 2>/dev/null && echo "wrote $f"; done; true`)
			p.must(err)
			if strings.Contains(said, "wrote") {
				p.leak("%s", said)
			}
		}},
		{id: "host.read-machine", attempt: "Files of the machine read: shadow, the borne's key and log, the journal, the X cookie", uncounted: "they are not there to be read", run: func(p *trial) {
			said, err := p.inSession(p.ctx, "sh", "-c", `for f in /etc/shadow /var/lib/borne/usage.db /var/lib/borne/identity.json /etc/borne/borned.env /var/log/journal /run/borne-shell/Xauthority /root/.bashrc; do
				head -c 1 $f >/dev/null 2>&1 && echo "read $f"; ls $f/* >/dev/null 2>&1 && echo "listed $f"; done; true`)
			p.must(err)
			if said != "" {
				p.leak("%s", said)
			}
		}},
		{id: "host.devices", attempt: "The machine's devices: disks, memory, cameras, input", uncounted: "they are not there", run: func(p *trial) {
			said, err := p.inSession(p.ctx, "sh", "-c", "ls /dev/sd* /dev/nvme* /dev/mem /dev/kmsg /dev/input /dev/video* /dev/bus/usb /dev/uinput /dev/tty0 2>/dev/null; true")
			p.must(err)
			if said != "" {
				p.leak("there is %s", strings.Join(strings.Fields(said), " "))
			}
		}},
		{id: "host.signal", attempt: "Signals to the borne's own processes", uncounted: "another user's processes: the kernel refuses", run: func(p *trial) {
			borned, err := p.run(p.ctx, "systemctl", "show", "--property=MainPID", "--value", "borned.service")
			p.must(err)
			if _, err := p.inSession(p.ctx, "kill", "-9", borned); err == nil {
				p.leak("a signal was sent")
			}
		}},
		{id: "host.privileges", attempt: "Root by a program that has it: su, mount, ping", uncounted: "no program gains anything in there", run: func(p *trial) {
			said, err := p.inSession(p.ctx, "sh", "-c", "grep -E '^(CapEff|CapBnd|NoNewPrivs|Seccomp):' /proc/$(pgrep -o -x chromium)/status | tr -s '\\t\\n' '  '")
			p.must(err)
			if !strings.Contains(said, "NoNewPrivs: 1") || !strings.Contains(said, "Seccomp: 2") || !strings.Contains(said, "CapBnd: 0000000000000000") {
				p.leak("the browser runs with %s", said)
			}
			p.note("%s", said)
		}},
		{id: "host.bus-method", attempt: "What only staff may do, asked of borned by another user", uncounted: "the bus refuses before borned hears of it", run: func(p *trial) {
			for _, method := range []string{"Diagnostics", "Usage", "EndSession string:staff", "AllowHost string:malin.borne.test"} {
				line := fmt.Sprintf("runuser -u nobody -- dbus-send --system --print-reply --dest=%s %s %s.%s", kiosk.BusName, kiosk.BusPath, kiosk.BusInterface, method)
				if _, err := p.shell(p.ctx, line); err == nil {
					p.leak("%s is answered", method)
				}
			}
		}},
		{id: "host.full-var", attempt: "The disk of the counters full, during a visit", alone: true, counts: "session/staff", run: fullVar},
		{id: "host.stopped", attempt: "The machine shut down in the middle of a visit", alone: true, counts: "session/stop", run: func(p *trial) {
			p.must(p.open(p.ctx))
			uid, err := p.run(p.ctx, "systemctl", "show", "--property=UID", "--value", sessionUnit)
			p.must(err)
			_, err = p.run(p.ctx, "systemctl", "stop", "borned.service")
			p.must(err)
			left, err := p.leftOf(p.ctx, uid)
			p.must(err)
			if left != "" {
				p.leak("left of the visit: %s", left)
			}
			_, err = p.run(p.ctx, "systemctl", "start", "borned.service")
			p.must(err)
			p.usableAlone()
		}},
	}
}

// leftOf is what a user has left on the machine: processes and files.
func (s *scene) leftOf(ctx context.Context, uid string) (string, error) {
	return s.shell(ctx, fmt.Sprintf(`ps -U %[1]s -u %[1]s -o pid=,comm=
		find / -path /proc -prune -o -path /sys -prune -o '(' -uid %[1]s -o -gid %[1]s ')' -print 2>/dev/null
		true`, uid))
}

// fullVar fills the disk that the counters are written to, and gives it room again.
func fullVar(p *trial) {
	_, err := p.shell(p.ctx, `set -e
		systemctl stop borned.service
		mkdir -p /root/kept && cp -a /var/lib/borne/. /root/kept/
		mount -t tmpfs -o size=6M,mode=0700 tmpfs /var/lib/borne
		cp -a /root/kept/. /var/lib/borne/
		systemctl start borned.service`)
	p.must(err)
	p.after = append(p.after, func() {
		_, err := p.shell(p.ctx, `set -e
			systemctl stop borned.service
			rm -f /var/lib/borne/bourre
			rm -rf /root/kept && mkdir /root/kept && cp -a /var/lib/borne/. /root/kept/
			umount /var/lib/borne
			cp -a /root/kept/. /var/lib/borne/
			systemctl start borned.service`)
		p.must(err)
		p.must(p.borne.WaitState(p.soon(patience), kiosk.Ready))
	})
	p.must(p.open(p.ctx))
	_, err = p.shell(p.ctx, "dd if=/dev/zero of=/var/lib/borne/bourre bs=4k 2>/dev/null; test $(df --output=avail -k /var/lib/borne | tail -1) -lt 8")
	p.must(err)
	p.must(p.answers(p.soon(10 * time.Second)))
	p.must(p.end(p.ctx))
	p.usableAlone() // another visit while the disk is full
	p.must(p.end(p.ctx))
}
