package e2e_test

import (
	"context"
	"encoding/json"
	"fmt"
	"reflect"
	"strconv"
	"strings"
	"testing"
	"time"
	_ "time/tzdata" // a borne's hours are those of Europe/Paris

	"borne/kiosk"
)

// TestIdleTime: a download that lasts longer than the idle timeout does not end the visit, and nothing suspends it for ever.
func TestIdleTime(t *testing.T) {
	t.Parallel()
	s := raise(t)
	s.settings(func(text string) string {
		text = strings.Replace(text, "idle_timeout: 5m", "idle_timeout: 1m", 1)
		return strings.Replace(text, "idle_warning: 45s", "idle_warning: 20s", 1)
	}, func(k kiosk.Settings) bool { return k.IdleTimeout == time.Minute })
	before := s.counted()
	const line = 80 * time.Second
	s.Sites.Slow(line)
	s.visit("impots", impotsTitle)
	s.noNotice() // nothing lies over the page
	_, err := s.borne.Screen.Settled(s.wait())
	s.must(err)
	s.touchRow(s.page(impotsTitle), 0)
	begin := time.Now()
	s.until("the download to begin", func() (bool, error) { return len(s.downloads()) == 1, nil })
	complete := func() bool {
		files := s.downloads()
		return len(files) == 1 && strings.HasSuffix(files[0], ".pdf")
	}
	for time.Since(begin) < line-10*time.Second {
		state, err := s.borne.State(s.wait())
		s.must(err)
		notice, err := s.borne.Property(s.wait(), "Notice")
		s.must(err)
		if state != kiosk.Visiting || notice != "" {
			s.t.Fatalf("%v into a download: %s, %q", time.Since(begin).Round(time.Second), state, notice)
		}
		time.Sleep(time.Second) // it is looked at all the time while it lasts
	}
	if complete() {
		s.t.Fatal("the download was not slow")
	}
	s.until("the document", func() (bool, error) { return complete(), nil })
	arrived := time.Now()
	s.must(s.borne.WaitProperty(s.wait(), "Notice", string(kiosk.IdleWarning)))
	if after := time.Since(arrived); after < 35*time.Second {
		s.t.Errorf("asked %v after the document arrived, want 40s", after)
	}
	s.state(kiosk.Ready)
	if after := time.Since(arrived); after < 55*time.Second {
		s.t.Errorf("ended %v after the document arrived, want a minute", after)
	}
	want := oneVisitOf("impots", kiosk.EndIdle)
	want["device/"+kiosk.DeviceDownload] = 1
	s.counts(before, want)
}

// oneVisitOf is what a visit of one service counts.
func oneVisitOf(id kiosk.ServiceID, end kiosk.EndReason) counters {
	return counters{"session/" + string(end): 1, "visit/" + string(id): 1, "inclusion/fr": 1, "device/" + kiosk.DeviceWipeClean: 1}
}

// TestHours: minutes of a mediator, and a borne that its hours close and open, with a visitor who is there meanwhile.
func TestHours(t *testing.T) {
	t.Parallel()
	s := raise(t)
	s.sub("minutes of a mediator", (*scene).prolonged)
	s.sub("closing and opening hours", (*scene).hours)
}

// prolonged gives time from the borne and from the central office.
func (s *scene) prolonged() {
	s.settings(func(text string) string { return strings.Replace(text, "session_limit: 30m", "session_limit: 5m", 1) },
		func(k kiosk.Settings) bool { return k.SessionLimit == 5*time.Minute })
	s.fails([]string{"nobody is at the borne"}, "bornectl", "local", "prolong")
	s.visit("caf", cafTitle)
	deadline := func() int64 {
		text, err := s.borne.Property(s.wait(), "Deadline")
		s.must(err)
		us, err := strconv.ParseInt(text, 10, 64)
		s.must(err)
		return us
	}
	first := deadline()
	if said := s.run("bornectl", "local", "prolong", "2"); said != "the visitor has 2 minutes more" {
		s.t.Errorf("bornectl local prolong says %q", said)
	}
	s.until("two minutes more", func() (bool, error) {
		more := time.Duration(deadline()-first) * time.Microsecond
		return (more - 2*time.Minute).Abs() < time.Second, fmt.Errorf("%v more", more)
	})
	if _, err := s.central.Bornectl(s.wait(), "command", "send", "--wait", borneName, "prolong", "1"); err != nil {
		s.t.Error(err)
	}
	s.until("three minutes more", func() (bool, error) {
		more := time.Duration(deadline()-first) * time.Microsecond
		return (more - 3*time.Minute).Abs() < time.Second, fmt.Errorf("%v more", more)
	})
	s.end()
	if said, err := s.central.Bornectl(s.wait(), "command", "send", "--wait", borneName, "prolong", "1"); err == nil {
		s.t.Errorf("minutes for nobody: %s", said)
	}
}

