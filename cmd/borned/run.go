package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"os/user"
	"path/filepath"
	"strconv"
	"sync"
	"time"
	_ "time/tzdata" // counters are dated in Europe/Paris on any machine

	"borne/assets"
	"borne/kiosk"
	"borne/kiosk/browser"
	"borne/kiosk/bundle"
	"borne/kiosk/bus"
	"borne/kiosk/egress"
	"borne/kiosk/fleet"
	"borne/kiosk/printer"
	"borne/kiosk/sandbox"
	"borne/kiosk/session"
	"borne/kiosk/supervisor"
	"borne/kiosk/usage"
	"borne/kiosk/usb"

	"github.com/coreos/go-systemd/v22/daemon"
	"github.com/kardianos/service"
)

// shellUser is the user of the display service.
const shellUser = "borne-shell"

// closeEvery is how often elapsed hours are closed for the central office.
const closeEvery = 5 * time.Minute

// earliest is before the first borne: a clock that says less is wrong, and
// counts wait in memory until it is set.
var earliest = time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)

// runCommand runs the service.
type runCommand struct {
	StateDir     string        `default:"/var/lib/borne" env:"BORNE_STATE_DIR" help:"Identity, bundle and usage log."`
	CAFile       string        `name:"ca-file" env:"BORNE_CA_FILE" placeholder:"FILE" help:"PEM authorities to trust beside the system's, for the central office."`
	CheckInEvery time.Duration `env:"BORNE_CHECK_IN_EVERY" placeholder:"TIME" help:"For lines on which each byte costs: check in so often, 1m to 30m, in place of a connection that is held."`
	UsageMonths  int           `env:"BORNE_USAGE_MONTHS" default:"25" placeholder:"MONTHS" help:"How long counters wait for the central office at most, 1 to 25."`
	// The addresses of proxies hold passwords: a command line is everybody's to
	// read, the settings file is not.
	Proxy      string `env:"BORNE_PROXY" hidden:"" help:"HTTP proxy towards the central office and the visitors' sites."`
	SitesProxy string `env:"BORNE_SITES_PROXY" hidden:"" help:"HTTP proxy towards the sites where it is another, or direct."`
}

// Run serves until SIGTERM, or a technician's restart.
func (c runCommand) Run(log *slog.Logger) error {
	if err := needRoot(); err != nil {
		return err
	}
	p := &program{c: c, log: log, done: make(chan struct{})}
	s, err := newService(p)
	if err != nil {
		return err
	}
	if err := s.Run(); err != nil {
		return err
	}
	return p.err
}

// program is the service as kardianos/service runs it.
type program struct {
	c    runCommand
	log  *slog.Logger
	stop context.CancelFunc
	done chan struct{}
	err  error
}

// Start begins and does not wait.
func (p *program) Start(service.Service) error {
	ctx, stop := context.WithCancel(context.Background())
	p.stop = stop
	go func() {
		p.err = p.c.serve(ctx, p.log)
		close(p.done)
		if ctx.Err() == nil {
			// Nobody asked for the end: a fault, or a restart. Say so and let
			// systemd start the next.
			if p.err != nil {
				p.log.Error("borned ends", "error", p.err)
				os.Exit(1)
			}
			os.Exit(0)
		}
	}()
	return nil
}

// Stop wipes the visitor's session and waits for it.
func (p *program) Stop(service.Service) error {
	p.stop()
	<-p.done
	return nil
}

