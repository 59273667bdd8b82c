package egress

import (
	"crypto/tls"
	"io"
	"testing"
	"time"
)

// TestUploads: a document that leaves is told of, once at each end; what pages
// ask for, and what comes, is not.
func TestUploads(t *testing.T) {
	cert, pool := certificate(t)
	h := start(t, echoSite(t, cert), nil)
	conn := tls.Client(h.tunnelTo(t, host), &tls.Config{RootCAs: pool, ServerName: host})
	if err := conn.Handshake(); err != nil {
		t.Fatal(err)
	}
	go func() { _, _ = io.Copy(io.Discard, conn) }()
	var s *session
	h.proxy.mu.Lock()
	for s = range h.proxy.sessions {
	}
	h.proxy.mu.Unlock()
	const every = 200 * time.Millisecond
	told := make(chan bool, 100)
	go s.uploads(t.Context(), every, func(on bool) { told <- on })
	want := func(on bool) {
		t.Helper()
		select {
		case got := <-told:
			if got != on {
				t.Fatalf("uploading %v, want %v", got, on)
			}
		case <-time.After(10 * time.Second):
			t.Fatalf("uploading %v is not told", on)
		}
	}
	send := func(bytes int) {
		if _, err := conn.Write(make([]byte, bytes)); err != nil {
			t.Fatal(err)
		}
	}
	send(uploadBytes / 8)
	time.Sleep(3 * every) // three times nothing is told
	if len(told) > 0 {
		t.Fatal("a small request counts as a document")
	}
	send(8 * uploadBytes)
	want(true)
	want(false)
	send(4 * uploadBytes)
	want(true)
	conn.Close()
	want(false)
}

// TestWorkerTellsOfUploads carries the word over the control stream.
func TestWorkerTellsOfUploads(t *testing.T) {
	ours, theirs := streams(t)
	told := make(chan bool, 2)
	r := &Remote{control: ours, told: Told{Uploading: func(on bool) { told <- on }}, done: make(chan struct{}), waiting: map[uint64]chan word{}}
	go r.read()
	for _, on := range []bool{true, false} {
		if err := writeFrame(theirs, word{Uploading: &on}, maxWordBytes); err != nil {
			t.Fatal(err)
		}
		if got := <-told; got != on {
			t.Errorf("uploading %v arrives as %v", on, got)
		}
	}
	theirs.Close()
	<-r.Done()
}
