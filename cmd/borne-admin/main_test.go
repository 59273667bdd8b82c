package main

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"testing"
	"time"

	"borne/admin/admintest"
	"borne/kiosk"
)

// binary is borne-admin, built once for all tests.
var binary string

func TestMain(m *testing.M) {
	dir, err := os.MkdirTemp("", "borne-admin")
	if err != nil {
		panic(err)
	}
	binary = filepath.Join(dir, "borne-admin")
	build := exec.Command("go", "build", "-o", binary, ".")
	build.Stderr = os.Stderr
	code := 1
	if err := build.Run(); err == nil {
		code = m.Run()
	}
	os.RemoveAll(dir)
	os.Exit(code)
}

func run(t testing.TB, args ...string) (string, error) {
	t.Helper()
	out, err := exec.CommandContext(t.Context(), binary, args...).CombinedOutput()
	return strings.TrimSpace(string(out)), err
}

// server is a running borne-admin.
type server struct {
	cmd    *exec.Cmd
	url    string
	stdout *os.File
	exited chan error
}

var listening = regexp.MustCompile(`address=(https?://\S+)`)

func start(t testing.TB, data string, args ...string) *server {
	t.Helper()
	out, err := os.Create(filepath.Join(t.TempDir(), "stdout"))
	if err != nil {
		t.Fatal(err)
	}
	s := &server{stdout: out, exited: make(chan error, 1),
		cmd: exec.Command(binary, append([]string{"serve", "--data", data, "--listen", "127.0.0.1:0"}, args...)...)}
	s.cmd.Stdout = out
	journal, err := s.cmd.StderrPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := s.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = s.cmd.Process.Kill() // may have ended
		out.Close()
	})
	address := make(chan string, 1)
	go func() {
		for lines := bufio.NewScanner(journal); lines.Scan(); {
			if m := listening.FindStringSubmatch(lines.Text()); m != nil {
				address <- m[1]
			}
		}
		s.exited <- s.cmd.Wait()
	}()
	select {
	case s.url = <-address:
	case err := <-s.exited:
		t.Fatalf("the server ended: %v", err)
	case <-time.After(20 * time.Second):
		t.Fatal("the server does not listen")
	}
	return s
}

func (s *server) said(t *testing.T) string {
	t.Helper()
	raw, err := os.ReadFile(s.stdout.Name())
	if err != nil {
		t.Fatal(err)
	}
	return string(raw)
}

func (s *server) end(t *testing.T, signal os.Signal) error {
	t.Helper()
	if err := s.cmd.Process.Signal(signal); err != nil {
		t.Fatal(err)
	}
	select {
	case err := <-s.exited:
		return err
	case <-time.After(30 * time.Second):
		t.Fatal("the server does not end")
		return nil
	}
}

func TestServe(t *testing.T) {
	data := filepath.Join(t.TempDir(), "data")
	s := start(t, data, "--public-url", "https://bornes.example.fr")
	if said := s.said(t); strings.Count(said, "https://bornes.example.fr/connexion/") != 1 {
		t.Errorf("first start says %q, want one login link", said)
	}
	code, err := run(t, "enrol-code", "--data", data, "--site", "Nîmes", "--name", "Accueil")
	if err != nil {
		t.Fatal(code, err)
	}
	b := admintest.NewBorne(s.url, time.Now)
	reply, err := b.Enrol(t.Context(), code)
	if err != nil || reply.Site != "Nîmes" || reply.Name != "Accueil" {
		t.Fatalf("enrolled %+v, %v", reply, err)
	}
	token, err := run(t, "token", "--data", data, "--operator", "administrateur@localhost")
	if err != nil {
		t.Fatal(token, err)
	}
	if link, err := run(t, "login-link", "--data", data, "--operator", "administrateur@localhost"); err != nil || !strings.Contains(link, "https://bornes.example.fr/connexion/") {
		t.Errorf("login link %q, %v: want the address that serve was given", link, err)
	}
	if _, err := b.CheckIn(t.Context(), kiosk.CheckIn{State: kiosk.Ready}, 0); err != nil {
		t.Fatal(err)
	}
	copied := filepath.Join(t.TempDir(), "copy.db")
	if out, err := run(t, "backup", "--data", data, "--to", copied, "--key-to", copied+".key"); err != nil {
		t.Errorf("backup: %s, %v", out, err)
	}
	waits := make(chan error, 1)
	go func() {
		_, err := b.CheckIn(context.WithoutCancel(t.Context()), kiosk.CheckIn{State: kiosk.Ready}, kiosk.MaxWait)
		waits <- err
	}()
	time.Sleep(300 * time.Millisecond) // nothing outside tells that the server holds it; too early only weakens the test
	began := time.Now()
	if err := s.end(t, syscall.SIGTERM); err != nil {
		t.Errorf("SIGTERM: %v, want a clean end", err)
	}
	if err := <-waits; err != nil || time.Since(began) > 10*time.Second {
		t.Errorf("the check-in that waited: %v after %s, want an answer at once", err, time.Since(began))
	}

	again := start(t, data)
	if said := again.said(t); said != "" {
		t.Errorf("second start says %q, want nothing", said)
	}
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, again.url+"/api/v1/kiosks", nil)
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Authorization", "Bearer "+token)
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	raw, err := io.ReadAll(resp.Body)
	if err != nil || !strings.Contains(string(raw), `"state":"ready"`) {
		t.Errorf("the state told before the stop is lost: %s, %v", raw, err)
	}
}

