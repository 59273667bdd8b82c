package main

import (
	"net"
	"path/filepath"
	"syscall"
	"testing"
	"time"
)

// TestSystemdIsTold stands where systemd does: at NOTIFY_SOCKET.
func TestSystemdIsTold(t *testing.T) {
	socket := filepath.Join(t.TempDir(), "notify")
	l, err := net.ListenUnixgram("unixgram", &net.UnixAddr{Name: socket, Net: "unixgram"})
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	if err := l.SetReadDeadline(time.Now().Add(30 * time.Second)); err != nil {
		t.Fatal(err)
	}
	t.Setenv("NOTIFY_SOCKET", socket)
	s := start(t, filepath.Join(t.TempDir(), "data"))
	expect := func(want string) {
		t.Helper()
		buf := make([]byte, 256)
		n, err := l.Read(buf)
		if err != nil || string(buf[:n]) != want {
			t.Errorf("told %q, %v; want %q", buf[:n], err, want)
		}
	}
	expect("READY=1")
	if err := s.end(t, syscall.SIGTERM); err != nil {
		t.Error(err)
	}
	expect("STOPPING=1")
}
