package vm

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"syscall"
	"time"

	"borne/packaging/demo/authority"
	"borne/packaging/demo/drive"
	"borne/packaging/demo/sites"
)

// bootPatience bounds a boot. A quiet machine needs a minute; emulation on a busy one needs many.
const bootPatience = 20 * time.Minute

// ScreenWidth and ScreenHeight are the size of the machine's screen, in pixels.
const (
	ScreenWidth  = 1280
	ScreenHeight = 800
)

// Options says what to boot. Image is required.
type Options struct {
	Image *Image
	// SecondScreen plugs a second graphics card with a screen of its own in before the start.
	SecondScreen bool
	// VNC is a loopback address, such as "127.0.0.1:5901", where a person sees and touches the screen. Empty for none.
	VNC string
	// KernelArguments are appended to the kernel's command line.
	KernelArguments string
	// Seen ends the boot at the first picture that it says yes to, and nothing inside is asked meanwhile. Nil waits for a
	// borne that says it is ready and shows its first screen.
	Seen func(drive.Picture) bool
	// Keep keeps the machine as it is when it becomes ready, beside its image, and goes on from one that was kept. It is
	// for who works on attempts: a boot under emulation takes minutes.
	Keep bool
	// Log receives progress. Nil discards it.
	Log *slog.Logger
}

// Machine is a virtual machine that runs. Its methods may be called from several goroutines. Close it.
type Machine struct {
	// Sites are what the far end of the cable serves; they tell what reached them.
	Sites *sites.Sites
	// Booted is how long it took from power on to a borne that waits for a visitor, or to what [Options] says.
	Booted time.Duration

	authority *authority.Authority
	dir       string
	log       *slog.Logger
	lock      *os.File // the image's
	owner     *os.File // held while this process lives
	qemu      *child
	monitor   *monitor
	agent     *agent
	servers   []*http.Server
	viewers   net.Listener // nil unless the screen is shown

	marking sync.Mutex
	mark    string
	marked  int
	play    http.Handler // answers in place of the sites, nil for none

	plugging sync.Mutex
	plugged  map[string]func(context.Context) error // what to take away after an unplug, by device
	serial   int

	closing  sync.Once
	closeErr error
}

// Boot starts a machine on a copy of the image that only holds what changes, and returns once its borne waits for a
// visitor. The context bounds the boot, not the machine's life. When it fails, nothing is left.
func Boot(ctx context.Context, o Options) (*Machine, error) {
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	if o.Image == nil {
		return nil, errors.New("boot virtual machine: no image")
	}
	handler, err := sites.New()
	if err != nil {
		return nil, fmt.Errorf("boot virtual machine: %w", err)
	}
	m := &Machine{Sites: handler, authority: o.Image.Authority, log: o.Log, plugged: map[string]func(context.Context) error{}}
	ctx, cancel := context.WithTimeout(ctx, bootPatience)
	defer cancel()
	if err := m.boot(ctx, o); err != nil {
		return nil, fmt.Errorf("boot virtual machine: %w", errors.Join(err, m.Close()))
	}
	return m, nil
}

func (m *Machine) boot(ctx context.Context, o Options) (err error) {
	if m.lock, err = shareLock(o.Image.Dir + ".lock"); err != nil {
		return err
	}
	// Short: the path of a socket has at most 107 bytes.
	if m.dir, err = os.MkdirTemp("", dirPrefix); err != nil {
		return err
	}
	if m.owner, err = tryLock(m.path("owner")); err != nil {
		return err
	}
	reap(m.log)
	resumes, below, format := o.resumes(), o.Image.disk(), "raw"
	if resumes {
		below, format = filepath.Join(o.Image.saved(), "disk"), "qcow2"
	}
	if said, err := output(exec.CommandContext(ctx, "qemu-img", "create", "-q", "-f", "qcow2",
		"-F", format, "-b", below, m.path("disk"))); err != nil {
		return fmt.Errorf("make its disk: %w: %s (hint: apt install qemu-utils)", err, said)
	}
	started := time.Now()
	if err := m.power(o, resumes); err != nil {
		return err
	}
	if err := m.connect(ctx); err != nil {
		return err
	}
	if o.VNC != "" {
		if err := m.show(o.VNC); err != nil {
			return err
		}
	}
	if err := errors.Join(m.serve(443, true), m.serve(80, false)); err != nil {
		return err
	}
	if resumes {
		if err := m.resume(ctx, o.Image); err != nil {
			return err
		}
	}
	if o.Seen != nil {
		err = m.WaitPicture(ctx, o.Seen)
	} else {
		err = m.WaitFirstScreen(ctx)
	}
	if err != nil {
		return fmt.Errorf("%w%s", err, m.said())
	}
	m.Booted = time.Since(started)
	m.log.Info("machine booted", "took", m.Booted.Round(time.Millisecond), "from power on", !resumes)
	if !resumes && o.plain() {
		if err := m.save(ctx, o.Image); err != nil {
			return fmt.Errorf("save the ready machine: %w%s", err, m.said())
		}
	}
	return nil
}

