package e2e_test

import (
	"fmt"
	"maps"
	"strconv"
	"strings"
	"testing"

	"borne/kiosk"
	"borne/packaging/demo/drive"
	"borne/packaging/demo/stage"
)

// voiceUnit reads the shell's screens aloud.
const voiceUnit = stage.VoiceUnit

// TestVoice has a visitor touch "Écouter": the screens are heard with the packaged voice, and nothing of it is left.
func TestVoice(t *testing.T) {
	t.Parallel()
	s := raise(t)
	s.must(s.InstallSound())
	s.sub("heard", (*scene).voiceHeard)
	s.sub("page", (*scene).pageHeard)
}

// listen touches "Écouter" on the first screen, which is the first button there.
func (s *scene) listen() {
	s.t.Helper()
	s.state(kiosk.Ready)
	s.must(s.borne.Shell.Press(s.wait(), drive.Plain, 0))
}

// inVoice is what a command prints with a file of the voice's own folder, "" when there is neither.
func (s *scene) inVoice(command, file string) string {
	s.t.Helper()
	return s.run("sh", "-c", fmt.Sprintf(`pid=$(systemctl show --property=MainPID --value %s)
		[ "$pid" = 0 ] || %s /proc/$pid/root/tmp/%s 2>/dev/null || true`, voiceUnit, command, file))
}

// played is how many bytes of sound there were.
func (s *scene) played() int {
	s.t.Helper()
	n, _ := strconv.Atoi(s.inVoice("stat --format=%s", "played"))
	return n
}

// voiceHeard wants sound on the first screen and on the next, none of it left, and one counter.
func (s *scene) voiceHeard() {
	before := s.counted()
	s.listen()
	const second = 2 * 22050 // bytes, of espeak-ng's sound
	s.until("the first screen to be heard", func() (bool, error) {
		n := s.played()
		return n > 5*second, fmt.Errorf("%d bytes of sound", n)
	})
	uid := s.property(voiceUnit, "UID")
	if owner := s.inVoice("stat --format=%u", "played"); owner != uid {
		s.t.Errorf("the sound belongs to %q, the voice is user %s", owner, uid)
	}
	s.must(s.borne.Shell.Press(s.wait(), drive.Primary, 0))
	s.state(kiosk.Choosing)
	so := s.played()
	s.until("the themes to be heard", func() (bool, error) { return s.played() > so+2*second, nil })
	s.run("bornectl", "local", "end-session")
	s.silent(uid)
	s.until("the counter", func() (bool, error) {
		got := s.counted().since(before).kinds(kiosk.CellAid)
		return maps.Equal(got, counters{"aid/speech": 1}), fmt.Errorf("counted %v", got)
	})
	if log := s.run("journalctl", "--quiet", "--output=cat", "--unit", voiceUnit); log != "" {
		s.t.Errorf("the journal tells when the voice was heard: %s", log)
	}
}

// barListen is « Écouter » on the bar over a page, after the home, back and display buttons.
const barListen drive.BarButton = 3

// pageHeard opens a site in silence and touches « Écouter »: its page is heard, counted once, and nothing of it is left.
func (s *scene) pageHeard() {
	before := s.counted()
	s.visit("caf", cafTitle)
	if state := s.property(voiceUnit, "ActiveState"); state != "inactive" {
		s.t.Fatalf("the voice is %s before anybody asks for it", state)
	}
	said, err := s.Host.Run(s.wait(), "dbus-send", callArguments("ReadPage")...)
	s.must(err)
	if !strings.Contains(said, cafTitle) {
		s.t.Errorf("the page does not say %q: %s", cafTitle, said)
	}
	s.must(s.borne.Shell.PressBar(s.wait(), barListen))
	s.until("the page to be heard", func() (bool, error) {
		n := s.played()
		return n > 2*22050, fmt.Errorf("%d bytes of sound", n) // a second of espeak-ng's
	})
	uid := s.property(voiceUnit, "UID")
	s.run("bornectl", "local", "end-session")
	s.silent(uid)
	s.until("the counter", func() (bool, error) {
		got := s.counted().since(before).kinds(kiosk.CellAid)
		return maps.Equal(got, counters{"aid/speech": 1}), fmt.Errorf("counted %v", got)
	})
	if err := s.call("ReadPage"); err == nil {
		s.t.Error("a page is read between two visits")
	}
}

// silent waits until the voice is gone, with all that it had.
func (s *scene) silent(uid string) {
	s.t.Helper()
	s.state(kiosk.Ready)
	// Once the wipe is proved the shell says that all is erased, with a voice that is started anew and leaves again.
	s.until("silence", func() (bool, error) {
		state, left := s.property(voiceUnit, "ActiveState"), s.leftovers(uid)
		return state == "inactive" && left == "", fmt.Errorf("the voice is %s; left of its user: %s", state, left)
	})
	if failed := s.run("systemctl", "list-units", "--failed", "--plain", "--no-legend"); failed != "" {
		s.t.Errorf("failed units: %s", failed)
	}
}
