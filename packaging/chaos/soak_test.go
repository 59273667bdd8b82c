package chaos_test

import (
	"context"
	"fmt"
	"os"
	"strconv"
	"strings"
	"testing"
	"time"

	"borne/packaging/chaos"
)

// soakVariable is how long visits follow each other, as a duration of Go.
const soakVariable = "BORNE_SOAK"

// warmUp are visits before the first sample: caches fill, heaps find their size.
const warmUp = 10

// TestSoak has visitors come without pause and nothing broken, and looks for what grows.
func TestSoak(t *testing.T) {
	word := os.Getenv(soakVariable)
	if word == "" {
		t.Skipf("%s is not set: run make soak", soakVariable)
	}
	length, err := time.ParseDuration(word)
	if err != nil || length < time.Minute {
		t.Fatalf("%s=%q is no duration of a minute or more", soakVariable, word)
	}
	s := raise(t)
	ledger := &chaos.Ledger{}
	if _, err := s.settle(t.Context(), ledger, 0); err != nil {
		t.Fatal(err)
	}
	for n := range warmUp {
		s.quiet(ledger, n)
	}
	course := newCourse()
	every := min(time.Minute, length/20)
	began := time.Now()
	visits := 0
	for next := began; ; visits++ {
		if !time.Now().Before(next) {
			s.sample(course, visits)
			next = time.Now().Add(every)
			t.Logf("%v, %d visits: %s", time.Since(began).Round(time.Second), visits, course.last())
		}
		if time.Since(began) > length {
			break
		}
		s.quiet(ledger, visits)
	}
	s.sample(course, visits)
	took := time.Since(began).Round(time.Second)
	trends := course.trends()
	t.Logf("%d visits in %v:\n%s", visits, took, chaos.Trends(trends))
	for _, one := range trends {
		if one.Grows() {
			t.Errorf("%s grows by %.1f %s in 1000 visits, %.1f are allowed", one.Name, one.Growth(), one.Unit, one.Bound())
		}
	}
	if course.restarts > 0 {
		t.Logf("%d processes were started anew", course.restarts)
	}
	text := fmt.Sprintf("%s %d visits in %v, after %d to warm up; %d processes that outlive a visit were started anew meanwhile.\n\n%s",
		s.conditions("make soak FOR="+word), visits, took, warmUp, course.restarts, chaos.Trends(trends))
	if err := chaos.Write("soak", text); err != nil {
		t.Error(err)
	}
}

// quiet is a visit in which nothing is broken: it must go as it should. One visitor in four listens, another prints, a
// third has a key.
func (s *scene) quiet(l *chaos.Ledger, n int) {
	if v, err := s.visit(chaos.Blow{Listen: n%4 == 1, Print: n%4 == 2, Save: n%4 == 3}, l); err != nil {
		s.keep("soak")
		s.t.Fatalf("%+v: %v", v, err)
	}
}

// sampleScript prints "name value" lines: of processes by their role the memory that is theirs (PSS, in kB), that they
// hold (RSS), descriptors and threads; then what a visit could leave behind in the system.
const sampleScript = `
of() { role=$1; shift; pss=0 rss=0 fds=0 threads=0
for p in "$@"; do [ -r /proc/$p/smaps_rollup ] || continue
  pss=$((pss + $(awk '/^Pss:/ {print $2}' /proc/$p/smaps_rollup))); rss=$((rss + $(awk '/^Rss:/ {print $2}' /proc/$p/smaps_rollup)))
  fds=$((fds + $(ls /proc/$p/fd | wc -l))); threads=$((threads + $(ls /proc/$p/task | wc -l)))
done
echo "$role/pid $1"; echo "$role/pss $pss"; echo "$role/rss $rss"; echo "$role/fds $fds"; echo "$role/threads $threads"; }
of borned $(systemctl show -P MainPID borned.service)
of shell $(pgrep -x borne-shell)
of xserver $(pgrep -x Xtigervnc; pgrep -x Xvnc)
of dbus $(pgrep -x dbus-daemon)
of systemd 1
of logind $(pgrep -x systemd-logind)
of office $(systemctl show -P MainPID borne-admin.service)
of egress $(systemctl show -P MainPID borne-egress.service)
of browser $(cat /sys/fs/cgroup/system.slice/borne-session.service/cgroup.procs)
echo "system/tmpfs $(df --output=used -k /run /tmp /dev/shm /run/lock 2>/dev/null | tail -n +2 | sort -u | awk '{s += $1} END {print s}')"
echo "system/units $(systemctl list-units --all --no-legend --plain | wc -l)"
echo "system/mounts $(wc -l </proc/1/mountinfo)"
echo "system/namespaces $(for p in /proc/[0-9]*; do readlink $p/ns/mnt $p/ns/net $p/ns/ipc $p/ns/user $p/ns/pid; done 2>/dev/null | sort -u | wc -l)"
echo "system/cgroups $(find /sys/fs/cgroup -type d | wc -l)"
echo "system/processes $(ls -d /proc/[0-9]* | wc -l)"
echo "system/state $(du -sk /var/lib/borne | cut -f1)"
true`

