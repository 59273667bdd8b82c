//go:build linux

package main

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"borne/kiosk"
)

// startVoice starts Debian's speech-dispatcher with a voice that writes what it is told to say.
func (w *world) startVoice() (said func() string) {
	w.t.Helper()
	folder, err := os.MkdirTemp("", "borne-voice") // a socket's path is short
	if err != nil {
		w.t.Fatal(err)
	}
	w.t.Cleanup(func() { _ = os.RemoveAll(folder) })
	w.speech = filepath.Join(folder, "socket")
	file := filepath.Join(folder, "said")
	for name, text := range map[string]string{
		"speechd.conf": "LogLevel 0\nAddModule \"written\" \"sd_generic\" \"written.conf\"\nDefaultModule \"written\"\nDefaultLanguage \"fr\"\n" +
			"AudioOutputMethod \"alsa\"\nAudioALSADevice \"default\"\n",
		"asound.conf": "pcm.!default { type null }\n", // it opens a card, and plays nothing
		"modules/written.conf": fmt.Sprintf("GenericExecuteSynth \"echo '$DATA' >> %s\"\nGenericDefaultCharset \"utf-8\"\n", file) +
			"GenericLanguage \"fr\" \"fr\" \"utf-8\"\nAddVoice \"fr\" \"male1\" \"one\"\n",
	} {
		path := filepath.Join(folder, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			w.t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			w.t.Fatal(err)
		}
	}
	cmd := exec.Command("speech-dispatcher", "-s", "-t", "0", "-c", "unix_socket", "-S", w.speech, "-C", folder, "-P", filepath.Join(folder, "pid"), "-L", folder)
	cmd.Env = append(os.Environ(), "ALSA_CONFIG_PATH="+filepath.Join(folder, "asound.conf"), "HOME="+folder, "XDG_RUNTIME_DIR="+folder, "XDG_CACHE_HOME="+folder, "XDG_CONFIG_HOME="+folder)
	cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	if err := cmd.Start(); err != nil {
		w.t.Fatal(err)
	}
	w.t.Cleanup(func() { _ = cmd.Process.Kill(); _ = cmd.Wait() })
	w.eventually("the voice listens", func() bool { _, err := os.Stat(w.speech); return err == nil })
	return func() string {
		b, _ := os.ReadFile(file)
		return string(b)
	}
}

// TestReadAloud has the real shell read its screens to a real service: after a touch, in a visit, by keyboard, and not
// after the visit.
func TestReadAloud(t *testing.T) {
	if _, err := exec.LookPath("speech-dispatcher"); err != nil {
		t.Skip("speech-dispatcher is not installed")
	}
	w := newWorld(t)
	said := w.startVoice()
	process, _ := w.startShell()
	w.want("Hello 1280 800 100")
	w.focusOn(process.Pid)
	w.xdo("mousemove", "130", "70")
	w.eventually("a touch is felt", func() bool { // once: another one would be "Silence"
		w.xdo("click", "1")
		for until := time.Now().Add(10 * time.Second); said() == "" && time.Now().Before(until); {
			time.Sleep(20 * time.Millisecond)
		}
		return said() != ""
	})
	w.says(said, "Silence.", "Bienvenue.", "Touchez votre langue")
	w.publish(kiosk.Snapshot{State: kiosk.Choosing, Language: kiosk.French})
	w.want("UseAid speech")
	w.says(said, "Que voulez-vous faire", "Famille.", "Terminer.")
	screen := said()
	w.xdo("key", "Tab")
	w.eventually("one button of the screen is said", func() bool {
		// The service's module for voices that are commands may say twice what it began as something else was cut off:
		// the button comes after the screen's last words, once.
		all := said()
		button, ok := strings.CutSuffix(strings.TrimSpace(all[strings.LastIndex(all, "Terminer.")+len("Terminer."):]), "\nbouton.")
		return ok && !strings.Contains(button, "\n") && strings.Contains(screen, button)
	})
	w.publish(kiosk.Snapshot{State: kiosk.Visiting, Language: kiosk.French, Service: "service-famille"})
	// From here on nothing is cut off: what such a module is told next may be lost.
	w.says(said, "La page du site est à l’écran.", "en haut.")
	w.eventually("the keyboard comes to the button that reads the page", func() bool {
		before := len(said())
		w.xdo("key", "Tab")
		for until := time.Now().Add(5 * time.Second); !strings.Contains(said()[before:], "bouton.") && time.Now().Before(until); {
			time.Sleep(10 * time.Millisecond)
		}
		return strings.Contains(said()[before:], "Écouter.")
	})
	w.xdo("key", "Return")
	w.says(said, "Votre quotient est de", pageWords, "La page continue.", "puis touchez")
	if !w.remembers(process.Pid, "borne-shell") {
		t.Fatal("the search finds nothing in a shell's memory")
	}
	w.publish(kiosk.Snapshot{State: kiosk.Ending, Language: kiosk.French})
	w.publish(kiosk.Snapshot{State: kiosk.Ready})
	w.says(said, "Tout a été effacé.")
	if strings.Contains(said(), "On efface tout") {
		t.Errorf("said before the wipe was proved: %s", said())
	}
	w.eventually("the page's words are forgotten", func() bool { return !w.remembers(process.Pid, pageWords) })
}

// pageWords are what the page of the visit says, and nothing else does.
const pageWords = "sept cent douze"

// ReadPage is a page that a visitor has read aloud.
func (w *world) ReadPage(context.Context) (kiosk.PageText, error) {
	return kiosk.PageText{Said: []kiosk.Utterance{{Language: kiosk.French, Text: "Votre quotient est de"}, {Text: pageWords + "."}}, More: true}, nil
}

// remembers reports whether words stand in what a process may write.
func (w *world) remembers(pid int, words string) bool {
	w.t.Helper()
	maps, err := os.ReadFile(fmt.Sprintf("/proc/%d/maps", pid))
	if err != nil {
		w.t.Fatal(err)
	}
	memory, err := os.Open(fmt.Sprintf("/proc/%d/mem", pid))
	if err != nil {
		w.t.Fatal(err)
	}
	defer memory.Close()
	for line := range strings.Lines(string(maps)) {
		var from, to int64
		var may string
		if n, _ := fmt.Sscanf(line, "%x-%x %s", &from, &to, &may); n != 3 || !strings.HasPrefix(may, "rw") {
			continue
		}
		const part = 1 << 20
		for at := from; at < to; at += part { // what is never touched is not there to be read
			b := make([]byte, min(part+int64(len(words)), to-at))
			n, _ := memory.ReadAt(b, at)
			if bytes.Contains(b[:n], []byte(words)) {
				return true
			}
		}
	}
	return false
}

// says waits until these are said, in this order.
func (w *world) says(said func() string, words ...string) {
	w.t.Helper()
	w.eventually(fmt.Sprintf("%q is said", words), func() bool {
		rest := said()
		for _, word := range words {
			i := strings.Index(rest, word)
			if i < 0 {
				return false
			}
			rest = rest[i+len(word):]
		}
		return true
	})
}
