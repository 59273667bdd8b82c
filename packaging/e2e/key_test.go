package e2e_test

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"image"
	"image/png"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"borne/kiosk"
	"borne/packaging/demo/sites"
)

// TestKey gives a document of a USB key to a site, through the shell's screen. A loop device stands for the stick: it is
// described in /sys as the kernel describes one, since there is no USB here. A virtual machine plugs in a true one.
func TestKey(t *testing.T) {
	t.Parallel()
	s := raise(t)
	s.noUSB()
	stick := s.stick()
	s.sub("rules for USBGuard", (*scene).usbRules)
	s.sub("a document of the key reaches the site", stick.given)
	s.sub("the reader and the copy end with the visit", stick.wiped)
	s.sub("a key that cannot be read", stick.unreadable)
}

// noUSB gives the host a /sys/block that devices can be put into.
func (s *scene) noUSB() {
	s.t.Helper()
	s.must(s.InstallUSB(s.wait()))
	s.state(kiosk.Ready)
}

// fakeStick is a loop device over an image.
type fakeStick struct {
	pdf    []byte
	number string
	image  string
}

// stick makes a FAT32 image with an MBR, a PDF, a photo, and things that are neither.
func (s *scene) stick() *fakeStick {
	s.t.Helper()
	dir := s.t.TempDir()
	f := &fakeStick{image: filepath.Join(dir, "stick.img"), pdf: make([]byte, 1_500_000)}
	r := rand.New(rand.NewPCG(1, 2))
	for i := range f.pdf {
		f.pdf[i] = byte(r.Uint32())
	}
	copy(f.pdf, "%PDF-1.7\n")
	var photo bytes.Buffer
	s.must(png.Encode(&photo, image.NewGray(image.Rect(0, 0, 300, 200))))
	for name, content := range map[string][]byte{
		"Facture d'électricité.pdf": f.pdf, "papiers/photo.dat": photo.Bytes(), "autorun.inf": []byte("[autorun]\nopen=virus.exe\n"),
		"virus.pdf": append([]byte("MZ"), make([]byte, 5000)...),
	} {
		file := filepath.Join(dir, "content", name)
		s.must(os.MkdirAll(filepath.Dir(file), 0o755))
		s.must(os.WriteFile(file, content, 0o644))
	}
	outside(s, "truncate", "-s", "70M", f.image)
	outside(s, "sh", "-c", "echo 'label: dos\n2048,,c' | /sbin/sfdisk -q "+f.image)
	outside(s, "/sbin/mkfs.vfat", "-F", "32", "-s", "1", "--offset", "2048", f.image, "69000")
	outside(s, "sh", "-c", fmt.Sprintf("cd %s/content && mcopy -s -i %s@@1M * ::/", dir, f.image))
	f.plug(s)
	return f
}

// plug makes the loop device, and the entries by which the kernel would tell of a stick.
func (f *fakeStick) plug(s *scene) { s.t.Helper(); f.plugAs(s, true) }

// plugAs does it for one that has a switch against writing, or none.
func (f *fakeStick) plugAs(s *scene, readOnly bool) {
	s.t.Helper()
	mode, ro := []string{}, "0"
	if readOnly {
		mode, ro = []string{"--read-only"}, "1"
	}
	loop := outside(s, "/sbin/losetup", append(mode, "--find", "--show", f.image)...)
	s.t.Cleanup(func() {
		if out, err := exec.Command("/sbin/losetup", "--detach", loop).CombinedOutput(); err != nil {
			s.t.Errorf("losetup --detach %s: %v: %s", loop, err, out)
		}
	})
	f.number = "7:" + strings.TrimPrefix(loop, "/dev/loop")
	s.run("sh", "-c", `set -e
		rm -rf /sys/block/sdz /sys/block/.usb /dev/sdz
		mknod -m 600 /dev/sdz b 7 `+strings.TrimPrefix(f.number, "7:")+`
		d=/sys/block/.usb/usb1/1-1; disk=$d/1-1:1.0/host0/block/sdz
		mkdir -p $disk; echo 1 >$d/authorized; echo 1 >$d/1-1:1.0/authorized
		echo `+ro+` >$disk/ro; echo 1 >$disk/removable; echo 143360 >$disk/size; echo `+f.number+` >$disk/dev; date +%s%N >$disk/diskseq
		ln -s $disk /sys/block/sdz`)
}

