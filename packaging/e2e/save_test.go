package e2e_test

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"borne/kiosk"
)

// TestSaveOnKey keeps a document of a visit on a visitor's USB key. As in TestKey, a loop device stands for the stick.
func TestSaveOnKey(t *testing.T) {
	t.Parallel()
	s := raise(t)
	s.noUSB()
	s.sub("a document goes to the key, and is named again the second time", (*scene).savedOnKey)
	s.sub("keys that do not take it", (*scene).keysThatRefuse)
	s.sub("nothing is kept where the organisation does not want it", (*scene).savedNowhere)
}

// writerUnit writes the stick.
const writerUnit = "borne-writer.service"

// blankStick is a key with a file of its own and nothing else, of that size.
func (s *scene) blankStick(size string, readOnly bool) *fakeStick {
	s.t.Helper()
	dir := s.t.TempDir()
	f := &fakeStick{image: filepath.Join(dir, "stick.img")}
	outside(s, "truncate", "-s", size, f.image)
	outside(s, "/sbin/mkfs.vfat", "-n", "CLE MARIE", f.image)
	s.must(os.WriteFile(filepath.Join(dir, "Journal intime.txt"), []byte("private"), 0o600))
	outside(s, "mcopy", "-i", f.image, filepath.Join(dir, "Journal intime.txt"), "::/")
	f.plugAs(s, readOnly)
	return f
}

// keep asks for the document to be kept, and waits until that is over.
func (s *scene) keep(id string) (job kiosk.SaveJob) {
	s.t.Helper()
	s.must(s.call("SaveDocument", "string:"+id))
	s.until("the key to be done with", func() (bool, error) {
		o := s.offer()
		if o.Saving == nil {
			return false, fmt.Errorf("nothing is kept on keys: %+v", o)
		}
		job = o.Saving.Job
		return job.Document == id && job.State != kiosk.Saving, fmt.Errorf("the job is %+v", job)
	})
	return job
}

func (s *scene) savedOnKey() {
	s.endsHere()
	before := s.counted()
	id := s.notice()
	if job := s.keep(id); job.State != kiosk.SaveNoKey {
		s.t.Errorf("without a key the job is %+v", job)
	}
	f := s.blankStick("40M", false)
	s.until("the key to be seen", func() (bool, error) { return s.offer().Key == kiosk.KeyPlugged, nil })
	for _, want := range []string{"avis-demonstration.pdf", "avis-demonstration (2).pdf"} {
		if job := s.keep(id); job.State != kiosk.Saved || job.Name != want || job.Held != job.Bytes || job.Bytes == 0 {
			s.t.Errorf("the job is %+v", job)
		}
	}
	if mounts := s.run("sh", "-c", "cat /proc/*/mountinfo | grep -c sdz || true"); mounts != "0" {
		s.t.Errorf("the key is mounted: %s", mounts)
	}
	// What "you can take your key out" promises: it is on the stick, whole.
	outside(s, "/sbin/fsck.vfat", "-n", f.image)
	document, err := s.inSession([]string{"--mount"}, "sh", "-c", "cat /var/lib/borne/downloads/*")
	s.must(err)
	for _, name := range []string{"avis-demonstration.pdf", "avis-demonstration (2).pdf"} {
		if kept := outside(s, "mtype", "-i", f.image, "::/"+name); strings.TrimSpace(kept) != strings.TrimSpace(document) {
			s.t.Errorf("%s has %d bytes on the key, not the document's %d", name, len(kept), len(document))
		}
	}
	if kept := outside(s, "mtype", "-i", f.image, "::/Journal intime.txt"); kept != "private" {
		s.t.Errorf("the key's own file is %q", kept)
	}
	s.end()
	if state := s.property(writerUnit, "LoadState"); state != "not-found" {
		s.t.Errorf("the writer's unit is %s after the visit", state)
	}
	if said := s.run("sh", "-c", "journalctl --no-pager --quiet | grep -i -e 'cle marie' -e intime -e avis-demonstration || true"); said != "" {
		s.t.Errorf("the journal names a key or a document:\n%s", said)
	}
	s.counts(before, counters{"session/staff": 1, "visit/impots": 1, "inclusion/fr": 1, "device/" + kiosk.DeviceDownload: 1,
		"device/" + kiosk.DeviceSaved: 2, "device/" + kiosk.DeviceWipeClean: 1})
}

// keysThatRefuse: each is told apart, and none is changed.
func (s *scene) keysThatRefuse() {
	s.endsHere()
	id := s.notice()
	locked := s.blankStick("40M", true)
	before, err := os.ReadFile(locked.image)
	s.must(err)
	if job := s.keep(id); job.State != kiosk.SaveReadOnly {
		s.t.Errorf("a key with a switch: %+v", job)
	}
	if after, err := os.ReadFile(locked.image); err != nil || !bytes.Equal(before, after) {
		s.t.Errorf("a key with a switch was changed, %v", err)
	}
	full := s.blankStick("1M", false)
	outside(s, "sh", "-c", "n=0; for size in 100000 10000 500; do head -c $size /dev/zero >$0.part; "+
		"while mcopy -i $0 $0.part ::/$n.bin 2>/dev/null; do n=$((n+1)); done; done; test $n -gt 9", full.image)
	full.plugAs(s, false)
	if job := s.keep(id); job.State != kiosk.SaveFull {
		s.t.Errorf("a full key: %+v", job)
	}
	noise := &fakeStick{image: filepath.Join(s.t.TempDir(), "noise.img")}
	outside(s, "sh", "-c", "head -c 8M /dev/urandom >"+noise.image)
	noise.plugAs(s, false)
	if job := s.keep(id); job.State != kiosk.SaveUnreadable {
		s.t.Errorf("a key of noise: %+v", job)
	}
	s.dyingKey(id)
	s.end()
}

// dyingKey is one that stops being written in the middle: its image lies where there is no more room.
func (s *scene) dyingKey(id string) {
	s.t.Helper()
	dir := s.t.TempDir()
	outside(s, "mount", "-t", "tmpfs", "-o", "size=256k", "tmpfs", dir)
	s.t.Cleanup(func() {
		if out, err := exec.Command("umount", dir).CombinedOutput(); err != nil {
			s.t.Errorf("umount %s: %v: %s", dir, err, out)
		}
	})
	f := &fakeStick{image: filepath.Join(dir, "stick.img")}
	outside(s, "truncate", "-s", "40M", f.image)
	outside(s, "/sbin/mkfs.vfat", "-s", "8", f.image)
	outside(s, "sh", "-c", "head -c 1M /dev/zero >"+dir+"/rest 2>/dev/null; true")
	f.plugAs(s, false)
	if job := s.keep(id); job.State != kiosk.SaveGone {
		s.t.Errorf("a key that is gone in the middle: %+v", job)
	}
}

func (s *scene) savedNowhere() {
	s.endsHere()
	s.settings(func(text string) string { return strings.Replace(text, "usb: {save: true}", "", 1) },
		func(got kiosk.Settings) bool { return !got.USB.Save })
	id := s.notice()
	if o := s.offer(); o.Saving != nil {
		s.t.Errorf("it offers %+v", o.Saving)
	}
	if err := s.call("SaveDocument", "string:"+id); err == nil {
		s.t.Error("a document is kept though the organisation does not want it")
	}
	s.end()
}