// serve constructs, attaches, opens, and closes in reverse.
func (c runCommand) serve(ctx context.Context, log *slog.Logger) (err error) {
	officeProxy, sitesProxy, err := c.parents()
	if err != nil {
		return err
	}
	if every := c.CheckInEvery; every != 0 && (every < time.Minute || every > 30*time.Minute) {
		return fmt.Errorf("BORNE_CHECK_IN_EVERY=%s in %s: write 1m to 30m, or leave it out", every, settingsFile)
	}
	if m := c.UsageMonths; m < 1 || m > usage.MaxRetentionMonths {
		return fmt.Errorf("BORNE_USAGE_MONTHS=%d in %s: write 1 to %d, or leave it out", m, settingsFile, usage.MaxRetentionMonths)
	}
	shellUID, err := uidOf(shellUser)
	if err != nil {
		return err
	}
	if err := os.MkdirAll(c.StateDir, 0o700); err != nil {
		return fmt.Errorf("state directory: %w", err)
	}
	paris, err := time.LoadLocation("Europe/Paris")
	if err != nil {
		return err
	}

	box, err := sandbox.New(sandbox.Options{Log: log, StoppedAfter: "borned.service"})
	if err != nil {
		return err
	}
	defer box.Close()
	e := &engine{sandbox: box, log: log, outlet: &outlet{log: log, upstream: sitesProxy},
		keys: keys{places: usb.Machine(), log: log}}

	conf := &configuration{}
	conf.use = func(b *bundle.Bundle) error {
		conf.know(b)
		return usePolicies(e, b)
	}
	e.printing = newPrinting(printer.New(printer.Socket), func() kiosk.Printing { return conf.Current().Settings.Printing }, log)
	e.saving = &saving{settings: func() kiosk.USB { return conf.Current().Settings.USB }, location: paris, log: log}
	e.scanning = &scanning{settings: func() kiosk.Scanning { return conf.Current().Settings.Scanning }, log: log, used: true}
	clock := &clock{now: time.Now, ask: box.ClockSynchronised}
	counters, err := usage.Open(filepath.Join(c.StateDir, "usage.db"),
		usage.Options{Log: log, Location: paris, Earliest: earliest, Confirmed: clock.confirmed, IsService: conf.isService, RetentionMonths: c.UsageMonths})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, counters.Close()) }()

	// The agent, the supervisor and the bus server need each other: late is
	// what each finds of the others once all are made.
	var sup *supervisor.Supervisor
	e.language = func() kiosk.Language { return sup.Snapshot().Language }
	e.outlet.refused = func(r egress.Refusal) {
		// A page that a visitor asked for is counted by the browser's word of
		// it; what remains is sub-resources and Chromium's own noise.
		e.noteRefusal(r)
		sup.Tell(session.Counted{What: kiosk.DeviceRefusedNoise})
		if !r.Noise {
			sup.Tell(session.Refused{Reason: r.Reason})
		}
	}
	conf.tell = func(ev session.Event) { sup.Tell(ev) }
	h := &health{stateDir: c.StateDir, log: counters, refused: conf.lastFault, sitesProxy: e.outlet.fact, clock: clock.fact, printer: e.printing.fact}
	o := &office{configuration: conf, health: h.facts, versions: func() kiosk.Versions {
		return kiosk.Versions{Borne: version, Chromium: e.browserVersion(), Debian: debianVersion(), Kernel: kernelVersion()}
	}}
	way := fleet.Options{StateDir: c.StateDir, Borne: o, Cells: counters, Log: log, CAFile: c.CAFile, Every: c.CheckInEvery}
	if way.Proxy, h.pac, err = c.officeWay(officeProxy, box, log); err != nil {
		return err
	}
	if h.pac != nil {
		way.Proxies = h.pac
	}
	agent, err := fleet.New(way)
	if err != nil {
		return err
	}
	id, enrolled := agent.Identity()
	if enrolled {
		conf.trust = trustOf(id)
	}
	conf.store, err = bundle.OpenStore(filepath.Join(c.StateDir, "bundle"), assets.Bundle(), conf.trust, time.Now)
	if err != nil {
		return err
	}
	if err := conf.use(conf.store.Current()); err != nil {
		return err
	}
	h.agent, h.store = agent, conf.store
	clock.office, e.clockConfirmed = agent.Status, clock.confirmed
	clock.notBefore = func() time.Time { return latest(earliest, conf.store.Current().Manifest.NotBefore) }

	technician := newMaintenance(c.StateDir, agent, log)
	h.maintenance = technician.fact
	port := shellPort{engine: e}
	publisher := &publisher{wake: agent.Wake}
	sup = supervisor.New(supervisor.Options{Browser: e, Page: e, Counters: counters, Bundles: conf, Publisher: publisher, Viewer: e,
		Marker: newMarker(c.StateDir), Online: online(agent), Location: paris, ClockWrong: clock.refuted, Log: log})
	port.Supervisor, o.supervisor, h.supervisor = sup, sup, sup
	o.allowHost, o.prolong = port.AllowHost, port.Prolong
	root := staff{health: h.facts, agent: agent, log: counters, configuration: conf, slog: log}
	technician.supervisor, technician.machine, technician.enrol = sup, box, root.Enrol
	reports := reporter{health: h.facts, versions: o.versions, bundle: func() uint64 { return conf.Current().Version }, office: agent.Status, proxy: sitesProxy.host}
	technician.report = func() kiosk.MaintenanceReport { return reports.report(sup.Snapshot().Reason) }
	technician.testPage = func(ctx context.Context) error {
		return e.printing.testPage(ctx, testWords(agent.Status().Name, "Borne "+version, time.Now().In(paris)))
	}
	publisher.Server, err = bus.NewServer(bus.Options{ShellUID: shellUID, Version: version, Visitor: port, Page: port, Paper: port, Scanning: port, Aids: port, Reading: port, Shell: port,
		Maintenance: technician, Workshop: technician, Staff: root, Log: log, Rested: forgetMemory})
	if err != nil {
		return err
	}

	defer publisher.Close()
	return loop(ctx, log, publisher.Server, sup, agent, counters, clock)
}

