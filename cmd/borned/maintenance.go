package main

import (
	"context"
	"crypto/rand"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"time"

	"borne/kiosk"
	"borne/kiosk/fleet"
	"borne/kiosk/onetime"
	"borne/kiosk/session"
	"borne/kiosk/supervisor"

	"github.com/google/renameio/v2"
)

// maintenanceFile keeps, in the state directory, which codes no longer open,
// how many wrong ones came in a row, and when the screen was opened last.
const maintenanceFile = "maintenance.json"

// maintenance is the technician's screen behind its code. It decides who may
// come in; that nobody visits meanwhile is the session machine's to see to.
type maintenance struct {
	supervisor *supervisor.Supervisor
	agent      *fleet.Agent
	file       string
	log        *slog.Logger
	machine    machine
	report     func() kiosk.MaintenanceReport
	enrol      func(ctx context.Context, server, code string) (name string, err error)
	testPage   func(context.Context) error
	began      time.Time

	mu     sync.Mutex
	guard  onetime.Guard
	opened opened
}

// opened is how often the screen was opened, for its audit.
type opened struct {
	Times uint64    `json:"times"`
	Last  time.Time `json:"last,omitzero"`
}

// kept is what the file holds.
type kept struct {
	onetime.Guard
	Opened opened `json:"opened"`
}

// machine is what starts the machine's own services anew.
type machine interface {
	RestartService(ctx context.Context, name string) error
	Reboot(ctx context.Context) error
}

// load reads what was kept. Nothing, or something unreadable, is a start: the
// first codes have no wait then, and those of the last minutes open again.
func (m *maintenance) load() {
	m.began = time.Now()
	b, err := os.ReadFile(m.file)
	if errors.Is(err, fs.ErrNotExist) {
		return
	}
	var k kept
	if err == nil {
		err = json.Unmarshal(b, &k)
	}
	if err != nil {
		m.log.Warn("read what is known of maintenance codes", "error", err)
		return
	}
	m.guard, m.opened = onetime.Restored(k.Wrong, k.Used, m.elapsed()), k.Opened
}

func (m *maintenance) elapsed() time.Duration { return time.Since(m.began) + 1 }

// save keeps it. A disk that is full or read-only does not lock the technician
// out who comes to see why: then memory alone knows.
func (m *maintenance) save() {
	b, err := json.Marshal(kept{m.guard, m.opened})
	if err == nil {
		err = renameio.WriteFile(m.file, b, 0o600, renameio.IgnoreUmask())
	}
	if err != nil {
		m.log.Warn("keep what is known of maintenance codes", "error", err)
	}
}

// AskMaintenance has the borne ask for the code.
func (m *maintenance) AskMaintenance(ctx context.Context) error {
	return m.supervisor.AskMaintenance(ctx)
}

// LeaveMaintenance goes back to visitors.
func (m *maintenance) LeaveMaintenance(ctx context.Context) error {
	return m.supervisor.LeaveMaintenance(ctx)
}

// MaintenanceCode makes a code that opens once.
func (m *maintenance) MaintenanceCode(context.Context) (string, time.Time, error) {
	var random [8]byte
	_, _ = rand.Read(random[:]) // never fails
	m.mu.Lock()
	defer m.mu.Unlock()
	// Of 64 bits the remainder favours no code that anybody could tell.
	guard, code := m.guard.Issue(m.elapsed(), uint32(binary.BigEndian.Uint64(random[:])%100_000_000))
	m.guard = guard
	m.log.Info("a maintenance code was made on this machine")
	return code, time.Now().Add(onetime.Life), nil
}

