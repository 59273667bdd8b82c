package main

import (
	"bufio"
	"context"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"borne/admin/admintest"
	"borne/kiosk"
	"borne/kiosk/bundle"
)

// office is a real borne-admin with one borne that obeys.
type office struct{ url, token string }

var listening = regexp.MustCompile(`address=(https?://\S+)`)

// startOffice builds and starts borne-admin, enrols a borne in it, gives it a
// day's visits, and lets it carry out whatever it is asked until the test ends.
func startOffice(t *testing.T) office {
	t.Helper()
	dir := t.TempDir()
	binary, data := filepath.Join(dir, "borne-admin"), filepath.Join(dir, "data")
	if out, err := exec.Command("go", "build", "-o", binary, "borne/cmd/borne-admin").CombinedOutput(); err != nil {
		t.Fatalf("build borne-admin: %v\n%s", err, out)
	}
	serve := exec.Command(binary, "serve", "--data", data, "--listen", "127.0.0.1:0")
	journal, err := serve.StderrPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := serve.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = serve.Process.Kill()
		_ = serve.Wait()
	})
	o := office{url: addressIn(t, journal)}
	local := func(args ...string) string {
		out, err := exec.Command(binary, append(args, "--data", data)...).CombinedOutput()
		if err != nil {
			t.Fatalf("borne-admin %v: %v\n%s", args, err, out)
		}
		return strings.TrimSpace(string(out))
	}
	o.token = local("token", "--operator", "administrateur@localhost")
	b := admintest.NewBorne(o.url, time.Now)
	identity, err := b.Enrol(t.Context(), local("enrol-code", "--site", "Nîmes", "--name", "Nîmes 2"))
	if err != nil {
		t.Fatal(err)
	}
	key := kiosk.Key{Kind: kiosk.CellVisit, Day: time.Now().AddDate(0, 0, -1).Format(dayLayout), Hour: kiosk.NoHour, First: "caf", Second: "5-15"}
	if _, err := b.Cells(t.Context(), kiosk.CellBatch{Epoch: "0123456789abcdef0123456789abcdef",
		Cells: []kiosk.SequencedCell{{Seq: 1, Cell: kiosk.Cell{Key: key, Count: 12}}}}); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan struct{})
	t.Cleanup(func() {
		cancel()
		<-done
	})
	if _, err := b.CheckIn(ctx, kiosk.CheckIn{State: kiosk.Ready, Versions: kiosk.Versions{Borne: "1.2.3"}}, 0); err != nil {
		t.Fatal(err)
	}
	go func() {
		defer close(done)
		obey(ctx, t, b, identity)
	}()
	return o
}

func addressIn(t *testing.T, journal interface{ Read([]byte) (int, error) }) string {
	t.Helper()
	address := make(chan string, 1)
	go func() {
		for lines := bufio.NewScanner(journal); lines.Scan(); {
			if m := listening.FindStringSubmatch(lines.Text()); m != nil {
				address <- m[1]
			}
		}
	}()
	select {
	case a := <-address:
		return a
	case <-time.After(30 * time.Second):
		t.Fatal("borne-admin does not listen")
		return ""
	}
}

// obey checks in until ctx ends, reports each command done, and applies each
// bundle that it is offered.
func obey(ctx context.Context, t *testing.T, b *admintest.Borne, id kiosk.EnrolReply) {
	applied := uint64(0)
	for ctx.Err() == nil {
		reply, err := b.CheckIn(ctx, kiosk.CheckIn{State: kiosk.Ready, Versions: kiosk.Versions{Borne: "1.2.3"}, BundleVersion: applied}, kiosk.MaxWait)
		if err != nil {
			if ctx.Err() == nil {
				t.Errorf("check in: %v", err)
			}
			return
		}
		for _, c := range reply.Commands {
			for _, s := range []kiosk.CommandState{kiosk.CommandAccepted, kiosk.CommandDone} {
				if err := b.Report(ctx, c.ID, kiosk.CommandReport{State: s, Detail: c.Argument}); err != nil && ctx.Err() == nil {
					t.Errorf("report: %v", err)
				}
			}
		}
		if reply.Bundle == nil || reply.Bundle.Version == applied {
			continue
		}
		answer, err := b.Bundle(ctx)
		if err != nil {
			t.Errorf("fetch bundle: %v", err)
			return
		}
		opened, err := bundle.Open(answer.Body, id.BundleKeys, bundle.Options{Organisation: id.Organisation, Groups: id.Groups, Above: applied, Now: time.Now()})
		if err != nil {
			t.Errorf("open published bundle: %v", err)
			return
		}
		applied = opened.Manifest.Version
	}
}
