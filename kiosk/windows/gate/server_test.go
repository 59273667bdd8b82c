package gate

import (
	"bufio"
	"context"
	"crypto/rand"
	"encoding/binary"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/jezek/xgb"
	"github.com/jezek/xgb/xproto"
)

// world is a real X server that asks for a cookie, a shell on it, and a gate.
type world struct {
	t       *testing.T
	display string
	socket  string // of the gate
	shell   *xgb.Conn
	window  xproto.Window // the shell's
	root    xproto.Window
}

func newWorld(t *testing.T) *world {
	t.Helper()
	if _, err := exec.LookPath("Xvfb"); err != nil {
		t.Skip("Xvfb is not installed: apt install xvfb")
	}
	dir := t.TempDir()
	authority := filepath.Join(dir, "Xauthority")
	writeCookie(t, authority)
	t.Setenv("XAUTHORITY", authority)
	r, out, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	x := exec.Command("Xvfb", "-displayfd", "3", "-screen", "0", "1280x800x24", "-nolisten", "tcp", "-auth", authority, "-noreset")
	x.ExtraFiles = []*os.File{out}
	if err := x.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { x.Process.Kill(); x.Wait() })
	out.Close()
	line, err := bufio.NewReader(r).ReadString('\n')
	if err != nil {
		t.Fatalf("Xvfb gave no display: %v", err)
	}
	w := &world{t: t, display: ":" + strings.TrimSpace(line)}
	w.socket = filepath.Join(dir, "x11", "X"+w.display[1:])

	if w.shell, err = xgb.NewConnDisplay(w.display); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(w.shell.Close)
	w.root = xproto.Setup(w.shell).DefaultScreen(w.shell).Root
	w.window = newWindow(t, w.shell, w.root)
	if err := xproto.MapWindowChecked(w.shell, w.window).Check(); err != nil {
		t.Fatal(err)
	}

	g, err := Listen(Options{Display: w.display, Folder: filepath.Dir(w.socket)})
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	served := make(chan error, 1)
	go func() { served <- g.Serve(ctx) }()
	t.Cleanup(func() {
		cancel()
		if err := <-served; err != nil {
			t.Error(err)
		}
	})
	return w
}

// writeCookie makes an authority file of one cookie that fits every display.
func writeCookie(t *testing.T, path string) {
	t.Helper()
	cookie := make([]byte, 16)
	rand.Read(cookie)
	b := []byte{0xff, 0xff} // FamilyWild
	for _, field := range [][]byte{nil, nil, []byte("MIT-MAGIC-COOKIE-1"), cookie} {
		b = binary.BigEndian.AppendUint16(b, uint16(len(field)))
		b = append(b, field...)
	}
	if err := os.WriteFile(path, b, 0o600); err != nil {
		t.Fatal(err)
	}
}

// browser is a client that came through the gate.
func (w *world) browser() *xgb.Conn {
	w.t.Helper()
	c, err := net.Dial("unix", w.socket)
	if err != nil {
		w.t.Fatal(err)
	}
	conn, err := xgb.NewConnNet(c)
	if err != nil {
		w.t.Fatal(err)
	}
	w.t.Cleanup(conn.Close)
	return conn
}

func newWindow(t *testing.T, c *xgb.Conn, parent xproto.Window) xproto.Window {
	t.Helper()
	id, err := xproto.NewWindowId(c)
	if err != nil {
		t.Fatal(err)
	}
	if err := xproto.CreateWindowChecked(c, 0, id, parent, 5, 5, 100, 100, 0, xproto.WindowClassInputOutput, 0, 0, nil).Check(); err != nil {
		t.Fatal(err)
	}
	return id
}

// inStep waits until the server has seen all that the client sent.
func inStep(t *testing.T, c *xgb.Conn) {
	t.Helper()
	answered := make(chan error, 1)
	go func() { _, err := xproto.GetInputFocus(c).Reply(); answered <- err }()
	select {
	case err := <-answered:
		if err != nil {
			t.Fatalf("the connection is out of step: %v", err)
		}
	case <-time.After(20 * time.Second):
		t.Fatal("the connection does not answer")
	}
}
