package sandbox

import (
	"bufio"
	"fmt"
	"os/exec"
	"strings"
	"testing"
	"time"
)

// TestLimits: systemd was told of every limit, and took it. Those of memory,
// tasks and processor need control groups' controllers, which a test host may
// not have; a virtual machine tries them with bombs. Those of file systems and
// descriptors hold anywhere, and are tried here.
func TestLimits(t *testing.T) {
	s := newSandbox(t)
	u := startShell(t, s, Spec{MemoryMaxBytes: 1 << 30, TasksMax: 300, StorageMaxBytes: 8 << 20}, `while read -r line <&3; do if (eval "$line") >/dev/null 2>&1; then echo held >&4; else echo "did not hold" >&4; fi; done`)
	out, err := exec.Command("systemctl", "show", UnitName, "--property=MemoryMax,MemorySwapMax,TasksMax,CPUWeight,IOWeight,LimitNOFILE,OOMPolicy,OOMScoreAdjust").Output()
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"MemoryMax=1073741824", "MemorySwapMax=0", "TasksMax=300", "CPUWeight=50", "IOWeight=50",
		"LimitNOFILE=32768", "OOMPolicy=kill", "OOMScoreAdjust=500"} {
		if !strings.Contains(string(out), want+"\n") {
			t.Errorf("systemd has no %s:\n%s", want, out)
		}
	}
	u.Control.SetDeadline(time.Now().Add(time.Minute))
	answers := bufio.NewReader(u.Control)
	for _, try := range []struct{ what, bomb string }{
		{"storage filled", `dd if=/dev/zero of=/var/lib/borne/bomb bs=1M count=64 2>&1 | grep -q "No space left"`},
		{"storage's files used up", `mkdir /var/lib/borne/m; cd /var/lib/borne/m; ! seq 70000 | xargs touch 2>/dev/null`},
		{"shared memory's files", `cd /dev/shm; ! seq 20000 | xargs touch 2>/dev/null`},
		{"shared memory is not all", `test $(df --output=size -k /dev/shm | tail -1) -le 524288`},
		{"no program in storage", `rm -rf /var/lib/borne/bomb /var/lib/borne/m; cp /bin/true /var/lib/borne/x; ! /var/lib/borne/x`},
		{"no program in shared memory", `rm -rf /dev/shm/*; cp /bin/true /dev/shm/x; ! /dev/shm/x`},
		{"descriptors have a hard limit", `! sh -c "ulimit -n 40000" 2>/dev/null`},
	} {
		fmt.Fprintln(u.Control, try.bomb)
		if got, err := answers.ReadString('\n'); err != nil || got != "held\n" {
			t.Errorf("%s: %q %v", try.what, got, err)
		}
	}
	if proof := u.Wipe(t.Context()); !proof.Clean {
		t.Errorf("not clean: %+v", proof)
	}
}