// loop runs what was made until ctx ends or the supervisor leaves.
func loop(ctx context.Context, log *slog.Logger, server *bus.Server, sup *supervisor.Supervisor,
	agent *fleet.Agent, counters *usage.Log, clock *clock) error {
	// The agent outlives a signal until the session is wiped and counted.
	work, stop := context.WithCancel(context.WithoutCancel(ctx))
	defer stop()
	var tasks sync.WaitGroup
	defer tasks.Wait()
	defer stop()

	go sup.Run(ctx)
	if err := server.Claim(work); err != nil {
		return err
	}
	tasks.Go(func() {
		if err := agent.Run(work); err != nil && work.Err() == nil {
			log.Error("the link to the central office ended", "error", err)
		}
	})
	tasks.Go(func() { closeElapsed(work, log, counters) })
	tasks.Go(func() { countDevices(work, log, sup) })
	tasks.Go(func() { clock.watch(work) })
	if _, err := daemon.SdNotify(false, daemon.SdNotifyReady); err != nil {
		log.Warn("tell systemd that all is up", "error", err)
	}
	tasks.Go(func() { watchdog(work, sup) })
	select {
	case <-sup.Done():
		return nil
	case <-server.Done():
		// The bus does not come back to a connection: start afresh. The sandbox
		// is killed with this unit, and the next start wipes.
		return errors.New("the system bus is gone")
	}
}

// watchdog tells systemd that the loop still turns.
func watchdog(ctx context.Context, sup *supervisor.Supervisor) {
	interval, err := daemon.SdWatchdogEnabled(false)
	if err != nil || interval == 0 {
		return
	}
	tick := time.NewTicker(interval / 3)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
			asked, cancel := context.WithTimeout(ctx, interval/3)
			if sup.Ask(asked, session.Tick{}) == nil {
				_, _ = daemon.SdNotify(false, daemon.SdNotifyWatchdog) // a failure is a missed beat, which is its own alarm
			}
			cancel()
		}
	}
}

// closeElapsed closes the counters of elapsed hours and days for the fleet
// agent to send.
func closeElapsed(ctx context.Context, log *slog.Logger, counters *usage.Log) {
	tick := time.NewTicker(closeEvery)
	defer tick.Stop()
	for {
		if err := counters.CloseElapsed(ctx, time.Now()); err != nil && ctx.Err() == nil {
			log.Error("close elapsed counters", "error", err)
		}
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
	}
}

// countDevices counts what is plugged in and not let in. Without it devices
// are held back all the same.
func countDevices(ctx context.Context, log *slog.Logger, sup *supervisor.Supervisor) {
	err := usb.Watch(ctx, usb.Machine(), log, func() { sup.Tell(session.Refused{Reason: kiosk.ReasonDevice}) })
	if err != nil {
		log.Error("devices that are held back are not counted", "error", err)
	}
}

// publisher tells the bus, and the central office of what it should know at
// once.
type publisher struct {
	*bus.Server
	wake func()

	told kiosk.Snapshot
}

// Publish is called from the supervisor's loop alone.
func (p *publisher) Publish(n kiosk.Snapshot) {
	p.Server.Publish(n)
	if n.State != p.told.State || n.Help != p.told.Help {
		p.wake()
	}
	p.told = n
}

// usePolicies puts a bundle's allowlist into the proxy and the browser's
// managed policies.
func usePolicies(e *engine, b *bundle.Bundle) error {
	in, err := policiesOf(b)
	if err != nil {
		return err
	}
	in.AllowPatterns, in.BlockPatterns = b.List.URLAllowlist(), b.List.URLBlocklist()
	policies, err := browser.Policies(in)
	if err != nil {
		return err
	}
	if err := os.MkdirAll(filepath.Dir(browser.PolicyFile), 0o755); err != nil {
		return fmt.Errorf("write policies: %w", err)
	}
	if err := browser.WritePolicies(browser.PolicyFile, policies); err != nil {
		return err
	}
	e.setPolicy(b.List, egress.Setup{Catalogue: b.Configuration.Catalogue, Policy: b.Configuration.Policy}, in)
	return nil
}

// online reports whether the central office was heard lately. A borne that is
// not enrolled is not offline.
func online(a *fleet.Agent) func() bool {
	return func() bool {
		s := a.Status()
		return !s.Enrolled || s.Problem == ""
	}
}

func uidOf(name string) (uint32, error) {
	u, err := user.Lookup(name)
	if err != nil {
		return 0, fmt.Errorf("find user %s: %w (run systemd-sysusers)", name, err)
	}
	uid, err := strconv.ParseUint(u.Uid, 10, 32)
	return uint32(uid), err
}
