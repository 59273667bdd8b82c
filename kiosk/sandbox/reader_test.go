package sandbox

import (
	"bufio"
	"fmt"
	"os"
	"strings"
	"testing"
	"time"
)

// perlReader evaluates each line of its control socket, with the stick as $d.
const perlReader = `use IO::Handle; open(my $c, "+<&=3"); open($d, "<&=4"); $c->autoflush(1);
	while (my $q = <$c>) { my $a = eval $q; print $c (defined $a ? $a : "fault: $@ $!"), "\n.\n" }`

// tell asks perl in the reader's unit.
func (r *Reader) tell(t testing.TB, question string) string {
	t.Helper()
	r.Control.SetDeadline(time.Now().Add(10 * time.Second))
	fmt.Fprintln(r.Control, question)
	var answer []string
	for b := bufio.NewReader(r.Control); ; {
		line, err := b.ReadString('\n')
		if err != nil {
			t.Fatalf("%s: %v", question, err)
		}
		if line == ".\n" {
			return strings.TrimSpace(strings.Join(answer, ""))
		}
		answer = append(answer, line)
	}
}

// TestReader: the process that reads a stick reads the stick, and can do
// nothing else; the wipe ends it, and finds what it leaves.
func TestReader(t *testing.T) {
	device, err := os.CreateTemp(t.TempDir(), "stick")
	if err != nil {
		t.Fatal(err)
	}
	defer device.Close()
	if _, err := device.WriteString("the stick"); err != nil {
		t.Fatal(err)
	}
	stick, err := os.Open(device.Name())
	if err != nil {
		t.Fatal(err)
	}
	defer stick.Close()
	s := newSandbox(t)
	u := startShell(t, s, Spec{}, "sleep 1000")
	spec := ReaderSpec{Arguments: []string{"/usr/bin/perl", "-e", perlReader}, Device: stick}
	first, err := u.StartReader(t.Context(), spec)
	if err != nil {
		t.Fatal(err)
	}
	r, err := u.StartReader(t.Context(), spec)
	if err != nil {
		t.Fatal(err)
	}
	select {
	case <-first.Gone():
	case <-time.After(5 * time.Second):
		t.Error("the first reader outlives the second")
	}
	if got := r.tell(t, `sysread($d, my $b, 9); $b`); got != "the stick" {
		t.Errorf("it reads %q", got)
	}
	for question, want := range map[string]string{
		`syswrite($d, "x") // "no: $!"`:                                                                          "no: Bad file descriptor",
		`ioctl($d, 0x1272, my $x = "") // "no: $!"`:                                                              "no: Operation not permitted",
		`open(my $f, "<", "/etc/passwd") ? "yes" : "no: $!"`:                                                     "no: No such file or directory",
		`open(my $f, "<", "/var/lib/borne/usage.db") ? "yes" : "no: $!"`:                                         "no: No such file or directory",
		`open(my $f, ">", "/x") ? "yes" : "no: $!"`:                                                              "no: Read-only file system",
		`socket(my $s, 2, 1, 0) ? "yes" : "no"`:                                                                  "no",
		`socket(my $s, 1, 1, 0) ? "yes" : "no"`:                                                                  "no",
		`opendir(H, "/sys/class/net") ? "yes" : "no: $!"`:                                                        "no: Permission denied",
		`opendir(H, "/var/lib") ? "yes" : "no: $!"`:                                                              "no: No such file or directory",
		`opendir(H, "/home") ? join(" ", grep /[^.]/, readdir H) : "no: $!"`:                                     "",
		`open(my $f, "<", "/proc/self/status"); join(" ", map { /^(CapEff|NoNewPrivs|Seccomp):\s*(\S+)/ } <$f>)`: "CapEff 0000000000000000 NoNewPrivs 1 Seccomp 2",
	} {
		if got := r.tell(t, question); got != want {
			t.Errorf("%s: %q, want %q", question, got, want)
		}
	}
	if r.UID() == u.UID() {
		t.Error("the reader and the browser are one user")
	}
	const left = "/var/tmp/of-the-reader"
	if err := os.WriteFile(left, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.Remove(left) })
	if err := os.Chown(left, int(r.UID()), 0); err != nil {
		t.Fatal(err)
	}
	s.settle = 50 * time.Millisecond
	if proof := u.Wipe(t.Context()); proof.Clean || !strings.Contains(fmt.Sprint(proof.Leftovers), "file of the session under /var/tmp") {
		t.Errorf("a file of the reader was left: %+v", proof)
	}
	select {
	case <-r.Gone():
	case <-time.After(5 * time.Second):
		t.Error("the reader outlives the wipe")
	}
	if err := os.Remove(left); err != nil {
		t.Fatal(err)
	}
	s.settle = settleLimit
	if proof := u.Wipe(t.Context()); !proof.Clean {
		t.Errorf("not clean: %+v", proof)
	}
	if _, err := u.StartReader(t.Context(), spec); err == nil {
		t.Error("a reader started after the wipe")
	}
}
