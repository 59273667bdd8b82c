package sandbox

import (
	"net"
	"testing"

	"golang.org/x/sys/unix"
)

// Nothing of a visit's network is there for the next one: not the namespace, and not the listener.
func TestTwoVisitsShareNoNetwork(t *testing.T) {
	s := newSandbox(t)
	seen := map[uint64]bool{}
	for range 4 {
		u := startShell(t, s, Spec{}, "sleep 60")
		l := u.Listener
		seen[networkCookie(t, l)] = true
		if proof := u.Wipe(t.Context()); !proof.Clean {
			t.Fatalf("%v", proof.Leftovers)
		}
		if c, err := l.Accept(); err == nil {
			c.Close()
			t.Error("the listener of a visit that is over takes connections")
		}
	}
	if len(seen) != 4 {
		t.Errorf("four visits had %d networks", len(seen))
	}
}

// networkCookie is a number that the kernel gives to one network namespace and to no other, ever (socket(7),
// SO_NETNS_COOKIE); an inode's comes again.
func networkCookie(t *testing.T, l net.Listener) (cookie uint64) {
	t.Helper()
	raw, err := l.(*net.TCPListener).SyscallConn()
	if err != nil {
		t.Fatal(err)
	}
	controlled := raw.Control(func(fd uintptr) { cookie, err = unix.GetsockoptUint64(int(fd), unix.SOL_SOCKET, unix.SO_NETNS_COOKIE) })
	if controlled != nil || err != nil || cookie == 0 {
		t.Fatalf("cookie %d: %v, %v", cookie, controlled, err)
	}
	return cookie
}
