package bus

import (
	"context"
	"encoding/xml"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"reflect"
	"strings"
	"sync"
	"testing"
	"time"

	"borne/kiosk"
	"borne/kiosk/kiosktest"

	"github.com/godbus/dbus/v5"
	"github.com/godbus/dbus/v5/introspect"
)

func connect(t *testing.T, address string) *dbus.Conn {
	t.Helper()
	conn, err := dbus.Connect(address)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close() })
	return conn
}

// borne records what it is asked.
type borne struct {
	mu    sync.Mutex
	calls []string
	err   error
}

func (b *borne) did(format string, args ...any) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.calls = append(b.calls, fmt.Sprintf(format, args...))
	return b.err
}

// called returns the calls so far.
func (b *borne) called() []string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return append([]string(nil), b.calls...)
}

// fail makes every further call end in err.
func (b *borne) fail(err error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.err = err
}

func (b *borne) StartSession(_ context.Context, l kiosk.Language) error { return b.did("start %s", l) }
func (b *borne) OpenService(_ context.Context, id kiosk.ServiceID) error {
	return b.did("open %s", id)
}
func (b *borne) EndSession(_ context.Context, r kiosk.EndReason) error { return b.did("end %s", r) }
func (b *borne) Extend(context.Context) error                          { return b.did("extend") }
func (b *borne) CallMediator(context.Context) error                    { return b.did("call") }
func (b *borne) AnswerHelp(context.Context) error                      { return b.did("answer") }
func (b *borne) Home(context.Context) error                            { return b.did("home") }
func (b *borne) Back(context.Context) error                            { return b.did("back") }
func (b *borne) Zoom(_ context.Context, step int) error                { return b.did("zoom %d", step) }
func (b *borne) UseAid(_ context.Context, a kiosk.Aid) error           { return b.did("aid %s", a) }
func (b *borne) Activity(context.Context) error                        { return b.did("activity") }
func (b *borne) AllowHost(_ context.Context, host string) error        { return b.did("allow %s", host) }
func (b *borne) Prolong(_ context.Context, d time.Duration) error      { return b.did("prolong %v", d) }
func (b *borne) Report(_ context.Context, r kiosk.Report) error {
	return b.did("report %s %s %s %s", r.Service, r.Outcome, r.Face, r.Autonomy)
}
func (b *borne) GiveFile(_ context.Context, document string) error { return b.did("give %s", document) }
func (b *borne) Renewing(context.Context) error                    { return b.did("renewing") }
func (b *borne) Refused(_ context.Context, r kiosk.Reason) error   { return b.did("refused %s", r) }
func (b *borne) Documents(context.Context) (kiosk.Offer, error) {
	return kiosk.Offer{Documents: []kiosk.Document{{ID: "1", Name: "avis.pdf"}}, Key: kiosk.KeyRead}, b.did("documents")
}
func (b *borne) Hello(_ context.Context, w, h, bar int) error {
	return b.did("hello %d %d %d", w, h, bar)
}
func (b *borne) ShellGone() { _ = b.did("shell gone") }
func (b *borne) Diagnostics(context.Context) ([]kiosk.Fact, error) {
	return []kiosk.Fact{{Name: "disk", Level: kiosk.LevelOK}}, b.did("diagnostics")
}
func (b *borne) Enrol(_ context.Context, server, code string) (string, error) {
	return "Accueil 1", b.did("enrol %s %s", server, code)
}
func (b *borne) SyncUsage(context.Context) (uint64, error) { return 3, b.did("sync") }
func (b *borne) Usage(context.Context) (any, error) {
	return map[string]int{"cells": 2}, b.did("usage")
}

// serve exports b and returns its server and the bus address. shell is the
// uid that passes for the shell's; with adds what else is served.
func serve(t *testing.T, b *borne, shell uint32, with ...func(*Options)) (*Server, string) {
	t.Helper()
	address := kiosktest.Bus(t)
	o := Options{Conn: connect(t, address), ShellUID: shell, Version: "1.2.3", Visitor: b, Page: b, Aids: b, Shell: b, Maintenance: b, Workshop: b, Staff: b,
		Log: slog.New(slog.DiscardHandler)}
	for _, f := range with {
		f(&o)
	}
	s, err := NewServer(o)
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Claim(t.Context()); err != nil {
		t.Fatal(err)
	}
	return s, address
}

