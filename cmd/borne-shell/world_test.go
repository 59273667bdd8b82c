//go:build linux

package main

import (
	"bufio"
	"context"
	"fmt"
	"log/slog"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"borne/kiosk"
	"borne/kiosk/bus"

	"fyne.io/fyne/v2/app"
	"fyne.io/fyne/v2/widget"
	"github.com/godbus/dbus/v5"
)

// TestMain runs the command itself when a test starts this binary as the shell.
func TestMain(m *testing.M) {
	switch os.Getenv(startedAs) {
	case "":
		os.Exit(m.Run())
	case underTest:
		main()
	case bareWindow:
		a := app.New()
		window := a.NewWindow("")
		window.SetContent(widget.NewLabel("Bienvenue"))
		window.SetFullScreen(true)
		window.ShowAndRun()
	}
}

// startedAs is the variable that says what a test has started this binary as.
const startedAs, underTest, bareWindow = "BORNE_SHELL_TEST", "shell", "bare window"

const busConfig = `<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN" "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig><type>system</type><listen>unix:dir=%s</listen><auth>EXTERNAL</auth>
<policy context="default"><allow send_destination="*" eavesdrop="true"/><allow eavesdrop="true"/><allow own="*"/></policy></busconfig>`

// world is a real X server and a real bus with a borned on it that does what
// the test says.
type world struct {
	t       testing.TB
	display string
	address string
	daemon  *exec.Cmd
	server  *bus.Server
	calls   chan string
	refused chan kiosk.Reason
	screen  string // DIR for pictures, "" for none
	notify  string // systemd's socket, "" for none
	gate    string // the folder of the browser's own way to the display
	frame   string // the folder in which the X server shares its picture
	speech  string // the socket of what reads aloud, which need not be there

	mu    sync.Mutex
	state kiosk.Snapshot
}

func newWorld(t testing.TB) *world {
	t.Helper()
	for _, tool := range []string{"Xvfb", "dbus-daemon", "xdotool"} {
		if _, err := exec.LookPath(tool); err != nil {
			t.Skipf("%s is not installed: apt install xvfb dbus xdotool", tool)
		}
	}
	w := &world{t: t, calls: make(chan string, 64), refused: make(chan kiosk.Reason, 256), screen: os.Getenv("BORNE_SHELL_PICTURES"), gate: filepath.Join(t.TempDir(), "x11"), frame: t.TempDir()}
	w.startX()
	w.startBus()
	return w
}

// piped starts a server that writes where it listens on descriptor 3.
func (w *world) piped(name string, args ...string) (line string, cmd *exec.Cmd) {
	w.t.Helper()
	r, out, err := os.Pipe()
	if err != nil {
		w.t.Fatal(err)
	}
	defer r.Close()
	cmd = exec.Command(name, args...)
	cmd.ExtraFiles = []*os.File{out}
	cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	if err := cmd.Start(); err != nil {
		w.t.Fatal(err)
	}
	out.Close()
	w.t.Cleanup(func() { cmd.Process.Kill(); cmd.Wait() })
	line, err = bufio.NewReader(r).ReadString('\n')
	if err != nil {
		w.t.Fatalf("%s does not say where it listens: %v", name, err)
	}
	return strings.TrimSpace(line), cmd
}

// startX starts an X server whose one way in is its socket's file, as a borne's:
// a browser that is given another folder must not find it beside (local). Such a
// server takes the number of another that runs, when it may choose, and the
// clients of both then meet: it is told one of its own.
func (w *world) startX() {
	own := ":" + strconv.Itoa(1000+os.Getpid()%50_000)
	number, _ := w.piped("Xvfb", own, "-displayfd", "3", "-screen", "0", "1280x800x24", "-fbdir", w.frame, "-nolisten", "tcp", "-nolisten", "local", "-noreset")
	w.display = ":" + number
}