// soon is a context for a wait that may be in vain.
func (s *scene) soon(d time.Duration) context.Context {
	ctx, cancel := context.WithTimeout(s.t.Context(), d)
	s.t.Cleanup(cancel)
	return ctx
}

func outside(s *scene, name string, args ...string) string {
	s.t.Helper()
	cmd := exec.CommandContext(s.wait(), name, args...)
	cmd.Env = append(os.Environ(), "MTOOLS_SKIP_CHECK=1", "LC_ALL=C.UTF-8")
	out, err := cmd.CombinedOutput()
	if err != nil {
		s.t.Fatalf("%s %v: %v: %s", name, args, err, out)
	}
	return strings.TrimSpace(string(out))
}

// usbRules: the package made rules; usbguard's own parser reads each; making them again changes nothing.
func (s *scene) usbRules() {
	const rules = "/etc/borne/usbguard.rules"
	s.run("borned", "usb-policy", "--if-absent")
	first := s.run("cat", rules)
	if !strings.HasSuffix(first, "allow with-interface match-all { 08:06:50 08:06:62 }") {
		s.t.Errorf("the rules are:\n%s", first)
	}
	s.run("usbguard-rule-parser", "-f", rules)
	s.run("borned", "usb-policy")
	if again := s.run("cat", rules); again != first {
		s.t.Errorf("made again, the rules are:\n%s", again)
	}
	if mode := s.run("stat", "-c", "%a %U", rules, "/usr/lib/borne/usbguard-daemon.conf"); mode != "600 root\n600 root" {
		s.t.Errorf("USBGuard refuses files that others may read: %s", mode)
	}
	if state := s.property("usbguard.service", "ExecStart"); !strings.Contains(state, "/usr/lib/borne/usbguard-daemon.conf") {
		s.t.Errorf("USBGuard starts as %s", state)
	}
	if failed := s.property("usbguard.service", "Result"); failed != "success" {
		s.t.Errorf("usbguard.service: %s", failed)
	}
}

// endsHere leaves the next subtest a borne without a visit, also where this one fails.
func (s *scene) endsHere() {
	s.t.Cleanup(func() {
		if s.t.Failed() {
			if out, err := s.Host.Run(context.Background(), "bornectl", "local", "end-session"); err != nil {
				s.t.Logf("end the visit: %v: %s", err, out)
			}
		}
	})
}

// askForFile goes to the page that wants a document, and touches its field.
func (s *scene) askForFile() {
	s.t.Helper()
	s.openByHand()
	w := s.page(cafTitle)
	next := func(title string) {
		s.t.Helper()
		x, y := sites.PrimaryCentre(w.Place.Dx(), w.Place.Dy())
		s.touchPage(w, x, y)
		w = s.page(title)
	}
	s.touchRow(w, 0)
	w = s.page("Connexion à la Caf")
	_, err := s.borne.Screen.Settled(s.wait())
	s.must(err)
	s.must(s.borne.Screen.Type(s.wait(), sites.CafNumber+"\t"+sites.CafPassword))
	next("Mon espace Caf, prêt")
	next("Étape 1 sur 3")
	s.touchRow(w, 1)
	next("Étape 2 sur 3")
	s.touchRow(w, 0)
	next("Étape 3 sur 3")
	s.touchRow(w, 0)
	s.must(s.borne.WaitProperty(s.wait(), "Notice", string(kiosk.PickFile)))
}

// offer is what borned says may be given.
func (s *scene) offer() (o kiosk.Offer) {
	s.t.Helper()
	out := s.run("busctl", "--json=short", "call", kiosk.BusName, kiosk.BusPath, kiosk.BusInterface, "Documents")
	var answer struct{ Data []string }
	s.must(json.Unmarshal([]byte(out), &answer))
	s.must(json.Unmarshal([]byte(answer.Data[0]), &o))
	return o
}

// readerUnit reads the stick.
const readerUnit = "borne-reader.service"

