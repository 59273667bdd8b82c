//go:build linux

package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"time"

	assets "borne/assets/shell"
	"borne/kiosk"
	"borne/kiosk/bus"
	"borne/kiosk/headset"
	"borne/kiosk/search"
	"borne/kiosk/shell"
	"borne/kiosk/windows"
	"borne/kiosk/windows/gate"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/app"
	"fyne.io/fyne/v2/driver"
	"github.com/coreos/go-systemd/v22/daemon"
)

// leaveWithin is how long the window may take to close.
const leaveWithin = 3 * time.Second

// run joins the bus, the windows and the shell until ctx ends (nil) or one of
// them fails. Fyne wants the main goroutine.
func run(ctx context.Context, log *slog.Logger, display, gateFolder, speechSocket string) error {
	if err := os.Setenv("DISPLAY", display); err != nil { // Fyne reads no option
		return fmt.Errorf("set the display: %w", err)
	}
	texts, err := shell.LoadTexts(assets.Files)
	if err != nil {
		return err
	}
	client, err := bus.Dial(ctx)
	if err != nil {
		return err
	}
	defer client.Close()
	refused, screens := newRefusals(), make(chan struct{}, 1)
	manager, err := windows.Open(display, windows.Options{ShellPID: os.Getpid(), Log: log,
		OnRefusedKey: refused.key, OnRefusedWindow: refused.window,
		OnScreen: func(int, int) {
			select {
			case screens <- struct{}{}:
			default: // told already: the size is asked for then
			}
		}})
	if err != nil {
		return err
	}
	defer manager.Close()
	browserGate, err := gate.Listen(gate.Options{Display: display, Folder: gateFolder, Log: log})
	if err != nil {
		return err
	}
	defer browserGate.Close()
	width, height := manager.Screen()
	bar := shell.BarHeight(width, height)
	manager.SetBar(bar)

	chimes := newSound(log, soundCards)
	defer chimes.Close()
	voice, tuner, speak := newVoice(log, speechSocket)
	application := app.New()
	s, err := shell.New(application, assets.Files, shell.Options{Kiosk: client, Page: client, Files: client, Paper: client, Scanning: client, Aids: client, Reader: client, Maintenance: client, Workshop: client, Placement: manager, Monitor: manager, Typist: manager, Search: finder,
		Sound: chimes, Voice: voice, Tuner: tuner,
		Texts: texts, Settings: kiosk.DefaultSettings(), Log: log})
	if err != nil {
		return err
	}
	ctx, fail := context.WithCancelCause(ctx)
	defer fail(nil)
	b := &borne{client: client, manager: manager, shell: s, log: log}
	for _, part := range []func(context.Context) error{
		manager.Run,
		browserGate.Serve,
		b.watch,
		func(ctx context.Context) error { return b.hello(ctx, screens) },
		func(ctx context.Context) error { refused.tell(ctx, log, client.Refused); return nil },
		b.reportActivity,
		speak,
		func(ctx context.Context) error { headset.Watch(ctx, log, s.Headset); return nil },
		alive{onScreen: fyne.Do, display: func() error { _, err := manager.Idle(); return err }, notify: notifySystemd}.beat,
		renewal{state: b.present, idle: manager.Idle, used: resident, leaving: client.Renewing}.watch,
	} {
		go func() {
			if err := part(ctx); err != nil {
				fail(err)
			}
		}()
	}
	context.AfterFunc(ctx, func() {
		fyne.Do(application.Quit)
		// An X server that hangs holds the window's goroutine as well.
		time.AfterFunc(leaveWithin, func() {
			log.Error("borne-shell ends without its window", "error", context.Cause(ctx))
			os.Exit(1)
		})
	})
	application.Lifecycle().SetOnStarted(func() { manager.SetShell(windowID(s.Window())) })
	s.Window().Resize(fyne.NewSize(float32(width), float32(height)))
	s.Window().ShowAndRun()

	cause := context.Cause(ctx)
	if errors.Is(cause, errRenew) {
		log.Info(cause.Error(), "bytes", renewBytes)
		return nil
	}
	if cause != nil && !errors.Is(cause, context.Canceled) {
		return cause
	}
	return nil
}

// finder makes what finds the services of a catalogue.
func finder(c kiosk.Catalogue) shell.Finder {
	index := search.New(c)
	return func(query string, l kiosk.Language, limit int) (found []kiosk.ServiceID) {
		for _, r := range index.Find(query, l, limit) {
			found = append(found, r.Service)
		}
		return found
	}
}

// notifySystemd tells the unit's manager something, if there is one.
func notifySystemd(state string) error {
	_, err := daemon.SdNotify(false, state)
	return err
}

// windowID is the X window of a Fyne window.
func windowID(w fyne.Window) (id uint32) {
	if native, ok := w.(driver.NativeWindow); ok {
		native.RunNative(func(c any) {
			if x, ok := c.(driver.X11WindowContext); ok {
				id = uint32(x.WindowHandle)
			}
		})
	}
	return id
}
