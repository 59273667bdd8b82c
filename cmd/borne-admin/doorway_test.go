package main

import (
	"bufio"
	"context"
	"crypto/tls"
	"encoding/json"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptrace"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"borne/admin"
	"borne/admin/admintest"
	"borne/admin/api"
	"borne/admin/auth"
	"borne/admin/store"
	"borne/kiosk"
	"borne/kiosk/httpsig"
)

// entrance is a central office for bornes alone, behind a doorway.
type entrance struct {
	url    string
	trust  *tls.Config
	store  *store.Store
	bell   *api.Bell
	door   *doorway
	server *http.Server
}

func newEntrance(t *testing.T, secure bool) *entrance {
	t.Helper()
	e := &entrance{bell: api.NewBell()}
	e.store = admintest.OpenStore(t, time.Now, e.bell.Ring)
	log := slog.New(slog.DiscardHandler)
	device := &api.Device{Store: e.store, Presence: api.NewPresence(e.store, log), Bell: e.bell, Enrolments: auth.NewLimiter(20, time.Hour, time.Now), Now: time.Now, Log: log}
	mux := http.NewServeMux()
	if err := device.Register(mux); err != nil {
		t.Fatal(err)
	}
	e.server = newServer(headers(mux, true), log)
	e.server.RegisterOnShutdown(e.bell.Close)
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	e.url = "http://" + l.Addr().String()
	var config *tls.Config
	if secure {
		cert, key, trust := selfSigned(t)
		certificate, err := tls.LoadX509KeyPair(cert, key)
		if err != nil {
			t.Fatal(err)
		}
		e.url, e.trust = "https://"+l.Addr().String(), trust
		config = &tls.Config{Certificates: []tls.Certificate{certificate}, MinVersion: tls.VersionTLS12, NextProtos: []string{"h2", "http/1.1"}}
		e.server.TLSConfig = config.Clone()
	}
	e.door = newDoorway(l, config, log)
	served := make(chan error, 1)
	go func() { served <- e.server.Serve(e.door) }()
	t.Cleanup(func() {
		e.end(t)
		if err := <-served; err != http.ErrServerClosed {
			t.Error(err)
		}
	})
	return e
}

// end stops the server as a signal does; a second time it does nothing.
func (e *entrance) end(t *testing.T) {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), 20*time.Second)
	defer cancel()
	if err := e.server.Shutdown(ctx); err != nil {
		t.Error(err)
	}
	if err := e.door.wait(ctx); err != nil {
		t.Error("who was held outside:", err)
	}
}

// borne enrols one; over HTTP/2 or not. dialled counts its connections.
func (e *entrance) borne(t *testing.T, http2 bool) (b *admintest.Borne, dialled *atomic.Int64) {
	t.Helper()
	code, err := e.store.CreateCode(t.Context(), admin.EnrolmentCode{KioskName: "Accueil", Author: "test", Expires: time.Now().Add(time.Hour)})
	if err != nil {
		t.Fatal(err)
	}
	b, dialled = admintest.NewBorne(e.url, time.Now), &atomic.Int64{}
	transport := &http.Transport{TLSClientConfig: e.trust.Clone(), ForceAttemptHTTP2: http2, DialContext: func(ctx context.Context, network, address string) (net.Conn, error) {
		dialled.Add(1)
		return (&net.Dialer{}).DialContext(ctx, network, address)
	}}
	t.Cleanup(transport.CloseIdleConnections)
	b.Client = &http.Client{Transport: transport}
	if _, err := b.Enrol(t.Context(), code.Code); err != nil {
		t.Fatal(err)
	}
	return b, dialled
}

// held waits until so many check-ins are.
func (e *entrance) held(t *testing.T, n int) {
	t.Helper()
	for e.bell.Waiting() != n {
		select {
		case <-time.After(time.Millisecond):
		case <-t.Context().Done():
			t.Fatal("nobody waits")
		}
	}
}

// TestHeldCheckIns: an order ends each wait at once, one after the other on one
// connection, with and without TLS, in HTTP/1.1 and HTTP/2.
func TestHeldCheckIns(t *testing.T) {
	for name, c := range map[string]struct{ secure, http2 bool }{"plain": {}, "TLS": {true, false}, "HTTP/2": {true, true}} {
		t.Run(name, func(t *testing.T) {
			e := newEntrance(t, c.secure)
			b, dialled := e.borne(t, c.http2)
			for round := range 3 {
				type told struct {
					reply kiosk.CheckInReply
					err   error
				}
				answers := make(chan told, 1)
				go func() {
					var a told
					a.reply, a.err = b.CheckIn(t.Context(), kiosk.CheckIn{State: kiosk.Ready}, kiosk.MaxWait)
					answers <- a
				}()
				e.held(t, 1)
				_, err := e.store.CreateCommand(t.Context(), admin.Command{Kiosk: b.ID, Author: "test",
					Command: kiosk.Command{Kind: kiosk.CommandClose, Expires: time.Now().Add(time.Hour)}})
				if err != nil {
					t.Fatal(err)
				}
				if a := <-answers; a.err != nil || len(a.reply.Commands) != round+1 {
					t.Fatalf("round %d: %+v, %v", round, a.reply, a.err)
				}
				// A request of another kind on the same connection.
				if a, err := b.Bundle(t.Context()); err != nil || a.Status != http.StatusNotFound {
					t.Fatalf("round %d: the bundle: %d, %v", round, a.Status, err)
				}
			}
			if n := dialled.Load(); n != 1 {
				t.Errorf("%d connections for one borne", n)
			}
		})
	}
}

