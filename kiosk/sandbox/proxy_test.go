package sandbox

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"net"
	"net/netip"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

// perlProxy is the least of a proxy: it answers each connection with a word,
// and each line of its control socket with what perl makes of it.
const perlProxy = `
	use IO::Handle;
	open(my $l, "+<&=3"); open(my $c, "+<&=4"); $c->autoflush(1);
	if (!fork) { while (accept(my $s, $l)) { $s->autoflush(1); print $s "%s\n"; close $s } exit }
	while (my $q = <$c>) { my $a = eval $q; print $c (defined $a ? $a : "fault: $@ $!"), "\n.\n" }
`

func perlSpec(word string) *ProxySpec {
	return &ProxySpec{Arguments: []string{"/usr/bin/perl", "-MSocket", "-e", fmt.Sprintf(perlProxy, word)}}
}

// tell asks perl in the proxy's unit.
func (p *Proxy) tell(t testing.TB, question string) string {
	t.Helper()
	p.Control.SetDeadline(time.Now().Add(10 * time.Second))
	fmt.Fprintln(p.Control, question)
	var answer []string
	for r := bufio.NewReader(p.Control); ; {
		line, err := r.ReadString('\n')
		if err != nil {
			t.Fatalf("%s: %v", question, err)
		}
		if line == ".\n" {
			return strings.TrimSpace(strings.Join(answer, ""))
		}
		answer = append(answer, line)
	}
}

// connecting is a program that asks the listener once per line it reads.
const connecting = `while read go <&3; do bash -c 'exec 5<>/dev/tcp/127.0.0.1/3128 && read -t 10 -u5 line; echo "${line:-nothing}"' >&4 2>/dev/null; done`

// asks has the program connect, and returns what came back.
func (u *Unit) asks(t testing.TB) string {
	t.Helper()
	u.Control.SetDeadline(time.Now().Add(20 * time.Second))
	fmt.Fprintln(u.Control)
	line, err := bufio.NewReader(u.Control).ReadString('\n')
	if err != nil {
		t.Fatal(err)
	}
	return strings.TrimSpace(line)
}

func TestProxyServesTheListener(t *testing.T) {
	s := newSandbox(t)
	u := startShell(t, s, Spec{Proxy: perlSpec("first")}, connecting)
	if got := u.asks(t); got != "first" {
		t.Fatalf("the program read %q", got)
	}
	if u.Proxy().UID() == u.UID() {
		t.Error("the proxy and the browser are one user")
	}
	if err := unix.Kill(u.Proxy().PID(), unix.SIGKILL); err != nil {
		t.Fatal(err)
	}
	first := u.Proxy()
	select {
	case <-first.Gone():
	case <-time.After(5 * time.Second):
		t.Fatal("the proxy was killed and nobody was told")
	}
	second, err := u.StartProxy(t.Context(), *perlSpec("second"))
	if err != nil {
		t.Fatal(err)
	}
	if got := u.asks(t); got != "second" {
		t.Fatalf("after the first was killed the program read %q", got)
	}
	// Whatever a proxy of the session left counts, also one that is long dead.
	const left = "/var/tmp/of-the-first-proxy"
	if err := os.WriteFile(left, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.Remove(left) })
	if err := os.Chown(left, int(first.UID()), 0); err != nil {
		t.Fatal(err)
	}
	s.settle = 50 * time.Millisecond
	if proof := u.Wipe(t.Context()); proof.Clean || !strings.Contains(fmt.Sprint(proof.Leftovers), "file of the session under /var/tmp") {
		t.Errorf("a file of the first proxy was left: %+v", proof)
	}
	select {
	case <-second.Gone():
	case <-time.After(5 * time.Second):
		t.Error("the proxy outlives the wipe")
	}
	if _, err := u.StartProxy(t.Context(), *perlSpec("third")); err == nil {
		t.Error("a proxy started after the wipe")
	}
	os.Remove(left)
	if proof := u.Wipe(t.Context()); !proof.Clean {
		t.Errorf("%v", proof.Leftovers)
	}
}