// power starts QEMU.
func (m *Machine) power(o Options, resumes bool) error {
	qemu, err := exec.LookPath("qemu-system-x86_64")
	if err != nil {
		return fmt.Errorf("%w (hint: apt install qemu-system-x86)", err)
	}
	said, err := os.Create(m.path("said"))
	if err != nil {
		return err
	}
	defer said.Close()
	args := append([]string{"--net", "--", "sh", "-c", cableScript, "cable", qemu}, m.hardware(o)...)
	if resumes {
		args = append(args, "-incoming", "defer")
	}
	cmd := exec.Command("unshare", args...)
	cmd.Env = append(os.Environ(), "ADDRESSES="+cableAddresses())
	cmd.Dir = m.dir
	cmd.Stdout, cmd.Stderr = said, said
	// The setting outlives unshare, the shell and what it becomes.
	cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL, Setsid: true}
	m.qemu, err = start(cmd)
	return err
}

// connect returns once QEMU answers; the agent answers later.
func (m *Machine) connect(ctx context.Context) error {
	conn, err := m.dial(ctx, "monitor")
	if err != nil {
		return err
	}
	if m.monitor, err = openMonitor(ctx, conn); err != nil {
		return err
	}
	line, err := m.dial(ctx, "agent")
	if err != nil {
		return err
	}
	m.agent = &agent{conn: line, reader: bufio.NewReader(line)}
	return nil
}

func (m *Machine) dial(ctx context.Context, socket string) (net.Conn, error) {
	for {
		conn, err := (&net.Dialer{}).DialContext(ctx, "unix", m.path(socket))
		if err == nil {
			return conn, nil
		}
		select {
		case <-m.qemu.done:
			return nil, fmt.Errorf("it ended at once: %w%s", m.qemu.err, m.said())
		default:
		}
		if err := pause(ctx); err != nil {
			return nil, err
		}
	}
}

func (m *Machine) path(name string) string { return filepath.Join(m.dir, name) }

// said is what QEMU printed, as an appendix to an error.
func (m *Machine) said() string {
	text, err := os.ReadFile(m.path("said"))
	if err != nil || len(text) == 0 {
		return ""
	}
	return "\nthe emulator said:\n" + string(tail(text, 3000))
}

// Close cuts the power and removes what the machine wrote.
func (m *Machine) Close() error {
	m.closing.Do(func() {
		var errs []error
		if m.agent != nil {
			errs = append(errs, m.agent.conn.Close())
		}
		if m.qemu != nil {
			if err := m.qemu.cmd.Process.Kill(); err != nil && !errors.Is(err, os.ErrProcessDone) {
				errs = append(errs, err)
			}
			<-m.qemu.done
		}
		if m.viewers != nil {
			errs = append(errs, m.viewers.Close())
		}
		for _, server := range m.servers {
			errs = append(errs, server.Close())
		}
		if m.monitor != nil {
			errs = append(errs, m.monitor.conn.Close())
		}
		if m.dir != "" {
			errs = append(errs, os.RemoveAll(m.dir))
		}
		if m.owner != nil {
			errs = append(errs, m.owner.Close())
		}
		if m.lock != nil {
			errs = append(errs, m.lock.Close())
		}
		m.closeErr = errors.Join(errs...)
	})
	return m.closeErr
}
