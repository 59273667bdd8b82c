package windows

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"

	"github.com/jezek/xgb"
	"github.com/jezek/xgb/randr"
	"github.com/jezek/xgb/screensaver"
	"github.com/jezek/xgb/xproto"
)

// ErrOtherManager is returned by Open when another window manager holds the
// display: two of them would fight over every window.
var ErrOtherManager = errors.New("another window manager runs on this display: stop it first (the borne places its windows itself)")

// ErrDisplayGone is returned by Run when the X server closed the connection.
var ErrDisplayGone = errors.New("the X display is gone")

// ErrDisplayStuck is returned by Run when the X server did not answer for
// stuckAfter: a client holds it, or it hangs.
var ErrDisplayStuck = errors.New("the X display does not answer")

// ErrShellGone is returned by Run when the shell's window was destroyed.
var ErrShellGone = errors.New("the shell's window is gone from the display")

// Options say what a Manager watches for.
type Options struct {
	// ShellPID is the process whose first window is the shell, until SetShell
	// names the window itself. Zero matches no window.
	ShellPID int
	// BarHeight is the height of the shell's bar in pixels.
	BarHeight int
	// OnRefusedKey, when set, is called once for each press that was swallowed,
	// however long the key is held. It is told nothing of the key: a count is
	// all that may be kept. It must not wait: the keyboard waits for it.
	OnRefusedKey func()
	// OnRefusedWindow, when set, is called once for each window that was taken
	// off the screen, and must not wait either.
	OnRefusedWindow func()
	// OnScreen, when set, is called when the screen has another size, in
	// pixels, and must not wait.
	OnScreen func(width, height int)
	// Log receives faults of the display. Nil discards them.
	Log *slog.Logger
}

// Manager is the window manager of one display. Its methods may be called from
// any goroutine; Run must be running for windows to appear.
type Manager struct {
	conn     *xgb.Conn
	root     xproto.Window
	options  Options
	log      *slog.Logger
	atoms    atoms
	switches *switches
	typist   *typist
	// mmWidth and mmHeight are the lit output's own size.
	mmWidth, mmHeight int
	outputs           bool // the display lets its outputs be set (RandR 1.3)
	// owner is our own never-mapped window, which takes selections.
	owner xproto.Window

	mu   sync.Mutex
	keys *keymap
	// holding is the refused key that is down, 0 for none; released the last
	// that went up.
	holding       xproto.Keycode
	released      xproto.KeyReleaseEvent
	width, height int
	bar, foot     int
	shown         bool
	barFocused    bool
	shell         xproto.Window
	// pages are the browser's windows, the most recent last; popups its
	// override-redirect windows (menus, drop-down lists) that are mapped.
	pages, popups []xproto.Window
	// refused says how often a window was taken off the screen, moves how
	// often it was put back.
	refused map[xproto.Window]int
	moves   map[xproto.Window]moves
}

// Open connects to an X display (":0"; "" is $DISPLAY), becomes its window
// manager and grabs its keyboard shortcuts. It fails with ErrOtherManager when
// the display has one already. The caller closes the Manager.
func Open(display string, options Options) (*Manager, error) {
	conn, err := xgb.NewConnDisplay(display)
	if err != nil {
		return nil, fmt.Errorf("connect to X display %q: %w", display, err)
	}
	m := &Manager{conn: conn, options: options, bar: options.BarHeight, log: options.Log,
		refused: map[xproto.Window]int{}, moves: map[xproto.Window]moves{}}
	if m.log == nil {
		m.log = slog.New(slog.DiscardHandler)
	}
	if err := m.start(display); err != nil {
		m.Close()
		return nil, err
	}
	return m, nil
}

func (m *Manager) start(display string) error {
	screen := xproto.Setup(m.conn).DefaultScreen(m.conn)
	m.root = screen.Root
	m.width, m.height = int(screen.WidthInPixels), int(screen.HeightInPixels)
	// The X library notes an extension's events in maps that it reads without a
	// lock as an event comes: extensions first, then whatever brings events.
	if err := screensaver.Init(m.conn); err != nil {
		return fmt.Errorf("idle time needs the MIT-SCREEN-SAVER extension: %w", err)
	}
	noRandR := randr.Init(m.conn)
	err := xproto.ChangeWindowAttributesChecked(m.conn, m.root, xproto.CwEventMask, []uint32{
		xproto.EventMaskSubstructureRedirect | xproto.EventMaskSubstructureNotify |
			xproto.EventMaskStructureNotify}).Check()
	if _, taken := err.(xproto.AccessError); taken {
		return ErrOtherManager
	} else if err != nil {
		return fmt.Errorf("become the window manager: %w", err)
	}
	if m.atoms, err = internAtoms(m.conn); err != nil {
		return err
	}
	if m.keys, err = readKeymap(m.conn); err != nil {
		return err
	}
	if m.owner, err = xproto.NewWindowId(m.conn); err != nil {
		return fmt.Errorf("make the selection window: %w", err)
	}
	err = xproto.CreateWindowChecked(m.conn, 0, m.owner, m.root, -1, -1, 1, 1, 0, xproto.WindowClassInputOnly, 0,
		xproto.CwOverrideRedirect|xproto.CwEventMask, []uint32{1, xproto.EventMaskPropertyChange}).Check()
	if err != nil {
		return fmt.Errorf("make the selection window: %w", err)
	}
	if m.switches, err = openSwitches(display); err != nil {
		return err
	}
	if m.typist, err = openTypist(display, m.switches.announce); err != nil {
		return err
	}
	m.switches.accessOff()
	if err := m.grabKeyboard(); err != nil {
		return err
	}
	if noRandR != nil {
		m.log.Warn("the display has no RandR: a second screen is not looked after", "error", noRandR)
	} else if err := m.watchOutputs(); err != nil {
		return err
	}
	return m.adopt()
}