// course is what was measured, sample by sample.
type course struct {
	visits   []float64
	values   map[string][]float64
	restarts int
}

func newCourse() *course { return &course{values: map[string][]float64{}} }

// sample measures a borne that rests: the standby browser has started, and nobody speaks any more.
func (s *scene) sample(c *course, visits int) {
	ctx, cancel := context.WithTimeout(s.t.Context(), patience)
	defer cancel()
	if err := s.hand.first(ctx); err != nil {
		s.t.Fatal(err)
	}
	if err := s.hand.pause(ctx, 2*time.Second); err != nil {
		s.t.Fatal(err)
	}
	if err := soon(ctx, 100*time.Millisecond, "silence", func() (bool, error) { return !s.Speaks(), nil }); err != nil {
		s.t.Fatal(err)
	}
	said, err := s.shell(ctx, sampleScript)
	if err != nil {
		s.t.Fatal(err)
	}
	if err := c.add(said, visits); err != nil {
		s.t.Fatal(err)
	}
}

func (c *course) add(said string, visits int) error {
	c.visits = append(c.visits, float64(visits))
	for line := range strings.Lines(said) {
		name, value, _ := strings.Cut(strings.TrimSpace(line), " ")
		v, err := strconv.ParseFloat(value, 64)
		if err != nil {
			return fmt.Errorf("sample %q: %w", line, err)
		}
		role, what, _ := strings.Cut(name, "/")
		values := c.values[name]
		// The egress proxy and the browser are new for each visit.
		if what == "pid" && len(values) > 0 && values[len(values)-1] != v && role != "egress" && role != "browser" {
			c.restarts++
		}
		c.values[name] = append(values, v)
	}
	return nil
}

// last is the last sample in a line.
func (c *course) last() string {
	var b strings.Builder
	for _, name := range []string{"borned/pss", "shell/pss", "xserver/pss", "dbus/pss", "browser/pss", "borned/fds", "shell/fds", "system/tmpfs", "system/mounts"} {
		if v := c.values[name]; len(v) > 0 {
			fmt.Fprintf(&b, "%s %.0f  ", name, v[len(v)-1])
		}
	}
	return b.String()
}

// trends are all that is judged.
func (c *course) trends() []chaos.Trend {
	var all []chaos.Trend
	add := func(key, name, unit string, scale, slack float64) {
		values := make([]float64, len(c.values[key]))
		for i, v := range c.values[key] {
			values[i] = v / scale
		}
		all = append(all, chaos.Trend{Name: name, Unit: unit, Visits: c.visits[:len(values)], Values: values, Slack: slack})
	}
	for _, p := range []struct{ role, name string }{
		{"borned", "borned"}, {"shell", "borne-shell"}, {"xserver", "X server"}, {"dbus", "dbus-daemon"}, {"systemd", "systemd"},
		{"logind", "systemd-logind"}, {"office", "borne-admin"}, {"egress", "egress proxy at rest"}, {"browser", "Chromium at rest"},
	} {
		add(p.role+"/pss", p.name+", memory (PSS)", "MB", 1024, 1)
		add(p.role+"/rss", p.name+", memory (RSS)", "MB", 1024, 1)
		add(p.role+"/fds", p.name+", descriptors", "", 1, 5)
		add(p.role+"/threads", p.name+", threads", "", 1, 5)
	}
	add("system/tmpfs", "file systems in memory", "MB", 1024, 1)
	add("system/units", "units", "", 1, 5)
	add("system/mounts", "mounts", "", 1, 5)
	add("system/namespaces", "namespaces", "", 1, 5)
	add("system/cgroups", "control groups", "", 1, 5)
	add("system/processes", "processes", "", 1, 5)
	add("system/state", "borned's state on disk", "MB", 1024, 1)
	return all
}