// given: the screen lists the key's documents by content, a touch gives one, and the page has it whole.
func (f *fakeStick) given(s *scene) {
	s.endsHere()
	before := s.counted()
	if o := s.offer(); o.Key != kiosk.KeyPlugged || len(o.Documents) > 0 {
		s.t.Errorf("without a page that asks, borned says %+v", o)
	}
	s.askForFile()
	s.until("the key to be read", func() (bool, error) { return s.offer().Key == kiosk.KeyRead, nil })
	o := s.offer()
	if len(o.Documents) != 2 || o.Others != 2 || o.Documents[0].Name != "Facture d'électricité.pdf" || o.Documents[1].Kind != kiosk.DocumentPNG {
		s.t.Fatalf("borned offers %+v", o)
	}
	fmt.Fprintln(s.t.Output(), s.run("systemd-analyze", "security", "--no-pager", readerUnit))
	if user := s.property(readerUnit, "UID"); user == s.property(sessionUnit, "UID") || user == "0" {
		s.t.Errorf("the reader is user %s", user)
	}
	// The shell asks every second and a half; until then nothing lies there.
	s.until("a touch of the first document to be taken", func() (bool, error) {
		p, err := s.borne.Screen.Settled(s.wait())
		if err != nil {
			return false, err
		}
		if err := p.Save(filepath.Join(s.t.ArtifactDir(), "pick.png")); err != nil {
			return false, err
		}
		// What a touch before has given takes the list away.
		if notice, err := s.borne.Property(s.wait(), "Notice"); err != nil {
			return false, err
		} else if notice == string(kiosk.PickFile) {
			if err := s.borne.Screen.Tap(s.wait(), 334, 315); err != nil {
				return false, err
			}
		}
		_, err = s.borne.Screen.WaitTitle(s.soon(3*time.Second), "Pièce choisie")
		return err == nil, nil
	})
	w := s.page("Pièce choisie")
	out, err := s.inSession([]string{"--mount"}, "sh", "-c", "stat -c '%u %a %s' /var/lib/borne/given-*/*; cat /var/lib/borne/given-*/* | sha256sum")
	s.must(err)
	sum := sha256.Sum256(f.pdf)
	want := fmt.Sprintf("%s 400 %d\n%s  -", s.property(sessionUnit, "UID"), len(f.pdf), hex.EncodeToString(sum[:]))
	if strings.TrimSpace(out) != want {
		s.t.Errorf("the copy is %q, want %q", out, want)
	}
	x, y := sites.PrimaryCentre(w.Place.Dx(), w.Place.Dy())
	s.touchPage(w, x, y)
	s.page("Récapitulatif")
	if mounts := s.run("sh", "-c", "cat /proc/*/mountinfo | grep -c sdz || true"); mounts != "0" {
		s.t.Errorf("the stick is mounted: %s", mounts)
	}
	s.end()
	s.counts(before, counters{"session/staff": 1, "visit/caf": 1, "inclusion/fr": 1,
		"device/" + kiosk.DeviceUpload: 1, "device/" + kiosk.DeviceWipeClean: 1})
}

// wiped: the process that reads, and what it read, end with the visit, also one that is cut in the middle.
func (f *fakeStick) wiped(s *scene) {
	s.endsHere()
	s.askForFile()
	s.until("the key to be read", func() (bool, error) { return s.offer().Key == kiosk.KeyRead, nil })
	uid := s.property(readerUnit, "UID")
	s.end()
	if state := s.property(readerUnit, "LoadState"); state != "not-found" {
		s.t.Errorf("the reader's unit is %s after the visit", state)
	}
	if left := s.leftovers(uid); left != "" {
		s.t.Errorf("left of the reader:\n%s", left)
	}
	s.run("sh", "-c", "systemctl show --property=LoadState --value borne-reader.service")
}

// unreadable: a stick that means nothing to us is said to be so, and nothing fails.
func (f *fakeStick) unreadable(s *scene) {
	s.endsHere()
	noise := &fakeStick{image: filepath.Join(s.t.TempDir(), "noise.img")}
	outside(s, "sh", "-c", "head -c 8M /dev/urandom >"+noise.image)
	noise.plug(s)
	s.askForFile()
	s.until("the key to be called unreadable", func() (bool, error) { return s.offer().Key == kiosk.KeyUnreadable, nil })
	s.run("sh", "-c", "rm -rf /sys/block/sdz /sys/block/.usb")
	s.until("the key to be gone", func() (bool, error) { return s.offer().Key == kiosk.NoKey, nil })
	s.must(s.call("GiveFile", "string:"))
	s.page("Étape 3 sur 3")
	s.end()
}
