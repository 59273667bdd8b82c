package store_test

import (
	"bytes"
	"io/fs"
	"os"
	"path/filepath"
	"testing"
	"time"

	"borne/admin"
	"borne/admin/store/storetest"
	"borne/kiosk"
)

// The host that a mediator types reaches the borne, and no file.
func TestHostOfAVisitIsNotWritten(t *testing.T) {
	const host = "visa.ambassade.example"
	dir := t.TempDir()
	clock := &storetest.Clock{T: storetest.Start()}
	s := open(t, dir, clock)
	k, _ := storetest.Enrol(t, s, "Accueil")
	ask := func() admin.Command {
		t.Helper()
		c, err := s.CreateCommand(t.Context(), admin.Command{Kiosk: k.ID, Author: "lea@example.fr", Command: kiosk.Command{Kind: kiosk.CommandAllowHost, Argument: host}})
		if err != nil {
			t.Fatal(err)
		}
		return c
	}
	outstanding := func() []admin.Command {
		t.Helper()
		out, err := s.Outstanding(t.Context(), k.ID)
		if err != nil {
			t.Fatal(err)
		}
		return out
	}
	c := ask()
	if !c.Urgent || !c.Expires.Equal(clock.T.Add(admin.HelpLife)) {
		t.Errorf("queued as %+v", c)
	}
	if out := outstanding(); len(out) != 1 || out[0].Argument != host {
		t.Fatalf("the borne gets %+v", out)
	}
	if err := s.MarkSent(t.Context(), []string{c.ID}); err != nil {
		t.Fatal(err)
	}
	if out := outstanding(); len(out) != 1 || out[0].Argument != host {
		t.Fatalf("the borne gets, after an answer that was lost, %+v", out)
	}
	if read, err := s.Command(t.Context(), c.ID); err != nil || read.Argument != "" {
		t.Errorf("read back as %+v, %v", read, err)
	}
	if err := s.ReportCommand(t.Context(), k.ID, c.ID, kiosk.CommandReport{State: kiosk.CommandAccepted}); err != nil {
		t.Fatal(err)
	}
	if out := outstanding(); len(out) != 0 {
		t.Errorf("once accepted the borne gets %+v", out)
	}

	// Another process of the central office does not know the host: the order expires there.
	ask()
	other := open(t, dir, clock)
	if out, err := other.Outstanding(t.Context(), k.ID); err != nil || len(out) != 0 {
		t.Errorf("a process that was not told hands on %+v, %v", out, err)
	}
	backup := filepath.Join(dir, "backup")
	if err := s.Backup(t.Context(), backup, admin.ActorLocal); err != nil {
		t.Fatal(err)
	}
	looked := 0
	err := filepath.WalkDir(dir, func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		looked++
		content, err := os.ReadFile(name)
		if bytes.Contains(content, []byte("ambassade")) {
			t.Errorf("%s holds the host", name)
		}
		return err
	})
	if err != nil || looked < 3 {
		t.Errorf("looked at %d files, %v", looked, err)
	}

	clock.T = clock.T.Add(admin.HelpLife + time.Second)
	if out := outstanding(); len(out) != 0 {
		t.Errorf("after its time the borne gets %+v", out)
	}
	for what, wrong := range map[string]admin.Command{
		"not canonical": {Command: kiosk.Command{Kind: kiosk.CommandAllowHost, Argument: "WWW.caf.fr"}},
		"no host":       {Command: kiosk.Command{Kind: kiosk.CommandAllowHost}},
		"too long":      {Command: kiosk.Command{Kind: kiosk.CommandAllowHost, Argument: host, Expires: clock.T.Add(time.Hour)}},
	} {
		wrong.Kiosk = k.ID
		if _, err := s.CreateCommand(t.Context(), wrong); err == nil {
			t.Errorf("%s: taken", what)
		}
	}
}