// TestHeldAnswers: what a held check-in is answered looks like what is answered
// at once: refusals, headers, the end of the wait.
func TestHeldAnswers(t *testing.T) {
	e := newEntrance(t, true)
	b, dialled := e.borne(t, false)
	ask := func(wait string) chan admintest.Answer {
		answers := make(chan admintest.Answer, 1)
		go func() {
			body, err := json.Marshal(kiosk.CheckIn{State: kiosk.Ready, Clock: time.Now()})
			if err != nil {
				t.Error(err)
			}
			a, err := b.Do(t.Context(), http.MethodPost, kiosk.PathCheckIn+"?wait="+wait, body)
			if err != nil {
				t.Error(err)
			}
			answers <- a
		}()
		return answers
	}
	atOnce, held := <-ask("0"), <-ask("1")
	for name := range atOnce.Header {
		if got, want := held.Header.Get(name), atOnce.Header.Get(name); got != want && name != "Date" && name != "Content-Length" || got == "" {
			t.Errorf("%s: %q held, %q at once", name, got, want)
		}
	}
	if held.Status != http.StatusOK || len(held.Header) != len(atOnce.Header) {
		t.Errorf("held: %d %v; at once %v", held.Status, held.Header, atOnce.Header)
	}
	waiting := ask("50")
	e.held(t, 1)
	if err := e.store.SetStanding(t.Context(), b.ID, admin.Revoked, "stolen", "test"); err != nil {
		t.Fatal(err)
	}
	refused := <-waiting
	again := <-ask("0")
	if refused.Status != again.Status || refused.Header.Get("Content-Type") != "application/problem+json" || refused.Header.Get("Date") == "" {
		t.Errorf("revoked while held: %d %v %s; then %d", refused.Status, refused.Header, refused.Body, again.Status)
	}
	if n := dialled.Load(); n != 1 {
		t.Errorf("%d connections for one borne", n)
	}
}

// TestStopWhileHeld: who is held is told to come back, before the server ends.
func TestStopWhileHeld(t *testing.T) {
	e := newEntrance(t, true)
	const n = 20
	answers := make(chan kiosk.CheckInReply, n)
	for range n {
		b, _ := e.borne(t, false)
		go func() {
			reply, err := b.CheckIn(context.Background(), kiosk.CheckIn{State: kiosk.Ready}, kiosk.MaxWait)
			if err != nil {
				t.Error(err)
			}
			answers <- reply
		}()
	}
	e.held(t, n)
	e.end(t)
	for range n {
		if reply := <-answers; reply.NextSeconds < 1 || reply.NextSeconds > 10 {
			t.Errorf("come back in %d s", reply.NextSeconds)
		}
	}
}

// TestHasty: who sends the next request before the answer is held, answered,
// and has to connect anew.
func TestHasty(t *testing.T) {
	e := newEntrance(t, false)
	b, _ := e.borne(t, false)
	c, err := net.Dial("tcp", e.door.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	body := `{"state":"ready"}`
	var both strings.Builder
	for range 2 {
		req, err := http.NewRequest(http.MethodPost, e.url+kiosk.PathCheckIn+"?wait=1", strings.NewReader(body))
		if err != nil {
			t.Fatal(err)
		}
		if err := httpsig.Sign(req, []byte(body), b.ID, b.Key, time.Now()); err != nil {
			t.Fatal(err)
		}
		if err := req.Write(&both); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := io.WriteString(c, both.String()); err != nil {
		t.Fatal(err)
	}
	if err := c.SetReadDeadline(time.Now().Add(20 * time.Second)); err != nil {
		t.Fatal(err)
	}
	from := bufio.NewReader(c)
	res, err := http.ReadResponse(from, nil)
	if err != nil || res.StatusCode != http.StatusOK || !res.Close {
		t.Fatalf("%+v, %v", res, err)
	}
	_, _ = io.Copy(io.Discard, res.Body)
	if _, err := from.ReadByte(); err != io.EOF {
		t.Errorf("the connection goes on: %v", err)
	}
}

// TestSlowHandshakes: those who never say hello hold nobody up, and who speaks
// plain HTTP is told.
func TestSlowHandshakes(t *testing.T) {
	e := newEntrance(t, true)
	for range 300 {
		c, err := net.Dial("tcp", e.door.Addr().String())
		if err != nil {
			t.Fatal(err)
		}
		defer c.Close()
	}
	b, _ := e.borne(t, true)
	var protocol string
	ctx := httptrace.WithClientTrace(t.Context(), &httptrace.ClientTrace{TLSHandshakeDone: func(s tls.ConnectionState, _ error) { protocol = s.NegotiatedProtocol }})
	b.Client.CloseIdleConnections()
	if _, err := b.CheckIn(ctx, kiosk.CheckIn{State: kiosk.Ready}, 0); err != nil || protocol != "h2" {
		t.Errorf("by %q: %v", protocol, err)
	}
	c, err := net.Dial("tcp", e.door.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	if _, err := io.WriteString(c, "GET / HTTP/1.1\r\nHost: office\r\n\r\n"); err != nil {
		t.Fatal(err)
	}
	answer, err := io.ReadAll(c)
	if err != nil || !strings.HasPrefix(string(answer), "HTTP/1.0 400 ") {
		t.Errorf("%q, %v", answer, err)
	}
}
