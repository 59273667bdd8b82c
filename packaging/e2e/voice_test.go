package e2e_test

import (
	"fmt"
	"maps"
	"strconv"
	"strings"
	"testing"

	"borne/kiosk"
	"borne/packaging/demo/drive"
)

// soundCard is a card whose sound goes into a file, for the host has none. It describes hardware: the service and its
// voice are as packaged.
const soundCard = `pcm.!default { type file slave.pcm { type null } file "/tmp/played" format raw }
`

// written is another voice beside the packaged one, which writes what it is told to say: the program is Debian's own for
// voices that are commands.
const written = `GenericExecuteSynth "echo '$LANGUAGE $DATA' >> /tmp/said"
GenericDefaultCharset "utf-8"
GenericLanguage "fr" "fr" "utf-8"
AddVoice "fr" "male1" "one"
GenericLanguage "en" "en" "utf-8"
AddVoice "en" "male1" "one"
`

// voiceUnit reads the shell's screens aloud.
const voiceUnit = "borne-speech.service"

// TestVoice has a visitor touch "Écouter", first with the voice of the package, which is heard, then with one that is read.
func TestVoice(t *testing.T) {
	t.Parallel()
	s := raise(t)
	s.must(s.Host.WriteFile("/etc/asound.conf", []byte(soundCard), 0o644))
	s.sub("heard", (*scene).voiceHeard)
	s.sub("read", (*scene).voiceRead)
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
	if groups := s.inVoice("stat --format=%u", "played"); groups != uid {
		s.t.Errorf("the sound belongs to %q, the voice is user %s", groups, uid)
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

// voiceRead wants the words of the screens, the button that the keyboard comes to, and nothing that is typed on a page.
func (s *scene) voiceRead() {
	const folder = "/etc/borne-voice"
	s.run("cp", "-r", "/usr/lib/borne/speech", folder)
	s.run("sed", "-i", `s/^DefaultModule.*/AddModule "written" "sd_generic" "written.conf"\nDefaultModule "written"/`, folder+"/speechd.conf")
	s.must(s.Host.WriteFile(folder+"/modules/written.conf", []byte(written), 0o644))
	s.must(s.Host.WriteFile("/etc/systemd/system/"+voiceUnit+".d/written.conf",
		[]byte("[Service]\nExecStart=\nExecStart=/usr/bin/speech-dispatcher -s -t 2 -C "+folder+" -P /tmp/speech-dispatcher.pid -L /tmp\n"), 0o644))
	s.run("systemctl", "daemon-reload")
	s.listen()
	s.says("fr Silence.", "Bienvenue.", "Touchez votre langue pour commencer.", "en English.")
	s.must(s.player().Start(s.t.Context()))
	s.says("Famille.", "Terminer.")
	s.must(s.borne.Screen.Key(s.wait(), "Tab"))
	s.says("fr Famille.")
	s.must(s.player().Choose(s.t.Context(), "caf", cafTitle))
	s.says("Il vous faut", "Commencer.")
	const secret = "zyxwvut"
	s.must(s.borne.Screen.Type(s.wait(), secret))
	s.must(s.borne.Shell.PressBar(s.wait(), drive.BarEnd))
	s.says("Terminer et tout effacer ?")
	if said := s.inVoice("cat", "said"); strings.Contains(said, secret) || strings.Contains(said, secret[:1]+".") {
		s.t.Errorf("what is typed on a page is said:\n%s", said)
	}
	uid := s.property(voiceUnit, "UID")
	s.must(s.borne.Shell.Press(s.wait(), drive.Danger, 0))
	s.silent(uid)
}

// says waits until the voice was told these, one after the other.
func (s *scene) says(words ...string) {
	s.t.Helper()
	s.until(fmt.Sprintf("the voice to say %q", words), func() (bool, error) {
		said := s.inVoice("cat", "said")
		rest := said
		for _, w := range words {
			i := strings.Index(rest, w)
			if i < 0 {
				return false, fmt.Errorf("it lacks %q: %s", w, said)
			}
			rest = rest[i+len(w):]
		}
		return true, nil
	})
}