func TestCallsAndAnswers(t *testing.T) {
	b := &borne{}
	_, address := serve(t, b, uint32(os.Getuid()))
	c, ctx := NewClient(connect(t, address)), t.Context()
	for _, err := range []error{c.StartSession(ctx, "fr"), c.OpenService(ctx, "caf"), c.Extend(ctx), c.CallMediator(ctx), c.Home(ctx),
		c.Back(ctx), c.Zoom(ctx, 1), c.UseAid(ctx, kiosk.AidContrast), c.GiveFile(ctx, "1"), c.Refused(ctx, kiosk.ReasonKey), c.Activity(ctx), c.Renewing(ctx), c.EndSession(ctx, kiosk.EndButton),
		c.Report(ctx, kiosk.Report{Service: "caf", Outcome: kiosk.OutcomeDone, Autonomy: kiosk.AutonomyPartly})} {
		if err != nil {
			t.Fatal(err)
		}
	}
	if got, want := strings.Join(b.called(), ","), "start fr,open caf,extend,call,home,back,zoom 1,aid contrast,give 1,refused key,activity,renewing,end button,report caf done none partly"; got != want {
		t.Errorf("calls %s, want %s", got, want)
	}
	for name, err := range map[string]error{"zoom": c.Zoom(ctx, 9), "aid": c.UseAid(ctx, "crystal ball"), "end": c.EndSession(ctx, "tired"), "refused": c.Refused(ctx, kiosk.ReasonECH), "hello": c.Hello(ctx, 10, 10, 20),
		"autonomy": c.Report(ctx, kiosk.Report{Autonomy: "with my son"})} {
		if !errors.Is(err, kiosk.ErrBadArgument) {
			t.Errorf("%s: %v, want a bad argument", name, err)
		}
	}
	b.fail(kiosk.ErrSessionActive)
	if err := c.StartSession(ctx, "fr"); !errors.Is(err, kiosk.ErrSessionActive) {
		t.Errorf("StartSession: %v, want ErrSessionActive across the bus", err)
	}
}

// TestGuard runs as whoever calls the tests: root passes for staff, anybody
// else for the shell or a stranger.
func TestGuard(t *testing.T) {
	b := &borne{}
	s, address := serve(t, b, 4242)
	sender := dbus.Sender(connect(t, address).Names()[0])
	for _, c := range []struct {
		uid  uint32
		who  access
		want bool
	}{{0, staffOnly, true}, {0, visitorToo, true}, {4242, visitorToo, true}, {4242, staffOnly, false}, {1000, visitorToo, false}, {1000, staffOnly, false}} {
		s.mu.Lock()
		s.uids[string(sender)] = c.uid
		s.mu.Unlock()
		if err := s.allow(sender, c.who); (err == nil) != c.want || err != nil && !errors.Is(err, kiosk.ErrNotAllowed) {
			t.Errorf("uid %d, access %d: %v", c.uid, c.who, err)
		}
	}
	o := &object{s}
	s.uids[string(sender)] = 1000
	for _, m := range methods {
		f := reflect.ValueOf(o).MethodByName(m.name)
		if !f.IsValid() {
			t.Errorf("%s is described and not exported", m.name)
			continue
		}
		args := []reflect.Value{reflect.ValueOf(sender)}
		for i := 1; i < f.Type().NumIn(); i++ {
			args = append(args, reflect.Zero(f.Type().In(i)))
		}
		out := f.Call(args)
		if e, _ := out[len(out)-1].Interface().(*dbus.Error); e == nil || e.Name != kiosk.BusErrorPrefix+"NotAllowed" {
			t.Errorf("%s called by uid 1000: %v, want NotAllowed", m.name, e)
		}
	}
	if _, err := (&propertiesObject{s}).GetAll(sender, kiosk.BusInterface); err == nil {
		t.Error("uid 1000 read the properties")
	}
	if len(b.calls) > 0 {
		t.Errorf("a stranger's calls went through: %v", b.calls)
	}
	if n := reflect.TypeFor[*object]().NumMethod(); n != len(methods) {
		t.Errorf("%d methods exported, %d described", n, len(methods))
	}
}

