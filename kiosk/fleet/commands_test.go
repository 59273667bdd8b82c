package fleet

import (
	"context"
	"errors"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"borne/kiosk"
)

func command(id string, kind kiosk.CommandKind) kiosk.Command {
	return kiosk.Command{ID: id, Kind: kind, Expires: era().Add(time.Hour)}
}

func TestCommandStates(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newField(t, nil)
		f.borne.execute = func(_ context.Context, c kiosk.Command) error {
			if c.Kind == kiosk.CommandClose {
				return errors.New("the screen\nis broken")
			}
			return nil
		}
		late := command("late", kiosk.CommandOpen)
		late.Expires = era().Add(-time.Second)
		f.office.commands = []kiosk.Command{command("good", kiosk.CommandOpen), command("bad", kiosk.CommandClose), command("new", "teleport")}
		f.run(t, 2*time.Minute)
		for id, want := range map[string]kiosk.CommandState{"good": kiosk.CommandDone, "bad": kiosk.CommandFailed, "new": kiosk.CommandFailed} {
			states := f.office.history(id)
			if len(states) == 0 || states[len(states)-1] != want {
				t.Errorf("%s: %v, want %s at last", id, states, want)
			}
		}
		if d := f.office.details["bad"]; d != "the screen is broken" {
			t.Errorf("detail %q", d)
		}
		if d := f.office.details["new"]; !strings.Contains(d, "teleport") {
			t.Errorf("detail %q", d)
		}
		if n := f.borne.runs(); n != 2 {
			t.Errorf("%d commands were carried out, want 2", n)
		}
	})
}

// An expired command that the central office still sends is not begun.
func TestExpiredCommand(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newField(t, func(next http.RoundTripper) http.RoundTripper {
			return roundTrip(func(r *http.Request) (*http.Response, error) {
				if r.URL.Path == kiosk.PathCheckIn {
					return answer(200, "application/json", `{"now":"`+era().Format(time.RFC3339)+`","next_seconds":10,
						"commands":[{"id":"c1","kind":"restart","expires":"`+era().Add(-time.Second).Format(time.RFC3339)+`"},
						{"id":"c2","kind":"restart"}]}`), nil
				}
				return next.RoundTrip(r)
			})
		})
		f.run(t, time.Minute)
		if n := f.borne.runs(); n != 0 {
			t.Errorf("%d expired commands were carried out", n)
		}
	})
}

// A restart waits for the end of a visit. Meanwhile the borne checks in, obeys
// others, and gives up when the command expires.
func TestWaitingCommand(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newField(t, nil)
		f.borne.execute = func(ctx context.Context, c kiosk.Command) error {
			if c.Kind == kiosk.CommandRestart {
				<-ctx.Done() // a visit that never ends
				return ctx.Err()
			}
			return nil
		}
		f.office.ask(command("r", kiosk.CommandRestart), command("m", kiosk.CommandMessage))
		f.run(t, 30*time.Minute)
		if got := f.office.history("m"); !slices.Contains(got, kiosk.CommandDone) {
			t.Errorf("the message waits for the restart: %v", got)
		}
		if got := f.office.history("r"); got[0] != kiosk.CommandAccepted || slices.Contains(got, kiosk.CommandFailed) {
			t.Errorf("restart: %v, want accepted", got)
		}
		if n := f.office.checks(); n < 20 || n > 200 {
			t.Errorf("%d check-ins in half an hour", n)
		}
		if n := f.borne.runs(); n != 2 {
			t.Errorf("%d executions", n)
		}
	})
	synctest.Test(t, func(t *testing.T) {
		f := newField(t, nil)
		f.borne.execute = func(ctx context.Context, _ kiosk.Command) error { <-ctx.Done(); return ctx.Err() }
		f.office.ask(command("r", kiosk.CommandRestart))
		f.run(t, 2*time.Hour)
		got := f.office.history("r")
		if got[len(got)-1] != kiosk.CommandFailed || !strings.Contains(f.office.details["r"], "expired") {
			t.Errorf("restart: %v, %q", got, f.office.details["r"])
		}
	})
}

// What borned's end interrupted is settled by the next start, and not begun
// again.
func TestCommandsAcrossARestart(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newField(t, nil)
		f.borne.execute = func(ctx context.Context, _ kiosk.Command) error { <-ctx.Done(); return ctx.Err() }
		f.office.ask(command("r", kiosk.CommandRestart), command("e", kiosk.CommandEndSession))
		f.run(t, 20*time.Second)
		if f.borne.runs() != 2 {
			t.Fatalf("%d commands begun", f.borne.runs())
		}
		f.start(t, nil)
		f.run(t, 20*time.Second)
		if f.borne.runs() != 2 {
			t.Errorf("a command was begun twice")
		}
		for id, want := range map[string]kiosk.CommandState{"r": kiosk.CommandDone, "e": kiosk.CommandFailed} {
			if got := f.office.history(id); got[len(got)-1] != want {
				t.Errorf("%s: %v, want %s at last", id, got, want)
			}
		}
	})
}

