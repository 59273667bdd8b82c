package sandbox

import (
	"fmt"
	"net"
	"net/netip"
	"testing"
)

// TestScanner: the process that scans reaches its scanner's address and no
// other, no file and no device; the wipe ends it.
func TestScanner(t *testing.T) {
	// Two scanners: 127.0.0.2 and .3 are the machine's own, as any address of 127.0.0.0/8.
	own, other := listenOn(t, "127.0.0.2"), listenOn(t, "127.0.0.3")
	s := newSandbox(t)
	u := startShell(t, s, Spec{}, "sleep 1000")
	start := func(address netip.Addr) *Reader {
		t.Helper()
		sc, err := u.StartScanner(t.Context(), ScannerSpec{Arguments: []string{"/usr/bin/perl", "-e", perlReader}, Address: address})
		if err != nil {
			t.Fatal(err)
		}
		if sc.UID() == u.UID() {
			t.Error("what scans and the browser are one user")
		}
		return &Reader{sc.companion} // it is asked in the same way
	}
	// What the kernel drops is silence: a try ends after a second.
	dial := func(to netip.AddrPort) string {
		a := to.Addr().As4()
		return fmt.Sprintf(`socket(S, 2, 1, 0) ? setsockopt(S, 1, 21, pack("qq", 1, 0)) && connect(S, pack("SnC4x8", 2, %d, %d, %d, %d, %d)) ? "yes" : "no" : "none"`,
			to.Port(), a[0], a[1], a[2], a[3])
	}
	const file = `open(my $f, "<", "/etc/passwd") ? "yes" : "no: $!"`
	const listen = `socket(L, 2, 1, 0) && bind(L, pack("SnC4x8", 2, 4444, 127, 0, 0, 1)) ? "yes" : "no"`
	for _, c := range []struct {
		address netip.Addr
		asked   map[string]string
	}{
		{netip.Addr{}, map[string]string{dial(own): "none", file: "no: No such file or directory"}},
		{own.Addr(), map[string]string{dial(own): "yes", dial(other): "no", file: "no: No such file or directory", listen: "no",
			`open(my $f, ">", "/x") ? "yes" : "no: $!"`: "no: Read-only file system", `socket(my $s, 1, 1, 0) ? "yes" : "no"`: "no"}},
	} {
		perl := start(c.address)
		for question, want := range c.asked {
			if got := perl.tell(t, question); got != want {
				t.Errorf("with %v, %s: %q, want %q", c.address, question, got, want)
			}
		}
	}
	last := u.companions[len(u.companions)-1]
	if proof := u.Wipe(t.Context()); !proof.Clean {
		t.Errorf("not clean: %+v", proof)
	}
	select {
	case <-last.Gone():
	default:
		t.Error("what scans outlives the wipe")
	}
	if _, err := u.StartScanner(t.Context(), ScannerSpec{Arguments: []string{"/usr/bin/perl"}}); err == nil {
		t.Error("it started after the wipe")
	}
}

func listenOn(t *testing.T, address string) netip.AddrPort {
	t.Helper()
	l, err := net.Listen("tcp", address+":0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	return netip.MustParseAddrPort(l.Addr().String())
}
