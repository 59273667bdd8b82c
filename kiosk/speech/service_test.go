package speech

import (
	"context"
	"encoding/binary"
	"fmt"
	"io"
	"log/slog"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"borne/kiosk"
)

// service is a real speech-dispatcher on a socket of the test's own. It has no
// sound card: what it plays goes into a file, by ALSA's own plug-in.
type service struct {
	t                    *testing.T
	folder, socket       string
	said, played, config string
	process              *exec.Cmd
}

// startService starts one whose voice is module: espeak-ng, or "said", which
// writes what it is to say into a file.
func startService(t *testing.T, module string) *service {
	t.Helper()
	folder, err := os.MkdirTemp("", "borne-speech") // a socket's path is short
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(folder) })
	s := &service{t: t, folder: folder, socket: filepath.Join(folder, "socket"), said: filepath.Join(folder, "said"),
		played: filepath.Join(folder, "played"), config: filepath.Join(folder, "config")}
	packaged, err := os.ReadFile("../../packaging/speech/speechd.conf")
	if err != nil {
		t.Fatal(err)
	}
	s.write("config/speechd.conf", strings.NewReplacer(`DefaultModule "espeak-ng"`,
		fmt.Sprintf("AddModule \"said\" \"sd_generic\" \"said.conf\"\nDefaultModule %q", module)).Replace(string(packaged)))
	packaged, err = os.ReadFile("../../packaging/speech/espeak-ng.conf")
	if err != nil {
		t.Fatal(err)
	}
	s.write("config/modules/espeak-ng.conf", string(packaged))
	said := fmt.Sprintf("GenericExecuteSynth \"echo '$LANGUAGE|$DATA' >> %s; while [ -e %s/hold ]; do sleep 0.02; done\"\nGenericDefaultCharset \"utf-8\"\n", s.said, folder)
	for _, name := range voices {
		said += fmt.Sprintf("GenericLanguage %[1]q %[1]q \"utf-8\"\nAddVoice %[1]q \"male1\" \"one\"\n", name)
	}
	s.write("config/modules/said.conf", said)
	s.write("asound.conf", fmt.Sprintf("pcm.!default { type file slave.pcm { type null } file %q format raw }\n", s.played))
	s.start()
	t.Cleanup(s.stop)
	return s
}

// hold keeps the voice from ending what it says.
func (s *service) hold() { s.write("hold", "") }

func (s *service) write(name, text string) {
	s.t.Helper()
	path := filepath.Join(s.folder, name)
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		s.t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		s.t.Fatal(err)
	}
}

func (s *service) start() {
	s.t.Helper()
	s.process = exec.Command("speech-dispatcher", "-s", "-t", "0", "-c", "unix_socket", "-S", s.socket, "-C", s.config,
		"-P", filepath.Join(s.folder, "pid"), "-L", s.folder)
	s.process.Env = append(os.Environ(), "ALSA_CONFIG_PATH="+filepath.Join(s.folder, "asound.conf"), "HOME="+s.folder,
		"XDG_RUNTIME_DIR="+s.folder, "XDG_CACHE_HOME="+s.folder, "XDG_CONFIG_HOME="+s.folder)
	s.process.Stdout, s.process.Stderr = io.Discard, io.Discard
	if err := s.process.Start(); err != nil {
		s.t.Fatal(err)
	}
	s.until("the service listens", func() bool {
		c, err := dial(s.t.Context(), s.socket)
		if err == nil {
			c.close()
		}
		return err == nil
	})
}

// stop ends the service as systemd does.
func (s *service) stop() {
	_ = s.process.Process.Kill()
	_ = s.process.Wait()
	_ = os.Remove(s.socket)
}

// until waits until something holds: another process makes it so.
func (s *service) until(what string, holds func() bool) {
	s.t.Helper()
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	for end := time.Now().Add(20 * time.Second); !holds(); <-tick.C {
		if time.Now().After(end) {
			said, _ := os.ReadFile(s.said)
			s.t.Fatalf("not within 20 s: %s; said so far: %q", what, said)
		}
	}
}

func (s *service) lines() []string {
	b, err := os.ReadFile(s.said)
	if err != nil && !os.IsNotExist(err) {
		s.t.Fatal(err)
	}
	return strings.Split(strings.TrimSpace(string(b)), "\n")
}