func TestProxyIsConfined(t *testing.T) {
	for _, dir := range []string{"/etc/borne", "/var/lib/borne"} {
		if err := os.MkdirAll(dir, 0o755); err != nil {
			t.Fatal(err)
		}
	}
	s := newSandbox(t)
	u := startShell(t, s, Spec{Proxy: perlSpec("x")}, "sleep 60")
	host, err := os.Readlink("/proc/self/ns/net")
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct{ name, question, want string }{
		{"the machine's network", "readlink '/proc/self/ns/net'", host},
		{"no capability", "`grep -h CapEff /proc/self/status`", "CapEff:\t0000000000000000"},
		{"no new privileges", "`grep -h NoNewPrivs /proc/self/status`", "NoNewPrivs:\t1"},
		{"a filter of system calls", "`grep -h Seccomp: /proc/self/status`", "Seccomp:\t2"},
		{"no settings", "opendir(my $d, '/etc/borne') ? 'seen' : 'no'", "no"},
		{"no state", "opendir(my $d, '/var/lib/borne') ? 'seen' : 'no'", "no"},
		{"no bus", "-e '/run/dbus/system_bus_socket' ? 'seen' : 'no'", "no"},
		{"no other process", "-e '/proc/1' ? 'seen' : 'no'", "no"},
		{"nowhere to write", "join ',', grep { open(my $f, '>', \"$_/x\") } qw(/ /tmp /var/tmp /run /dev/shm /etc /root /var/lib)", "/tmp,/var/tmp,/dev/shm"},
		{"no packet socket", "socket(S, 17, 3, 0) ? 'open' : 'no'", "no"},
		{"no listener", "socket(S, PF_INET, SOCK_STREAM, 0) && bind(S, sockaddr_in(0, INADDR_ANY)) ? 'open' : 'no'", "no"},
		{"no namespace", "syscall(272, 0x40000000) < 0 ? 'no' : 'made'", "no"}, // unshare, amd64
		// Fewer naps of the runtime's watchdog: see proxyProperties.
		{"its listener is its own to set", "open(my $d, '+<&', 3); setsockopt($d, 6, 9, 1) ? 'set' : \"$!\"", "set"}, // TCP_DEFER_ACCEPT
		{"slack timers", "`cat /proc/self/timerslack_ns`", "10000000"},
		{"no core dump", "`grep 'core file' /proc/self/limits | tr -s ' '`", "Max core file size 1 1 bytes"},
	} {
		if got := u.Proxy().tell(t, c.question); got != c.want {
			t.Errorf("%s: %s: %q, want %q", c.name, c.question, got, c.want)
		}
	}
	if proof := u.Wipe(t.Context()); !proof.Clean {
		t.Errorf("%v", proof.Leftovers)
	}
}

// The kernel refuses denied addresses to what the proxy opens, save the allowed
// ones, and leaves alone what it accepts.
func TestProxyCannotReachDenied(t *testing.T) {
	s := newSandbox(t)
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	go func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			c.Close()
		}
	}()
	spec := perlSpec("served")
	spec.Denied = []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8"), netip.MustParsePrefix("::/3")}
	u := startShell(t, s, Spec{Proxy: spec}, connecting)
	// What the kernel's filter drops is silence, not an error.
	reach := fmt.Sprintf("eval { $SIG{ALRM} = sub { die }; alarm 1; socket(S, PF_INET, SOCK_STREAM, 0); my $r = connect(S, sockaddr_in(%d, inet_aton('127.0.0.1'))); alarm 0; $r } ? 'yes' : 'no'", l.Addr().(*net.TCPAddr).Port)
	if got := u.Proxy().tell(t, reach); got != "no" {
		t.Errorf("a denied address: %s", got)
	}
	if got := u.asks(t); got != "served" {
		t.Errorf("the listener: %q", got)
	}
	for _, c := range []struct {
		allowed string
		want    string
	}{{"127.0.0.1", "yes"}, {"192.0.2.1", "no"}} {
		if err := u.Proxy().Allow(t.Context(), []netip.Addr{netip.MustParseAddr(c.allowed)}); err != nil {
			t.Fatal(err)
		}
		if got := u.Proxy().tell(t, reach); got != c.want {
			t.Errorf("allowed %s: %s, want %s", c.allowed, got, c.want)
		}
	}
}

func TestProxyThatDoesNotStart(t *testing.T) {
	s := newSandbox(t)
	for name, spec := range map[string]*ProxySpec{"not there": {Arguments: []string{"/nowhere/proxy"}}, "relative": {Arguments: []string{"proxy"}}} {
		if _, err := s.Start(t.Context(), Spec{Arguments: []string{"/bin/sleep", "60"}, Proxy: spec}); err == nil {
			t.Fatalf("%s: started", name)
		}
	}
	for _, unit := range []string{UnitName, ProxyUnitName} {
		if out, _ := exec.Command("systemctl", "show", "--property=LoadState", "--value", unit).Output(); strings.TrimSpace(string(out)) != "not-found" {
			t.Errorf("%s is %s", unit, out)
		}
	}
	u := startShell(t, s, Spec{Proxy: perlSpec("x")}, "sleep 60")
	if proof := u.Wipe(t.Context()); !proof.Clean {
		t.Errorf("%v", proof.Leftovers)
	}
}

func TestSweepEndsTheProxy(t *testing.T) {
	dead := newSandbox(t)
	u := startShell(t, dead, Spec{Proxy: perlSpec("x")}, "sleep 600")
	dead.Close()
	proxy := u.Proxy()
	go io.Copy(io.Discard, proxy.Control)
	if proof := newSandbox(t).Sweep(context.Background()); !proof.Clean {
		t.Fatalf("%v", proof.Leftovers)
	}
	for name, gone := range map[string]<-chan struct{}{"proxy": proxy.Gone(), "browser": u.Gone()} {
		select {
		case <-gone:
		case <-time.After(5 * time.Second):
			t.Errorf("the %s runs on", name)
		}
	}
	dead.current = nil
}