// OpenMaintenance checks a code. One that is right and opens nothing, since the
// borne is still wiping, stays good.
func (m *maintenance) OpenMaintenance(ctx context.Context, code string) error {
	if m.supervisor.Snapshot().State != kiosk.MaintenanceCode {
		return fmt.Errorf("%w: nobody was asked for a code", kiosk.ErrBadArgument)
	}
	m.mu.Lock()
	guard, err := m.guard.Try(m.agent.MaintenanceSecret(), m.elapsed(), time.Now(), code)
	before := m.guard
	m.guard = guard
	if err != nil && guard.Wrong != before.Wrong {
		m.save()
	}
	m.mu.Unlock()
	switch {
	case errors.Is(err, kiosk.ErrWrongCode):
		m.log.Warn("a wrong maintenance code was typed", "in a row", guard.Wrong)
		return err
	case err != nil:
		return err
	}
	if err := m.supervisor.Ask(ctx, session.OpenMaintenance{}); err != nil {
		m.mu.Lock()
		m.guard = before // it opened nothing
		m.mu.Unlock()
		return err
	}
	m.mu.Lock()
	m.opened = opened{m.opened.Times + 1, time.Now().UTC().Truncate(time.Second)}
	m.save()
	m.mu.Unlock()
	m.log.Info("the maintenance screen was opened")
	return nil
}

// errShut is the answer to a technician's wish while the screen is not open.
var errShut = fmt.Errorf("%w: the maintenance screen is not open", kiosk.ErrNotAllowed)

// open refuses what only the open screen may ask.
func (m *maintenance) open() error {
	if m.supervisor.Snapshot().State != kiosk.Maintenance {
		return errShut
	}
	return nil
}

// MaintenanceReport is what the screen shows.
func (m *maintenance) MaintenanceReport(context.Context) (kiosk.MaintenanceReport, error) {
	if err := m.open(); err != nil {
		return kiosk.MaintenanceReport{}, err
	}
	return m.report(), nil
}

// EnrolHere joins a central office.
func (m *maintenance) EnrolHere(ctx context.Context, server, code string) (string, error) {
	if err := m.open(); err != nil {
		return "", err
	}
	m.log.Info("the maintenance screen enrols the borne")
	return m.enrol(ctx, strings.Clone(server), strings.Clone(code))
}

// Maintain does what the technician touched.
func (m *maintenance) Maintain(ctx context.Context, a kiosk.MaintenanceAction) error {
	if err := m.open(); err != nil {
		return err
	}
	m.log.Info("the maintenance screen asks", "action", a)
	switch a {
	case kiosk.ActionTestPage:
		return m.testPage(ctx)
	case kiosk.ActionRestartScreen:
		return m.machine.RestartService(ctx, "borne-display.service")
	case kiosk.ActionRestartService:
		// As the central office's order: the loop leaves, and systemd starts the
		// next borned.
		return m.supervisor.Ask(ctx, session.Exit{Urgent: true})
	case kiosk.ActionReboot:
		return m.machine.Reboot(ctx)
	}
	return fmt.Errorf("%w: action %q", kiosk.ErrBadArgument, a)
}

// manyWrong is from how many wrong codes in a row on staff is warned.
const manyWrong = 5

// fact tells the central office that the screen was opened, and that somebody
// guesses.
func (m *maintenance) fact() kiosk.Fact {
	m.mu.Lock()
	defer m.mu.Unlock()
	f := kiosk.Fact{Name: "maintenance", Level: kiosk.LevelOK, Detail: "never opened"}
	if m.opened.Times > 0 {
		f.Detail = fmt.Sprintf("opened %d times, last %s", m.opened.Times, m.opened.Last.Format(time.RFC3339))
	}
	if m.guard.Wrong > 0 {
		f.Detail += fmt.Sprintf("; %d wrong codes since", m.guard.Wrong)
	}
	if m.guard.Wrong >= manyWrong {
		f.Level = kiosk.LevelWarn
	}
	return f
}

func newMaintenance(stateDir string, agent *fleet.Agent, log *slog.Logger) *maintenance {
	m := &maintenance{file: filepath.Join(stateDir, maintenanceFile), agent: agent, log: log}
	m.load()
	return m
}