// A command that cannot be remembered is not begun: it might be done twice.
func TestUnwritableLedger(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newField(t, nil)
		path := filepath.Join(f.dir, ledgerFile)
		must(t, os.MkdirAll(filepath.Join(path, "in the way"), 0o700)) // a folder of that name: also root cannot replace it
		f.office.ask(command("c", kiosk.CommandOpen))
		f.run(t, time.Minute)
		if f.borne.runs() != 0 {
			t.Error("a command was begun that cannot be remembered")
		}
		if p := f.agent.Status().Problem; !strings.Contains(p, "store commands") {
			t.Errorf("problem %q", p)
		}
		must(t, os.RemoveAll(path))
		f.run(t, 2*time.Minute)
		if got := f.office.history("c"); f.borne.runs() != 1 || got[len(got)-1] != kiosk.CommandDone {
			t.Errorf("afterwards: %d runs, %v", f.borne.runs(), got)
		}
	})
}

func TestLedgerForgetsInTime(t *testing.T) {
	l, err := openLedger(t.TempDir())
	must(t, err)
	now := era()
	for i := range 5 {
		id := string(rune('a' + i))
		_, err := l.begin(entry{ID: id, Kind: kiosk.CommandOpen, State: kiosk.CommandDone, Expires: now.Add(time.Hour)}, now)
		must(t, err)
		if id != "e" {
			must(t, l.told(id, kiosk.CommandDone))
		}
	}
	isNew, err := l.begin(entry{ID: "f", State: kiosk.CommandDone}, now.Add(2*time.Hour))
	if err != nil || !isNew || len(l.entries) != 6 {
		t.Errorf("%v, %v: %d entries, want all 6 within the grace", isNew, err, len(l.entries))
	}
	if _, err := l.begin(entry{ID: "g", State: kiosk.CommandDone}, now.Add(26*time.Hour)); err != nil || len(l.entries) != 3 {
		t.Errorf("%v: %d entries, want the two not told and the new one", err, len(l.entries))
	}
}

func TestBundle(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newField(t, nil)
		f.office.bundle, f.office.version = []byte("archive of version 3"), 3
		f.borne.offer = func([]byte) error { return errors.New("line 4: unknown service") }
		f.run(t, 30*time.Minute)
		if len(f.borne.archives) != 1 || string(f.borne.archives[0]) != "archive of version 3" || f.office.fetches != 1 {
			t.Fatalf("offered %d times, fetched %d times", len(f.borne.archives), f.office.fetches)
		}
		if last := f.office.checkIns[len(f.office.checkIns)-1]; last.BundleFault != "version 3 refused: line 4: unknown service" {
			t.Errorf("fault %q", last.BundleFault)
		}
		if n := f.office.checks(); n > 200 {
			t.Errorf("%d check-ins in half an hour", n)
		}
		// The next one is good.
		f.office.mu.Lock()
		f.office.bundle, f.office.version = []byte("archive of version 4"), 4
		f.office.mu.Unlock()
		f.borne.offer = func([]byte) error { f.borne.report.BundleVersion = 4; return nil }
		f.run(t, 10*time.Minute)
		if last := f.office.checkIns[len(f.office.checkIns)-1]; last.BundleFault != "" || last.BundleVersion != 4 || f.office.fetches != 2 {
			t.Errorf("last check-in %+v after %d fetches", last, f.office.fetches)
		}
	})
}

// A bundle that is not the one offered never reaches the borne.
func TestDamagedBundle(t *testing.T) {
	for name, sent := range map[string]string{"short": "arch", "long": "archive and more", "other": "ARCHIVE", "empty": ""} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				f := newField(t, nil)
				f.office.bundle, f.office.version = []byte("archive"), 3
				f.start(t, func(next http.RoundTripper) http.RoundTripper {
					return roundTrip(func(r *http.Request) (*http.Response, error) {
						if r.URL.Path == kiosk.PathBundle {
							return answer(200, "application/octet-stream", sent), nil
						}
						return next.RoundTrip(r)
					})
				})
				f.run(t, 10*time.Minute)
				if len(f.borne.archives) != 0 {
					t.Errorf("offered %q", f.borne.archives)
				}
				if last := f.office.checkIns[len(f.office.checkIns)-1]; !strings.Contains(last.BundleFault, "version 3") {
					t.Errorf("fault %q", last.BundleFault)
				}
			})
		})
	}
}
