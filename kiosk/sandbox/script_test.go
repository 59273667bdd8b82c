package sandbox

import (
	"context"
	"errors"
	"io"
	"os/exec"
	"strings"
	"testing"
	"time"
)

// TestScript: what evaluates the house's script can reach nothing, is no
// session's user, and ends when it is told to.
func TestScript(t *testing.T) {
	s := newSandbox(t)
	first, err := s.StartScript(t.Context(), []string{"/usr/bin/perl", "-e", perlReader})
	if err != nil {
		t.Fatal(err)
	}
	if proof := s.Sweep(t.Context()); !proof.Clean {
		t.Errorf("a sweep takes it for a session's: %+v", proof)
	}
	script, err := s.StartScript(t.Context(), []string{"/usr/bin/perl", "-e", perlReader})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { script.End(context.Background()) })
	if _, err := first.Control.Read(make([]byte, 1)); !errors.Is(err, io.EOF) {
		t.Errorf("the first outlives the second: %v", err)
	}
	r := &Reader{&companion{script.Control, script.process}}
	for question, want := range map[string]string{
		`open(my $f, "<", "/etc/passwd") ? "yes" : "no: $!"`:                                                     "no: No such file or directory",
		`open(my $f, "<", "/var/lib/borne/identity.json") ? "yes" : "no: $!"`:                                    "no: No such file or directory",
		`open(my $f, ">", "/x") ? "yes" : "no: $!"`:                                                              "no: Read-only file system",
		`socket(my $s, 2, 1, 0) ? "yes" : "no"`:                                                                  "no",
		`socket(my $s, 1, 1, 0) ? "yes" : "no"`:                                                                  "no",
		`opendir(H, "/sys/class/net") ? "yes" : "no: $!"`:                                                        "no: Permission denied",
		`open(my $f, "<", "/proc/self/status"); join(" ", map { /^(CapEff|NoNewPrivs|Seccomp):\s*(\S+)/ } <$f>)`: "CapEff 0000000000000000 NoNewPrivs 1 Seccomp 2",
	} {
		if got := r.tell(t, question); got != want {
			t.Errorf("%s: %q, want %q", question, got, want)
		}
	}
	limits, err := exec.Command("systemctl", "show", ScriptUnitName, "--property=MemoryMax,MemorySwapMax,TasksMax,CPUQuotaPerSecUSec,RuntimeMaxUSec,PrivateNetwork").Output()
	for _, limit := range []string{"MemoryMax=100663296", "MemorySwapMax=0", "TasksMax=32", "CPUQuotaPerSecUSec=500ms", "RuntimeMaxUSec=30s", "PrivateNetwork=yes"} {
		if err != nil || !strings.Contains(string(limits), limit+"\n") {
			t.Errorf("systemd has no %s (%v):\n%s", limit, err, limits)
		}
	}
	if err := script.End(t.Context()); err != nil {
		t.Error(err)
	}
	select {
	case <-script.process.gone:
	case <-time.After(5 * time.Second):
		t.Error("it outlives its end")
	}
}
