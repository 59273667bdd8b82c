package usb

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// machine makes the parts of sysfs that Find looks at, as Linux lays them out.
type machine struct {
	t      *testing.T
	places Places
}

func newMachine(t *testing.T) machine {
	dir := t.TempDir()
	m := machine{t, Places{Sys: filepath.Join(dir, "sys"), Dev: filepath.Join(dir, "dev")}}
	for _, d := range []string{m.places.Sys + "/block", m.places.Dev} {
		if err := os.MkdirAll(d, 0o755); err != nil {
			t.Fatal(err)
		}
	}
	return m
}

// plug puts a block device behind a USB device, with the attributes changed.
func (m machine) plug(name, behind string, change map[string]string) {
	m.t.Helper()
	device := filepath.Join(m.places.Sys, "devices", behind)
	disk := filepath.Join(device, "host6/target6:0:0/6:0:0:0/block", name)
	files := map[string]string{"removable": "1", "size": "62914560", "dev": "8:16", "diskseq": "9"}
	for k, v := range change {
		files[k] = v
	}
	for k, v := range files {
		path := filepath.Join(disk, k)
		if k, ok := strings.CutPrefix(k, "usb:"); ok {
			path = filepath.Join(device, k)
		}
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			m.t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(v+"\n"), 0o644); err != nil {
			m.t.Fatal(err)
		}
	}
	if err := os.Symlink(disk, filepath.Join(m.places.Sys, "block", name)); err != nil {
		m.t.Fatal(err)
	}
}

const bus = "pci0000:00/0000:00:14.0/usb1/1-2/1-2:1.0"

// TestFind takes a stick, and nothing that is none.
func TestFind(t *testing.T) {
	good := map[string]string{"usb:authorized": "1", "usb:../authorized": "1"}
	with := func(k, v string) map[string]string {
		m := map[string]string{k: v}
		for k, v := range good {
			if _, ok := m[k]; !ok {
				m[k] = v
			}
		}
		return m
	}
	for name, c := range map[string]struct {
		behind string
		change map[string]string
		want   bool
	}{
		"a stick":                    {bus, good, true},
		"a disk inside":              {"pci0000:00/0000:00:17.0/ata1", nil, false},
		"a disk that is not removed": {bus, with("removable", "0"), false},
		"a reader with no card":      {bus, with("size", "0"), false},
		"held back":                  {bus, with("usb:../authorized", "0"), false},
		"an interface held back":     {bus, with("usb:authorized", "0"), false},
		"mounted by another driver":  {bus, with("sdb1/holders/dm-0", ""), false},
		"behind no USB device":       {bus, map[string]string{}, false},
	} {
		t.Run(name, func(t *testing.T) {
			m := newMachine(t)
			m.plug("sdb", c.behind, c.change)
			s, ok, err := Find(m.places)
			if err != nil || ok != c.want {
				t.Fatalf("got %+v %v %v, want %v", s, ok, err, c.want)
			}
			if ok && s != (Stick{"sdb", "8:16", 9, false}) {
				t.Errorf("got %+v", s)
			}
		})
	}
	t.Run("the last of two", func(t *testing.T) {
		m := newMachine(t)
		m.plug("sdb", bus, good)
		m.plug("sdc", strings.ReplaceAll(bus, "1-2", "1-3"), with("diskseq", "10"))
		if s, _, _ := Find(m.places); s.Name != "sdc" {
			t.Errorf("got %+v", s)
		}
	})
}

// TestOpen opens a real block device by its number, and nothing else.
func TestOpen(t *testing.T) {
	if os.Geteuid() != 0 {
		t.Skip("loop devices need root")
	}
	image := filepath.Join(t.TempDir(), "image")
	if err := os.WriteFile(image, make([]byte, 1<<20), 0o600); err != nil {
		t.Fatal(err)
	}
	out, err := exec.Command("/usr/sbin/losetup", "-f", "--show", "-r", image).Output()
	if err != nil {
		t.Fatal(err)
	}
	loop := strings.TrimSpace(string(out))
	t.Cleanup(func() {
		if err := exec.Command("/usr/sbin/losetup", "-d", loop).Run(); err != nil {
			t.Error(err)
		}
	})
	p := Places{Dev: "/dev"}
	name := filepath.Base(loop)
	f, err := Open(p, Stick{Name: name, Number: "7:" + strings.TrimPrefix(name, "loop")})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := f.Write([]byte("x")); err == nil {
		t.Error("the stick can be written to")
	}
	f.Close()
	for _, s := range []Stick{{Name: name, Number: "8:16"}, {Name: "null", Number: "1:3"}, {Name: "absent", Number: "8:16"}} {
		if f, err := Open(p, s); err == nil {
			f.Close()
			t.Errorf("%+v was opened", s)
		}
	}
}

// TestHeldBack counts devices, not their interfaces.
func TestHeldBack(t *testing.T) {
	m := newMachine(t)
	for name, authorized := range map[string]string{"usb1": "1", "1-1": "0", "1-1:1.0": "0", "1-2": "1", "1-3": "0"} {
		dir := filepath.Join(m.places.Sys, "bus/usb/devices", name)
		if err := os.MkdirAll(dir, 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(dir, "authorized"), []byte(authorized+"\n"), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	if n := HeldBack(m.places); n != 2 {
		t.Errorf("%d devices held back, want 2", n)
	}
}

// TestGuarded: one bus that lets everything in is enough.
func TestGuarded(t *testing.T) {
	m := newMachine(t)
	if _, there := Guarded(m.places); there {
		t.Error("a machine without USB has some")
	}
	for i, c := range []struct {
		value   string
		guarded bool
	}{{"0", true}, {"0", true}, {"1", false}} {
		dir := filepath.Join(m.places.Sys, "bus/usb/devices", fmt.Sprintf("usb%d", i+1))
		if err := os.MkdirAll(dir, 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(dir, "authorized_default"), []byte(c.value+"\n"), 0o644); err != nil {
			t.Fatal(err)
		}
		if guarded, there := Guarded(m.places); guarded != c.guarded || !there {
			t.Errorf("bus %d: %v %v", i+1, guarded, there)
		}
	}
}
