package gate

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"os"
	"path/filepath"
	"sync"

	"github.com/jezek/xgb"
	"github.com/jezek/xgb/xproto"
)

// maxClients bounds the connections at one time. A browser has three.
const maxClients = 16

// Options say which display lies behind the gate, and where it opens.
type Options struct {
	// Display is the X server's name, ":0".
	Display string
	// Folder is made, and holds the socket X0, X1… as /tmp/.X11-unix does:
	// bound there, a program finds the gate under the display's own name.
	// Whoever may enter the folder may use the gate; keep it in one that only
	// its owner may enter.
	Folder string
	// Log receives faults of a connection, never what passed. Nil discards.
	Log *slog.Logger
}

// Gate is an X server's filtered entrance.
type Gate struct {
	log      *slog.Logger
	listener *net.UnixListener
	server   upstream
	families *families
}

// Listen asks the display what it has and opens the gate's socket. Nothing
// passes before Serve. The caller closes the Gate.
func Listen(o Options) (*Gate, error) {
	g := &Gate{log: o.Log, families: newFamilies()}
	if g.log == nil {
		g.log = slog.New(slog.DiscardHandler)
	}
	number, err := displayNumber(o.Display)
	if err != nil {
		return nil, err
	}
	if g.server, err = survey(o.Display, number); err != nil {
		return nil, err
	}
	if err := os.MkdirAll(o.Folder, 0o755); err != nil {
		return nil, fmt.Errorf("make the gate's folder: %w", err)
	}
	socket := filepath.Join(o.Folder, "X"+number)
	if err := os.Remove(socket); err != nil && !errors.Is(err, os.ErrNotExist) {
		return nil, fmt.Errorf("remove the gate's former socket: %w", err)
	}
	if g.listener, err = net.ListenUnix("unix", &net.UnixAddr{Name: socket, Net: "unix"}); err != nil {
		return nil, fmt.Errorf("open the gate's socket: %w", err)
	}
	// The browser's user is new each time: the folder around decides who enters.
	if err := os.Chmod(socket, 0o666); err != nil {
		g.listener.Close()
		return nil, fmt.Errorf("open the gate's socket: %w", err)
	}
	return g, nil
}

// survey learns the numbers that this server gave to the extensions which the
// gate knows. They do not change while it runs.
func survey(display, number string) (u upstream, err error) {
	conn, err := xgb.NewConnDisplay(display)
	if err != nil {
		return u, fmt.Errorf("connect to X display %q: %w", display, err)
	}
	defer conn.Close()
	u.number, u.extensions = number, map[byte]minors{}
	for name, m := range extensions() {
		r, err := xproto.QueryExtension(conn, uint16(len(name)), name).Reply()
		if err != nil {
			return u, fmt.Errorf("ask the display for %s: %w", name, err)
		}
		if !r.Present {
			continue
		}
		u.extensions[r.MajorOpcode] = m
		if name == bigRequests {
			u.big = r.MajorOpcode
		}
	}
	return u, nil
}

// Serve lets browsers in until ctx ends; it returns nil then, after all of
// their connections are closed.
func (g *Gate) Serve(ctx context.Context) error {
	stop := context.AfterFunc(ctx, func() { g.listener.Close() })
	defer stop()
	var all sync.WaitGroup
	defer all.Wait()
	slots := make(chan struct{}, maxClients)
	for {
		c, err := g.listener.AcceptUnix()
		if err != nil {
			if ctx.Err() != nil {
				return nil
			}
			return fmt.Errorf("wait for a browser at the gate: %w", err)
		}
		select {
		case slots <- struct{}{}:
		default: // one too many
			c.Close()
			continue
		}
		all.Go(func() {
			defer func() { <-slots }()
			if err := g.relay(ctx, c); err != nil && ctx.Err() == nil {
				g.log.Debug("a connection through the gate ended", "error", err)
			}
		})
	}
}

// Close closes the socket.
func (g *Gate) Close() error { return g.listener.Close() }

// families are the resource ranges of the clients that came through the gate.
// A browser is several processes, each with a connection of its own, that draw
// in each other's windows: to the gate they are one.
type families struct {
	mu    sync.RWMutex
	bases map[uint32]int
	mask  uint32
}

func newFamilies() *families { return &families{bases: map[uint32]int{}} }

func (f *families) join(base, mask uint32) (leave func()) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.mask = mask
	f.bases[base]++
	return sync.OnceFunc(func() {
		f.mu.Lock()
		defer f.mu.Unlock()
		if f.bases[base]--; f.bases[base] <= 0 {
			delete(f.bases, base)
		}
	})
}

// owns reports whether a resource was made through the gate.
func (f *families) owns(id uint32) bool {
	f.mu.RLock()
	defer f.mu.RUnlock()
	return f.bases[id&^f.mask] > 0
}