func (w *world) startBus() {
	w.t.Helper()
	dir := w.t.TempDir()
	config := filepath.Join(dir, "bus.conf")
	if err := os.WriteFile(config, fmt.Appendf(nil, busConfig, dir), 0o600); err != nil {
		w.t.Fatal(err)
	}
	w.address, w.daemon = w.piped("dbus-daemon", "--nofork", "--config-file", config, "--print-address=3")
	conn, err := dbus.Connect(w.address)
	if err != nil {
		w.t.Fatal(err)
	}
	w.t.Cleanup(func() { conn.Close() })
	w.server, err = bus.NewServer(bus.Options{Conn: conn, ShellUID: uint32(os.Getuid()), Version: "test",
		Visitor: w, Page: w, Aids: w, Reading: w, Shell: w, Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		w.t.Fatal(err)
	}
	if err := w.server.SetConfiguration(kiosk.Configuration{Catalogue: catalogue(), Settings: kiosk.DefaultSettings()}); err != nil {
		w.t.Fatal(err)
	}
	w.publish(kiosk.Snapshot{State: kiosk.Ready})
	ctx, cancel := context.WithCancel(context.Background())
	w.t.Cleanup(cancel)
	if err := w.server.Claim(ctx); err != nil {
		w.t.Fatal(err)
	}
}

func catalogue() (c kiosk.Catalogue) {
	names := []string{"famille", "emploi", "sante", "retraite", "logement", "papiers", "vehicule", "impots"}
	for _, n := range names {
		c.Themes = append(c.Themes, kiosk.Theme{ID: kiosk.ThemeID(n), Icon: n, Name: kiosk.Text{kiosk.French: strings.ToUpper(n[:1]) + n[1:]}})
		c.Services = append(c.Services, kiosk.Service{ID: kiosk.ServiceID("service-" + n), Theme: kiosk.ThemeID(n),
			Name: kiosk.Text{kiosk.French: "Le site " + n}, Minutes: 15, OwnPhone: true})
	}
	return c
}

func (w *world) publish(n kiosk.Snapshot) {
	w.mu.Lock()
	w.state = n
	w.mu.Unlock()
	w.server.Publish(n)
}

func (w *world) StartSession(_ context.Context, l kiosk.Language) error {
	w.publish(kiosk.Snapshot{State: kiosk.Choosing, Language: l})
	w.calls <- "StartSession " + string(l)
	return nil
}

func (w *world) OpenService(_ context.Context, id kiosk.ServiceID) error {
	w.publish(kiosk.Snapshot{State: kiosk.Visiting, Language: kiosk.French, Service: id})
	w.calls <- "OpenService " + string(id)
	return nil
}

func (w *world) EndSession(_ context.Context, r kiosk.EndReason) error {
	w.publish(kiosk.Snapshot{State: kiosk.Ending})
	w.calls <- "EndSession " + string(r)
	return nil
}

func (w *world) Extend(context.Context) error                 { w.calls <- "Extend"; return nil }
func (w *world) CallMediator(context.Context) error           { w.calls <- "CallMediator"; return nil }
func (w *world) AnswerHelp(context.Context) error             { return nil }
func (w *world) Home(context.Context) error                   { w.calls <- "Home"; return nil }
func (w *world) Back(context.Context) error                   { w.calls <- "Back"; return nil }
func (w *world) Zoom(_ context.Context, n int) error          { w.calls <- fmt.Sprint("Zoom ", n); return nil }
func (w *world) ShellGone()                                   { w.calls <- "ShellGone" }
func (w *world) AllowHost(context.Context, string) error      { return nil }
func (w *world) Prolong(context.Context, time.Duration) error { return nil }
func (w *world) Report(_ context.Context, r kiosk.Report) error {
	w.calls <- fmt.Sprint("Report ", r.Service, " ", r.Outcome, " ", r.Face, " ", r.Autonomy)
	return nil
}
func (w *world) UseAid(_ context.Context, a kiosk.Aid) error {
	w.calls <- "UseAid " + string(a)
	return nil
}
func (w *world) GiveFile(_ context.Context, id string) error { w.calls <- "GiveFile " + id; return nil }
func (w *world) Renewing(context.Context) error              { w.calls <- "Renewing"; return nil }
func (w *world) Refused(_ context.Context, r kiosk.Reason) error {
	w.refused <- r
	return nil
}
func (w *world) Documents(context.Context) (kiosk.Offer, error) { return kiosk.Offer{}, nil }
func (w *world) Activity(context.Context) error                 { w.calls <- "Activity"; return nil }
func (w *world) Hello(_ context.Context, width, height, bar int) error {
	w.calls <- fmt.Sprintf("Hello %d %d %d", width, height, bar)
	return nil
}

// startShell runs the real command. The returned function waits for its end
// and gives its exit status.
func (w *world) startShell() (process *os.Process, wait func() int) {
	w.t.Helper()
	return w.start(underTest)
}

// start runs this binary as something.
func (w *world) start(as string) (process *os.Process, wait func() int) {
	w.t.Helper()
	cmd := exec.Command(os.Args[0], "-browser-display", w.gate, "-speech", w.speech)
	cmd.Env = []string{startedAs + "=" + as, "FYNE_CACHE=10s", "GODEBUG=clobberfree=1", "DISPLAY=" + w.display, "DBUS_SYSTEM_BUS_ADDRESS=" + w.address,
		"PATH=" + os.Getenv("PATH"), "NOTIFY_SOCKET=" + w.notify, "HOME=" + w.t.TempDir(), "XDG_CACHE_HOME=" + w.t.TempDir()}
	cmd.Stderr = os.Stderr
	cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	if err := cmd.Start(); err != nil {
		w.t.Fatal(err)
	}
	ended := make(chan int, 1)
	go func() {
		cmd.Wait()
		ended <- cmd.ProcessState.ExitCode()
		close(ended)
	}()
	w.t.Cleanup(func() { cmd.Process.Kill(); <-ended })
	return cmd.Process, func() int {
		select {
		case code := <-ended:
			return code
		case <-time.After(20 * time.Second):
			w.t.Fatal("the shell does not end")
			return -1
		}
	}
}

// want waits for a call, past the reports of activity.
func (w *world) want(call string) {
	w.t.Helper()
	for {
		select {
		case got := <-w.calls:
			if got == call {
				return
			} else if got != "Activity" {
				w.t.Fatalf("borned was asked %q, want %q", got, call)
			}
		case <-time.After(20 * time.Second):
			w.t.Fatalf("borned was never asked %q", call)
		}
	}
}

// until presses keys, again while the screen was not there yet, until borned is
// asked.
func (w *world) until(call string, keys ...string) {
	w.t.Helper()
	for deadline := time.Now().Add(20 * time.Second); time.Now().Before(deadline); {
		w.xdo(append([]string{"key", "--delay", "20"}, keys...)...)
		for again := time.After(700 * time.Millisecond); again != nil; {
			select {
			case got := <-w.calls:
				if got == call {
					return
				}
			case <-again:
				again = nil
			}
		}
	}
	w.t.Fatalf("borned was never asked %q", call)
}

// focusOn waits until a window of the process has the keyboard.
func (w *world) focusOn(pid int) {
	w.t.Helper()
	for deadline := time.Now().Add(20 * time.Second); time.Now().Before(deadline); time.Sleep(20 * time.Millisecond) {
		if w.xdo("getwindowfocus", "getwindowpid") == fmt.Sprint(pid) {
			return
		}
	}
	w.t.Fatal("the shell never has the keyboard")
}

func (w *world) xdo(args ...string) string {
	cmd := exec.Command("xdotool", args...)
	cmd.Env = append(os.Environ(), "DISPLAY="+w.display)
	out, _ := cmd.CombinedOutput()
	return strings.TrimSpace(string(out))
}

// picture keeps a screenshot when pictures are asked for.
func (w *world) picture(name string) {
	if w.screen == "" {
		return
	}
	time.Sleep(400 * time.Millisecond) // for a person's eyes: let the frame be drawn
	os.MkdirAll(w.screen, 0o755)
	cmd := exec.Command("import", "-window", "root", filepath.Join(w.screen, name+".png"))
	cmd.Env = append(os.Environ(), "DISPLAY="+w.display)
	if out, err := cmd.CombinedOutput(); err != nil {
		w.t.Logf("no picture: %v %s", err, out)
	}
}