func TestWrongCalls(t *testing.T) {
	file := filepath.Join(t.TempDir(), "borne-admin.yaml")
	if err := os.WriteFile(file, []byte("lisen: 127.0.0.1:1\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	none := filepath.Join(t.TempDir(), "none")
	for what, c := range map[string]struct {
		args []string
		says string
	}{
		"no data":          {[]string{"serve"}, "--data"},
		"missing data":     {[]string{"enrol-code", "--data", none}, "start borne-admin serve once"},
		"misspelt setting": {[]string{"serve", "--data", none, "--config", file}, "lisen"},
		"half a key pair":  {[]string{"serve", "--data", none, "--tls-cert", "x"}, "go together"},
		"public address":   {[]string{"serve", "--data", none, "--public-url", "bornes"}, "write it like"},
		"a password":       {[]string{"serve", "--data", none, "--database", "postgres://borne:secret@db/borne"}, ".pgpass"},
		"a password to":    {[]string{"store", "copy", "--from", none, "--to", "host=db password=secret dbname=borne"}, ".pgpass"},
		"nowhere":          {[]string{"serve", "--data", none, "--listen", ""}, "nothing to listen on"},
	} {
		if out, err := run(t, c.args...); err == nil || !strings.Contains(out, c.says) {
			t.Errorf("%s: %v, says %q, want %q", what, err, out, c.says)
		}
	}
	if _, err := os.Stat(none); err == nil {
		t.Error("a wrong call made the data directory")
	}
}

func TestConfigurationOrder(t *testing.T) {
	file := filepath.Join(t.TempDir(), "borne-admin.yaml")
	if err := os.WriteFile(file, []byte("listen: 127.0.0.1:1\nadministrator: a@file.fr\npublic-url: https://file.fr\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	t.Setenv("BORNE_ADMIN_ADMINISTRATOR", "a@environment.fr")
	t.Setenv("BORNE_ADMIN_PUBLIC_URL", "https://environment.fr")
	out, err := run(t, "serve", "--data", "/nowhere", "--config", file, "--public-url", "https://flag.fr", "--print-config")
	if err != nil {
		t.Fatal(out, err)
	}
	for _, line := range []string{"listen: 127.0.0.1:1", "administrator: a@environment.fr", "public-url: https://flag.fr"} {
		if !strings.Contains(out, line) {
			t.Errorf("no %q in:\n%s", line, out)
		}
	}
}

// TestKilledWhileReceiving kills the server while a borne brings its cells,
// again and again: what was acknowledged is there, and once.
func TestKilledWhileReceiving(t *testing.T) {
	data := filepath.Join(t.TempDir(), "data")
	s := start(t, data)
	code, err := run(t, "enrol-code", "--data", data)
	if err != nil {
		t.Fatal(code, err)
	}
	token, err := run(t, "token", "--data", data, "--operator", "administrateur@localhost")
	if err != nil {
		t.Fatal(token, err)
	}
	b := admintest.NewBorne(s.url, time.Now)
	if _, err := b.Enrol(t.Context(), code); err != nil {
		t.Fatal(err)
	}
	acknowledged := uint64(0)
	for round := range 8 {
		if round > 0 {
			s = start(t, data)
			b.URL = s.url
		}
		go func() {
			time.Sleep(time.Duration(40+25*round) * time.Millisecond)
			_ = s.cmd.Process.Kill() // the test fails elsewhere if it lives on
		}()
		for {
			batch := kiosk.CellBatch{Epoch: "e"}
			for i := range uint64(50) {
				batch.Cells = append(batch.Cells, kiosk.SequencedCell{Seq: acknowledged + i + 1, Cell: kiosk.Cell{Count: 1,
					Key: kiosk.Key{Kind: kiosk.CellVisit, Day: fmt.Sprintf("2026-09-%02d", i%28+1), Hour: kiosk.NoHour, First: "caf", Second: "0-5"}}})
			}
			mark, err := b.Cells(t.Context(), batch)
			if err != nil {
				break
			}
			if mark.Seq < acknowledged {
				t.Fatalf("the watermark went back from %d to %d", acknowledged, mark.Seq)
			}
			acknowledged = mark.Seq
		}
		<-s.exited
	}
	if acknowledged == 0 {
		t.Fatal("nothing was ever acknowledged: the test proves nothing")
	}
	s = start(t, data)
	b.URL = s.url
	mark, err := b.Cells(t.Context(), kiosk.CellBatch{Epoch: "e"})
	if err != nil || mark.Seq < acknowledged {
		t.Fatalf("watermark %+v, %v; %d were acknowledged", mark, err, acknowledged)
	}
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, s.url+"/api/v1/usage?from=2026-09-01&to=2026-09-30", nil)
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Authorization", "Bearer "+token)
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	var rows []struct{ Count uint64 }
	if err := json.NewDecoder(resp.Body).Decode(&rows); err != nil {
		t.Fatal(err)
	}
	sum := uint64(0)
	for _, r := range rows {
		sum += r.Count
	}
	if sum != mark.Seq {
		t.Errorf("%d visits counted, %d cells held", sum, mark.Seq)
	}
}