func (s *service) wantSaid(want ...string) {
	s.t.Helper()
	s.until(fmt.Sprintf("%q is said", want), func() bool { return strings.Join(s.lines(), "\n") == strings.Join(want, "\n") })
}

func (s *service) playedBytes() int64 {
	info, err := os.Stat(s.played)
	if err != nil {
		return 0
	}
	return info.Size()
}

// speaker runs one for the test.
func (s *service) speaker() *Speaker {
	speaker := New(s.socket, slog.New(slog.NewTextHandler(s.t.Output(), nil)))
	ctx, stop := context.WithCancel(context.Background())
	over := make(chan error, 1)
	go func() { over <- speaker.Run(ctx) }()
	s.t.Cleanup(func() {
		stop()
		if err := <-over; err != nil {
			s.t.Error(err)
		}
	})
	return speaker
}

func in(l kiosk.Language, texts ...string) (of []kiosk.Utterance) {
	for _, text := range texts {
		of = append(of, kiosk.Utterance{Language: l, Text: text})
	}
	return of
}

func TestAServiceSaysWhatItIsTold(t *testing.T) {
	s := startService(t, "said")
	speaker := s.speaker()
	speaker.Say(in(kiosk.French, "L’été, « là » : aujourd'hui.", ".une ligne"))
	s.wantSaid("fr|L’été, « là » : aujourd'hui.", "fr|.une ligne")
	speaker.Say(in(kiosk.Arabic, "مرحبا"))
	s.wantSaid("fr|L’été, « là » : aujourd'hui.", "fr|.une ligne", "ar|مرحبا")
	speaker.Say(append(in(kiosk.Pashto, "په خير"), in(kiosk.English, "SPEAK\n.\nQUIT")...))
	s.until("a language without a voice stays silent", func() bool {
		last := s.lines()
		return len(last) > 3 && strings.HasPrefix(last[3], "en|SPEAK")
	})
	for _, l := range s.lines() {
		if strings.Contains(l, "په") {
			t.Errorf("said with another language's voice: %q", l)
		}
	}
}

// The service ends with each visit; the next one has another.
func TestAServiceThatEndedIsAskedAnew(t *testing.T) {
	s := startService(t, "said")
	speaker := s.speaker()
	speaker.Say(in(kiosk.French, "un"))
	s.wantSaid("fr|un")
	s.stop()
	s.start()
	speaker.Say(in(kiosk.French, "deux"))
	s.wantSaid("fr|un", "fr|deux")
	speaker.Leave()
	s.stop()
	speaker.Leave()
	s.start()
	speaker.Say(in(kiosk.French, "trois"))
	s.wantSaid("fr|un", "fr|deux", "fr|trois")
}

// What is read tells its end: when the last of it was said, when the service
// dies in the middle, when there is no voice for any of it, and not when something
// else took its place.
func TestTheEndOfReadingIsTold(t *testing.T) {
	s := startService(t, "said")
	speaker := s.speaker()
	over := make(chan string, 8)
	read := func(name string, of []kiosk.Utterance) {
		speaker.Read(of, func() { over <- name })
	}
	wantOver := func(want string) {
		t.Helper()
		select {
		case got := <-over:
			if got != want {
				t.Fatalf("%q is over, want %q", got, want)
			}
		case <-time.After(20 * time.Second):
			t.Fatalf("nothing tells that %q is over", want)
		}
	}
	read("page", append(in(kiosk.French, "un", "deux"), in(kiosk.Pashto, "په خير")...))
	wantOver("page")
	s.wantSaid("fr|un", "fr|deux")
	read("no voice", in(kiosk.Pashto, "په خير"))
	wantOver("no voice")
	s.hold()
	read("cut", in(kiosk.French, "trois", "quatre"))
	s.wantSaid("fr|un", "fr|deux", "fr|trois")
	read("next", in(kiosk.French, "cinq"))
	s.wantSaid("fr|un", "fr|deux", "fr|trois", "fr|cinq")
	s.stop()
	wantOver("next")
	if len(over) > 0 {
		t.Errorf("%q is over", <-over)
	}
}

