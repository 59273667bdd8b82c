package e2e_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"

	"borne/kiosk"
)

// ear hears what the shell has said, word by word: it stands between the shell and the voice, hands everything on, and
// keeps the texts. The voice says them as it always does.
type ear struct {
	listener net.Listener
	behind   string
	ends     sync.WaitGroup

	mu    sync.Mutex
	heard []said
	open  map[net.Conn]bool
}

// said is one text that the voice was given.
type said struct{ language, text string }

// The voice's own socket, and where it stands while an ear is in its place.
const (
	voiceSocket  = "/run/borne-speech.sock"
	behindSocket = "/run/borne-speech-behind.sock"
)

// listenIn puts an ear before the voice, and gives the host a sound card.
func (s *scene) listenIn() *ear {
	s.t.Helper()
	s.must(s.InstallSound())
	s.must(s.Host.WriteFile("/etc/systemd/system/borne-speech.socket.d/50-ear.conf",
		[]byte("[Socket]\nListenStream=\nListenStream="+behindSocket+"\nSocketUser=root\n"), 0o644))
	s.run("sh", "-c", "systemctl daemon-reload && systemctl stop borne-speech.socket && rm -f "+voiceSocket+" && systemctl start borne-speech.socket")
	l, err := net.Listen("unix", s.Host.Path(voiceSocket))
	s.must(err)
	e := &ear{listener: l, behind: s.Host.Path(behindSocket), open: map[net.Conn]bool{}}
	e.ends.Go(e.serve)
	s.t.Cleanup(e.close)
	s.must(os.Chmod(s.Host.Path(voiceSocket), 0o666))
	return e
}

func (e *ear) close() {
	e.listener.Close()
	e.mu.Lock()
	for c := range e.open {
		c.Close()
	}
	e.mu.Unlock()
	e.ends.Wait()
}

func (e *ear) serve() {
	for {
		shell, err := e.listener.Accept()
		if err != nil {
			return // closed
		}
		voice, err := net.Dial("unix", e.behind)
		if err != nil {
			shell.Close() // the shell takes it for a voice that fails, and asks anew
			continue
		}
		e.mu.Lock()
		e.open[shell], e.open[voice] = true, true
		e.mu.Unlock()
		e.ends.Go(func() { e.pass(voice, io.TeeReader(shell, &listener{ear: e})) })
		e.ends.Go(func() { e.pass(shell, voice) })
	}
}

// pass hands on until one side ends, which ends the other.
func (e *ear) pass(to net.Conn, from io.Reader) {
	_, _ = io.Copy(to, from) // either side may end at any moment, as the voice does with each visit
	to.Close()
}

// listener reads SSIP as it passes: the language, and the lines after SPEAK up to a dot alone.
type listener struct {
	ear      *ear
	line     []byte
	language string
	text     []string
	speaking bool
}

func (l *listener) Write(p []byte) (int, error) {
	for _, b := range p {
		if l.line = append(l.line, b); b == '\n' {
			l.read(strings.TrimRight(string(l.line), "\r\n"))
			l.line = l.line[:0]
		}
	}
	return len(p), nil
}

func (l *listener) read(line string) {
	switch {
	case !l.speaking:
		if language, ok := strings.CutPrefix(line, "SET SELF LANGUAGE "); ok {
			l.language = language
		}
		l.speaking = line == "SPEAK"
	case line == ".":
		l.ear.mu.Lock()
		l.ear.heard = append(l.ear.heard, said{l.language, strings.Join(l.text, "\n")})
		l.ear.mu.Unlock()
		l.speaking, l.text = false, nil
	default:
		l.text = append(l.text, strings.TrimPrefix(line, "."))
	}
}

// since is what was said after the first n texts.
func (e *ear) since(n int) []said {
	e.mu.Lock()
	defer e.mu.Unlock()
	return slices.Clone(e.heard[min(n, len(e.heard)):])
}

func (e *ear) count() int { return len(e.since(0)) }

// hears waits until a text that was said after the first n holds these words in that language.
func (s *scene) hears(e *ear, n int, l kiosk.Language, words string) {
	s.t.Helper()
	s.until(fmt.Sprintf("the voice to say %q", words), func() (bool, error) {
		all := e.since(n)
		return slices.ContainsFunc(all, func(u said) bool { return u.language == string(l) && strings.Contains(u.text, words) }),
			fmt.Errorf("it said %q", all)
	})
}

// words are what the screens say in a language, by the ids of assets/shell/texts or assets/practice/texts.
type words map[string]string

func (s *scene) words(of string, l kiosk.Language) words {
	s.t.Helper()
	b, err := os.ReadFile(filepath.Join("..", "..", "assets", of, "texts", string(l)+".json"))
	s.must(err)
	var file map[string]struct{ Other string }
	s.must(json.NewDecoder(bytes.NewReader(b)).Decode(&file))
	w := words{}
	for id, text := range file {
		w[id] = text.Other
	}
	return w
}

// of is a text, which must be there.
func (w words) of(s *scene, id string) string {
	s.t.Helper()
	if w[id] == "" {
		s.t.Fatalf("there is no text %q", id)
	}
	return w[id]
}
