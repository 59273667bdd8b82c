package main

import (
	"strings"
	"testing"
	"testing/fstest"

	"borne/kiosk"
)

func TestResidue(t *testing.T) {
	const head = "Filename\t\t\t\tType\t\tSize\t\tUsed\t\tPriority\n"
	machine := func(cmdline, swaps, core string, more ...string) fstest.MapFS {
		m := fstest.MapFS{"proc/cmdline": {Data: []byte(cmdline)}, "proc/swaps": {Data: []byte(head + swaps)}, "proc/sys/kernel/core_pattern": {Data: []byte(core)}}
		for i := 0; i < len(more); i += 2 {
			m[more[i]] = &fstest.MapFile{Data: []byte(more[i+1])}
		}
		return m
	}
	const zeroing, off = "BOOT_IMAGE=/vmlinuz quiet init_on_free=1\n", "|/bin/false\n"
	for name, one := range map[string]struct {
		root fstest.MapFS
		warn string // the fact that must warn, and a word that it must hold
		word string
	}{
		"as installed":        {root: machine(zeroing, "", off)},
		"zram":                {root: machine(zeroing, "/dev/zram0 partition 1 0 100\n", off)},
		"throw-away key":      {root: machine(zeroing, "/dev/dm-1 partition 1 0 -2\n", off, "sys/block/dm-1/dm/uuid", "CRYPT-PLAIN-cryptswap\n")},
		"swap on a partition": {machine(zeroing, "/dev/sda5 partition 1 0 -2\n", off), "swap", "/dev/sda5"},
		"swap file":           {machine(zeroing, "/swapfile file 1 0 -2\n", off), "swap", "/swapfile"},
		"swap on LVM":         {machine(zeroing, "/dev/dm-0 partition 1 0 -2\n", off, "sys/block/dm-0/dm/uuid", "LVM-abc\n"), "swap", "dm-0"},
		"not zeroed":          {machine("quiet\n", "", off), "freed-memory", "update-grub"},
		"zeroed no more":      {machine("init_on_free=1 init_on_free=0", "", off), "freed-memory", "init_on_free=0"},
		"core dumps":          {machine(zeroing, "", "core\n"), "core-dumps", `"core"`},
		"a catcher of dumps":  {machine(zeroing, "", "|/usr/lib/systemd/systemd-coredump %P\n"), "core-dumps", "systemd-coredump"},
	} {
		for _, f := range residue(one.root) {
			switch {
			case f.Name == one.warn:
				if f.Level != kiosk.LevelWarn || !strings.Contains(f.Detail, one.word) {
					t.Errorf("%s: %+v", name, f)
				}
			case f.Level != kiosk.LevelOK:
				t.Errorf("%s: %+v", name, f)
			}
		}
	}
	for _, f := range residue(fstest.MapFS{}) {
		if f.Level == kiosk.LevelOK {
			t.Errorf("a machine that tells nothing: %+v", f)
		}
	}
}