// hours publishes hours that end at the next minute and begin again at the one after.
func (s *scene) hours() {
	paris, err := time.LoadLocation("Europe/Paris")
	s.must(err)
	const margin = 30 * time.Second // to publish, and to begin a visit
	closes := time.Now().In(paris).Add(margin).Truncate(time.Minute).Add(time.Minute)
	if closes.Hour() == 0 && closes.Minute() == 0 || closes.Hour() == 23 && closes.Minute() == 59 {
		closes = closes.Add(2 * time.Minute) // a period is within its day
	}
	opens := closes.Add(time.Minute)
	days := []string{"dimanche", "lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi"}
	var week strings.Builder
	week.WriteString("\nopening:\n  week:\n")
	for d, name := range days {
		hours := "00:00-24:00"
		if time.Weekday(d) == closes.Weekday() {
			hours = "00:00-" + closes.Format("15:04") + ", " + opens.Format("15:04") + "-24:00"
		}
		fmt.Fprintf(&week, "    %s: [%s]\n", name, hours)
	}
	s.settings(func(text string) string { return text + week.String() },
		func(k kiosk.Settings) bool { return !reflect.DeepEqual(k.Opening, kiosk.OpeningHours{}) })
	s.visit("caf", cafTitle)
	if now := time.Now(); now.After(closes) {
		s.t.Fatalf("the visit began at %s, the hours end at %s: the machine is too busy for this", now, closes)
	}
	// Up to a minute and a half, as the clock stands when this begins.
	s.must(s.borne.WaitProperty(s.waitFor(time.Until(closes)+time.Minute), "Notice", string(kiosk.LimitWarning)))
	if late := time.Since(closes); late < 0 || late > 10*time.Second {
		s.t.Errorf("warned %v after the closing hour", late)
	}
	s.page(cafTitle) // it was not cut
	s.run("bornectl", "local", "end-session")
	s.state(kiosk.Closed)
	if said := s.run("bornectl", "local", "status"); !strings.Contains(said, "outside opening hours") || !strings.Contains(said, "opens") {
		s.t.Errorf("bornectl local status says %q", said)
	}
	at, err := s.borne.Property(s.wait(), "OpensAt")
	s.must(err)
	if at != strconv.FormatInt(opens.Unix(), 10) {
		s.t.Errorf("the shell is told that it opens at %s, want %d", at, opens.Unix())
	}
	if err := s.call("StartSession", "string:fr"); err == nil {
		s.t.Error("a visit begins outside the hours")
	}
	s.must(s.borne.WaitState(s.waitFor(2*time.Minute), kiosk.Ready))
	if late := time.Since(opens); late < 0 || late > 10*time.Second {
		s.t.Errorf("open again %v after the opening hour", late)
	}
}

// waitFor is a context for one wait that is known to be long.
func (s *scene) waitFor(d time.Duration) context.Context {
	ctx, cancel := context.WithTimeout(s.t.Context(), d)
	s.t.Cleanup(cancel)
	return ctx
}

// settings publishes changed settings, and waits until the borne has them.
func (s *scene) settings(change func(string) string, has func(kiosk.Settings) bool) {
	s.t.Helper()
	s.publish(change)
	s.until("the settings to arrive", func() (bool, error) {
		text, err := s.borne.Property(s.wait(), "Settings")
		var got kiosk.Settings
		if err == nil {
			err = json.Unmarshal([]byte(text), &got)
		}
		return has(got), err
	})
}