// adopt takes over the windows that were there before us.
func (m *Manager) adopt() error {
	tree, err := xproto.QueryTree(m.conn, m.root).Reply()
	if err != nil {
		return fmt.Errorf("list windows: %w", err)
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	for _, w := range tree.Children {
		a, err := xproto.GetWindowAttributes(m.conn, w).Reply()
		if err != nil || a.MapState == xproto.MapStateUnmapped || w == m.owner {
			continue
		}
		if a.OverrideRedirect {
			m.popup(w)
		} else {
			m.manage(w)
		}
	}
	m.arrange()
	return nil
}

// Run handles the display's events until ctx ends (it returns nil), or the
// display goes away (ErrDisplayGone), does not answer (ErrDisplayStuck), or
// lost the shell's window (ErrShellGone).
func (m *Manager) Run(ctx context.Context) error {
	ctx, fail := context.WithCancelCause(ctx)
	defer fail(nil)
	stop := context.AfterFunc(ctx, m.conn.Close)
	defer stop()
	go m.watchdog(ctx, fail)
	events := make(chan happening)
	go m.listen(ctx, events)
	for {
		var e happening
		select {
		case <-ctx.Done():
			if cause := context.Cause(ctx); errors.Is(cause, ErrDisplayStuck) {
				return cause
			}
			return nil
		case e = <-events:
		}
		switch {
		case e.event == nil && e.err == nil:
			if ctx.Err() != nil {
				return nil
			}
			return ErrDisplayGone
		case e.err != nil:
			// A window may be gone by the time a request reaches it: ordinary.
			m.log.Debug("x request refused", "error", e.err.Error())
		default:
			if err := m.handle(e.event); err != nil {
				return err
			}
		}
	}
}

// happening is what the display tells: an event, the refusal of a request, or
// neither when it is gone.
type happening struct {
	event xgb.Event
	err   xgb.Error
}

// listen hands on what the display tells. It is a goroutine of its own since a
// display that hangs does not even let its connection be closed.
func (m *Manager) listen(ctx context.Context, to chan<- happening) {
	for {
		event, err := m.conn.WaitForEvent()
		select {
		case <-ctx.Done():
			return
		case to <- happening{event, err}:
		}
		if event == nil && err == nil {
			return
		}
	}
}

// Close gives the display back. The windows stay as they are.
func (m *Manager) Close() {
	m.typist.close()
	m.conn.Close()
	m.switches.close()
}

// SetShell names the shell's window. From then on no other window is taken
// for the shell, whatever it says of itself.
func (m *Manager) SetShell(window uint32) {
	m.mu.Lock()
	defer m.mu.Unlock()
	w := xproto.Window(window)
	m.options.ShellPID = 0
	m.pages, m.popups = without(m.pages, w), without(m.popups, w)
	if m.shell != 0 && m.shell != w {
		m.pages = append(m.pages, m.shell)
	}
	m.setShell(w)
	m.arrange()
}

// ShowPage raises the browser's windows above the shell's empty part, or
// lowers them under the shell and takes the keyboard from them.
func (m *Manager) ShowPage(shown bool) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.shown == shown {
		return
	}
	m.shown, m.barFocused = shown, false
	m.arrange()
}

// SetBar changes the height of the shell's bar, in pixels.
func (m *Manager) SetBar(height int) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.bar == height {
		return
	}
	m.bar = height
	m.arrange()
}

// PageRect returns where the browser's windows are put.
func (m *Manager) PageRect() Rect {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.page()
}

// Screen returns the size of the screen in pixels.
func (m *Manager) Screen() (width, height int) {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.width, m.height
}

func (m *Manager) page() Rect { return pageRect(m.width, m.height, m.bar, m.foot) }