// A step louder is louder and a step faster is shorter, as espeak-ng says it, and
// what is said next is said so too, by another service as well.
func TestTheMannerIsHeard(t *testing.T) {
	s := startService(t, "espeak-ng")
	speaker := s.speaker()
	over := make(chan bool)
	heard := func(m kiosk.Manner) (loud float64, bytes int) {
		t.Helper()
		before := s.playedBytes()
		speaker.Tune(m)
		speaker.Read(in(kiosk.French, "Votre demande est bien arrivée à la mairie."), func() { over <- true })
		<-over
		b, err := os.ReadFile(s.played)
		if err != nil {
			t.Fatal(err)
		}
		for b = b[min(before, int64(len(b))):]; len(b) > 1; b = b[2:] {
			sample := float64(int16(binary.LittleEndian.Uint16(b)))
			loud += sample * sample
			bytes += 2
		}
		return math.Sqrt(loud / float64(bytes/2)), bytes
	}
	loud, _ := heard(kiosk.Manner{Volume: -kiosk.MannerSteps})
	_, long := heard(kiosk.Manner{Pace: -kiosk.MannerSteps})
	for step := 1 - kiosk.MannerSteps; step <= kiosk.MannerSteps; step++ {
		l, _ := heard(kiosk.Manner{Volume: step})
		_, n := heard(kiosk.Manner{Pace: step})
		t.Logf("step %+d: loudness %.0f, length %d bytes", step, l, n)
		if l < loud*1.2 {
			t.Errorf("volume %+d is %.0f, the step below %.0f", step, l, loud)
		}
		if float64(n) > float64(long)*0.95 {
			t.Errorf("pace %+d takes %d bytes, the step below %d", step, n, long)
		}
		loud, long = l, n
	}
	s.stop()
	if err := os.Remove(s.played); err != nil {
		t.Fatal(err)
	}
	s.start()
	if l, _ := heard(kiosk.Manner{Volume: kiosk.MannerSteps}); l < loud*0.8 {
		t.Errorf("another service forgets: %.0f, before %.0f", l, loud)
	}
	if l, _ := heard(kiosk.Manner{Volume: 99}); l < loud*0.8 {
		t.Errorf("more than the most is %.0f", l)
	}
}

// Every language that is said to have a voice is heard, with the voice and the
// settings that a borne has.
func TestEveryVoiceIsHeard(t *testing.T) {
	s := startService(t, "espeak-ng")
	c, err := dial(t.Context(), s.socket)
	if err != nil {
		t.Fatal(err)
	}
	defer c.close()
	installed, err := exec.Command("sh", "-c", "cat /usr/lib/*/espeak-ng-data/lang/*/* | grep '^language '").Output()
	if err != nil {
		t.Fatal(err)
	}
	for l, text := range map[kiosk.Language]string{
		kiosk.French: "Bonjour", kiosk.EasyFrench: "Bonjour", kiosk.English: "Good morning", kiosk.Arabic: "صباح الخير", kiosk.Dari: "سلام",
		kiosk.Ukrainian: "Добрий день", kiosk.Russian: "Здравствуйте", kiosk.Tigrinya: "ሰላም", kiosk.Turkish: "Merhaba",
		kiosk.Romanian: "Bună ziua", kiosk.Portuguese: "Bom dia", kiosk.Spanish: "Buenos días",
	} {
		voice, ok := Voice(l)
		if !ok {
			t.Errorf("%s has no voice", l)
			continue
		}
		there := regexp.MustCompile(`(?m)^language ` + voice + `( \d+)?$`).Match(installed)
		if l == kiosk.Tigrinya && !there {
			t.Logf("this machine's espeak-ng speaks no Tigrinya; Debian 13's does")
			continue
		}
		if !there {
			t.Errorf("%s: espeak-ng has no voice %q", l, voice)
		}
		before := s.playedBytes()
		if _, err := c.speak(voice, text); err != nil {
			t.Fatalf("%s: %v", l, err)
		}
		s.until(string(l)+" is heard", func() bool { return s.playedBytes() > before+4000 }) // a tenth of a second
	}
	if _, ok := Voice(kiosk.Pashto); ok {
		t.Error("espeak-ng has no Pashto")
	}
}

func TestNoServiceIsNoFault(t *testing.T) {
	speaker := New(filepath.Join(t.TempDir(), "none"), nil)
	ctx, stop := context.WithCancel(context.Background())
	over := make(chan error, 1)
	go func() { over <- speaker.Run(ctx) }()
	speaker.Say(in(kiosk.French, "un"))
	speaker.Leave()
	stop()
	if err := <-over; err != nil {
		t.Error(err)
	}
}
