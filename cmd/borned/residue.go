package main

import (
	"fmt"
	"io/fs"
	"path"
	"runtime"
	"runtime/debug"
	"slices"
	"strings"

	"borne/kiosk"
)

// forgetMemory overwrites what borned itself does not need any more of a visit:
// addresses and titles that the browser told, hosts that were refused. The
// collector overwrites what it frees (GODEBUG=clobberfree=1, in the unit) and
// frees what a pool holds at the second time only; whole pages go back to the
// kernel. It takes some milliseconds.
func forgetMemory() {
	runtime.GC()
	runtime.GC()
	debug.FreeOSMemory()
}

// residue tells whether the machine around borned could keep what a visit held
// in memory. root is the machine's root folder.
func residue(root fs.FS) []kiosk.Fact {
	return []kiosk.Fact{swap(root), freedMemory(root), coreDumps(root)}
}

// swap warns of a disk that pages of memory go to in clear. A session's own
// never go there (MemorySwapMax=); the screen's and borned's could.
func swap(root fs.FS) kiosk.Fact {
	f := kiosk.Fact{Name: "swap", Level: kiosk.LevelOK, Detail: "none"}
	b, err := fs.ReadFile(root, "proc/swaps")
	if err != nil {
		f.Level, f.Detail = kiosk.LevelWarn, err.Error()
		return f
	}
	var clear, other []string
	for i, line := range slices.Collect(strings.Lines(string(b))) {
		fields := strings.Fields(line)
		if i == 0 || len(fields) == 0 {
			continue
		}
		switch kind := swapKind(root, fields[0]); kind {
		case "":
			clear = append(clear, fields[0])
		default:
			other = append(other, kind)
		}
	}
	switch {
	case len(clear) > 0:
		f.Level = kiosk.LevelWarn
		f.Detail = fmt.Sprintf("in clear on %s: take it out of /etc/fstab, or see docs/residue.md", strings.Join(clear, ", "))
	case len(other) > 0:
		f.Detail = strings.Join(other, ", ")
	}
	return f
}

// swapKind is how a swap device keeps its content from a disk that is read
// elsewhere; empty when it does not.
func swapKind(root fs.FS, device string) string {
	name := path.Base(device)
	if strings.HasPrefix(name, "zram") {
		return "in memory"
	}
	uuid, err := fs.ReadFile(root, "sys/block/"+name+"/dm/uuid")
	switch {
	case err != nil || !strings.HasPrefix(string(uuid), "CRYPT-"):
		return ""
	case strings.HasPrefix(string(uuid), "CRYPT-PLAIN-"): // crypttab(5), "swap"
		return "encrypted with a key that is thrown away"
	}
	return "encrypted"
}

// freedMemory warns when the kernel hands on freed memory as it was. The last
// word of the command line counts.
func freedMemory(root fs.FS) kiosk.Fact {
	f := kiosk.Fact{Name: "freed-memory", Level: kiosk.LevelWarn, Detail: "not zeroed: init_on_free=1 is not on the kernel's command line (update-grub, then restart)"}
	b, err := fs.ReadFile(root, "proc/cmdline")
	if err != nil {
		f.Detail = err.Error()
		return f
	}
	for _, word := range strings.Fields(string(b)) {
		if value, ok := strings.CutPrefix(word, "init_on_free="); ok {
			if slices.Contains([]string{"1", "y", "on"}, value) {
				f.Level, f.Detail = kiosk.LevelOK, "zeroed"
			} else {
				f.Level, f.Detail = kiosk.LevelWarn, "not zeroed: "+word+" on the kernel's command line"
			}
		}
	}
	return f
}

// coreDumps warns when a crash of some process may leave its memory behind.
func coreDumps(root fs.FS) kiosk.Fact {
	f := kiosk.Fact{Name: "core-dumps", Level: kiosk.LevelOK, Detail: "off"}
	b, err := fs.ReadFile(root, "proc/sys/kernel/core_pattern")
	pattern := strings.TrimSpace(string(b))
	if err != nil {
		f.Level, f.Detail = kiosk.LevelWarn, err.Error()
	} else if pattern != "|/bin/false" {
		f.Level, f.Detail = kiosk.LevelWarn, fmt.Sprintf("kernel.core_pattern is %q: something else sets it after /usr/lib/sysctl.d/90-borne.conf", pattern)
	}
	return f
}
