package main

import (
	"bufio"
	"bytes"
	"fmt"
	"os"
	"strings"
	"time"

	"borne/kiosk"
	"borne/kiosk/bundle"
	"borne/kiosk/fleet"
	"borne/kiosk/pac"
	"borne/kiosk/supervisor"
	"borne/kiosk/usage"
	"borne/kiosk/usb"

	"golang.org/x/sys/unix"
)

// health gathers what staff and the central office see of the machine. None
// of it tells what a visitor did.
type health struct {
	stateDir   string
	supervisor *supervisor.Supervisor
	agent      *fleet.Agent
	log        *usage.Log
	store      *bundle.Store
	// refused says why the last bundle offered is not in use.
	refused func() error
	// sitesProxy tells of the parent proxy, where there is one.
	sitesProxy func() (kiosk.Fact, bool)
	clock      func() kiosk.Fact
	// printer tells of the printer, where something may be printed.
	printer func() (kiosk.Fact, bool)
	// maintenance tells of the technician's screen.
	maintenance func() kiosk.Fact
	// pac is the file that names the proxy to the central office, nil for none.
	pac *pac.Source
}

// facts answers in a stable order.
func (h *health) facts() []kiosk.Fact {
	facts := []kiosk.Fact{h.service(), h.wipe(), h.bundle(), h.log.Health(), disk(h.stateDir), memory()}
	if f, ok := h.sitesProxy(); ok {
		facts = append(facts, f)
	}
	if h.pac != nil {
		facts = append(facts, h.pac.Fact("proxy-file"))
	}
	if f, ok := devices(usb.Machine()); ok {
		facts = append(facts, f)
	}
	if f, ok := h.printer(); ok {
		facts = append(facts, f)
	}
	facts = append(facts, residue(os.DirFS("/"))...)
	facts = append(facts, h.maintenance(), h.clock())
	for _, f := range h.agent.Health() {
		if f.Name != fleet.FactClock { // ours says more
			facts = append(facts, f)
		}
	}
	return facts
}

func (h *health) service() kiosk.Fact {
	n := h.supervisor.Snapshot()
	f := kiosk.Fact{Name: "service", Level: kiosk.LevelOK, Detail: string(n.State)}
	switch n.State {
	case kiosk.OutOfService:
		f.Level, f.Detail = kiosk.LevelFail, n.Reason
	case kiosk.Starting:
		if n.Reason != "" {
			f.Level, f.Detail = kiosk.LevelWarn, "starting again: "+n.Reason
		}
	case kiosk.Closed:
		f.Level, f.Detail = kiosk.LevelWarn, "closed: "+n.Reason
	case kiosk.Maintenance:
		f.Level, f.Detail = kiosk.LevelWarn, "a technician is at its maintenance screen"
	}
	return f
}

func (h *health) wipe() kiosk.Fact {
	p, at := h.supervisor.LastProof()
	f := kiosk.Fact{Name: "wipe", Level: kiosk.LevelOK}
	switch {
	case at.IsZero():
		f.Level, f.Detail = kiosk.LevelWarn, "none since the start"
	case !p.Clean:
		f.Level, f.Detail = kiosk.LevelFail, "not proved: "+strings.Join(p.Leftovers, ", ")
	default:
		f.Detail = fmt.Sprintf("proved in %d ms", p.Took.Milliseconds())
	}
	return f
}

func (h *health) bundle() kiosk.Fact {
	b := h.store.Current()
	f := kiosk.Fact{Name: "bundle", Level: kiosk.LevelOK, Detail: fmt.Sprintf("version %d", b.Manifest.Version)}
	switch {
	case h.store.Fault() != nil:
		f.Level, f.Detail = kiosk.LevelFail, h.store.Fault().Error()
	case h.refused() != nil:
		f.Level, f.Detail = kiosk.LevelWarn, f.Detail+" stays in use: "+h.refused().Error()
	case b.Expired(time.Now()):
		f.Level, f.Detail = kiosk.LevelWarn, f.Detail+", expired "+b.Manifest.Expires.Format(time.DateOnly)+": publish a new one"
	}
	return f
}

// disk warns under a tenth free, and fails where the usage log may not fit.
func disk(dir string) kiosk.Fact {
	var st unix.Statfs_t
	if err := unix.Statfs(dir, &st); err != nil {
		return kiosk.Fact{Name: "disk", Level: kiosk.LevelFail, Detail: err.Error()}
	}
	free := st.Bavail * uint64(st.Bsize)
	percent := 100 * st.Bavail / max(1, st.Blocks)
	f := kiosk.Fact{Name: "disk", Level: kiosk.LevelOK, Detail: fmt.Sprintf("%d MiB free (%d %%) on %s", free>>20, percent, dir)}
	switch {
	case free < 20<<20:
		f.Level = kiosk.LevelFail
	case percent < 10:
		f.Level = kiosk.LevelWarn
	}
	return f
}

// memory warns under a tenth available.
func memory() kiosk.Fact {
	b, err := os.ReadFile("/proc/meminfo")
	if err != nil {
		return kiosk.Fact{Name: "memory", Level: kiosk.LevelFail, Detail: err.Error()}
	}
	kib := map[string]uint64{}
	for s := bufio.NewScanner(bytes.NewReader(b)); s.Scan(); {
		var name string
		var n uint64
		if _, err := fmt.Sscanf(s.Text(), "%s %d", &name, &n); err == nil {
			kib[strings.TrimSuffix(name, ":")] = n
		}
	}
	f := kiosk.Fact{Name: "memory", Level: kiosk.LevelOK,
		Detail: fmt.Sprintf("%d of %d MiB available", kib["MemAvailable"]>>10, kib["MemTotal"]>>10)}
	if kib["MemAvailable"]*10 < kib["MemTotal"] {
		f.Level = kiosk.LevelWarn
	}
	return f
}

// devices warns when the kernel lets in whatever is plugged in, and when
// something is held back now: a technician's new keyboard, maybe.
func devices(p usb.Places) (kiosk.Fact, bool) {
	guarded, there := usb.Guarded(p)
	f := kiosk.Fact{Name: "usb", Level: kiosk.LevelOK, Detail: "guarded"}
	if !guarded {
		f.Level, f.Detail = kiosk.LevelFail, "whatever is plugged in is let in: see systemctl status usbguard"
	} else if n := usb.HeldBack(p); n > 0 {
		f.Level, f.Detail = kiosk.LevelWarn, fmt.Sprintf("devices held back now: %d (if one is the borne's own, run borned usb-policy)", n)
	}
	return f, there
}

// debianVersion reads the point release, "13.2".
func debianVersion() string {
	b, _ := os.ReadFile("/etc/debian_version")
	return strings.TrimSpace(string(b))
}

// kernelVersion is what uname -r prints.
func kernelVersion() string {
	var u unix.Utsname
	if unix.Uname(&u) != nil {
		return ""
	}
	return unix.ByteSliceToString(u.Release[:])
}