func TestWatch(t *testing.T) {
	b := &borne{}
	s, address := serve(t, b, uint32(os.Getuid()))
	s.Publish(kiosk.Snapshot{State: kiosk.Ready})
	if err := s.SetConfiguration(kiosk.Configuration{Catalogue: kiosk.Catalogue{Services: []kiosk.Service{{ID: "caf"}}},
		Settings: kiosk.DefaultSettings()}); err != nil {
		t.Fatal(err)
	}
	c := NewClient(connect(t, address))
	seen, configs := make(chan kiosk.Snapshot, 10), make(chan kiosk.Configuration, 10)
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() {
		ended <- c.Watch(ctx, func(n kiosk.Snapshot) { seen <- n }, func(c kiosk.Configuration) { configs <- c })
	}()
	if n := <-seen; n.State != kiosk.Ready {
		t.Errorf("first snapshot %+v", n)
	}
	if conf := <-configs; len(conf.Catalogue.Services) != 1 || conf.Settings.IdleTimeout != 5*time.Minute {
		t.Errorf("configuration %+v", conf)
	}
	deadline := time.Now().Add(time.Minute)
	s.Publish(kiosk.Snapshot{State: kiosk.Choosing, Notice: kiosk.IdleWarning, Deadline: deadline, Language: "fr"})
	n := <-seen
	// What is left travels in milliseconds: the deadline is late by the way, early by what is rounded.
	late, way := n.Deadline.Sub(deadline), time.Since(deadline.Add(-time.Minute))
	if n.State != kiosk.Choosing || n.Notice != kiosk.IdleWarning || late < -2*time.Millisecond || late > way {
		t.Errorf("second snapshot %+v, %v after %v, which travelled for %v at most", n, late, deadline, way)
	}
	cancel()
	if err := <-ended; err != nil {
		t.Errorf("Watch: %v", err)
	}
}

func TestShellGone(t *testing.T) {
	b := &borne{}
	_, address := serve(t, b, uint32(os.Getuid()))
	conn := connect(t, address)
	if err := NewClient(conn).Hello(t.Context(), 1280, 800, 96); err != nil {
		t.Fatal(err)
	}
	conn.Close()
	for deadline := time.Now().Add(5 * time.Second); ; {
		calls := b.called()
		if calls[len(calls)-1] == "shell gone" {
			return
		}
		if time.Now().After(deadline) {
			t.Fatalf("the shell's death went unnoticed: %v", calls)
		}
		time.Sleep(5 * time.Millisecond)
	}
}

func TestSecondBorned(t *testing.T) {
	_, address := serve(t, &borne{}, 0)
	b := &borne{}
	second, err := NewServer(Options{Conn: connect(t, address), Visitor: b, Page: b, Shell: b, Staff: b, Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	if err := second.Claim(t.Context()); err == nil || !strings.Contains(err.Error(), "another borned") {
		t.Errorf("Claim: %v, want a word of the other borned", err)
	}
}

func TestIntrospection(t *testing.T) {
	_, address := serve(t, &borne{}, 0)
	var text string
	err := connect(t, address).Object(kiosk.BusName, kiosk.BusPath).Call("org.freedesktop.DBus.Introspectable.Introspect", 0).Store(&text)
	if err != nil {
		t.Fatal(err)
	}
	var n introspect.Node
	if err := xml.Unmarshal([]byte(text), &n); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"StartSession", "OpenService", "Extend", "EndSession", "CallMediator", "Back", "Zoom", "StateChanged", "Deadline"} {
		if !strings.Contains(text, `"`+name+`"`) {
			t.Errorf("introspection lacks %s", name)
		}
	}
}
