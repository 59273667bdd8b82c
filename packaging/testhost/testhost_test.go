package testhost

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"image"
	_ "image/png"
	"io"
	"log/slog"
	"maps"
	"net"
	"net/http"
	"net/netip"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// Addresses and names of the tests: public by classification, and answered by nobody but the host itself.
var (
	testAddress = netip.MustParsePrefix("11.20.30.40/24")
	testNames   = map[string]netip.Addr{"www.demarches.example": testAddress.Addr()}
)

func bootForTest(t *testing.T, change func(*Options), displays ...Display) *Host {
	t.Helper()
	if os.Geteuid() != 0 {
		t.Skip("not root: a test host needs namespaces, mounts and control groups")
	}
	o := Options{
		Addresses: []netip.Prefix{testAddress}, Hosts: testNames,
		Log: slog.New(slog.NewTextHandler(t.Output(), nil)),
	}
	if change != nil {
		change(&o)
	}
	h, err := Boot(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := h.Close(); err != nil {
			t.Error(err)
		}
	})
	Collect(t, h, t.ArtifactDir(), displays...)
	return h
}

func mustRun(t *testing.T, h *Host, name string, arg ...string) string {
	t.Helper()
	out, err := h.Run(t.Context(), name, arg...)
	if err != nil {
		t.Fatal(err)
	}
	return strings.TrimSpace(out)
}

func TestBootedHost(t *testing.T) {
	h := bootForTest(t, nil)

	t.Run("systemd is PID 1 and every unit started", func(t *testing.T) {
		if got := mustRun(t, h, "systemctl", "is-system-running"); got != "running" || h.State() != "running" {
			t.Errorf("is-system-running says %q, State says %q; failed units:\n%s", got, h.State(), mustRun(t, h, "systemctl", "--failed"))
		}
		if got := mustRun(t, h, "cat", "/proc/1/comm"); got != "systemd" {
			t.Errorf("PID 1 is %q", got)
		}
		t.Log(mustRun(t, h, "systemd-analyze", "time"))
	})

	t.Run("the system bus and logind answer", func(t *testing.T) {
		if out := mustRun(t, h, "busctl", "--no-pager", "list"); !strings.Contains(out, "org.freedesktop.systemd1") {
			t.Errorf("systemd is not on the bus:\n%s", out)
		}
		mustRun(t, h, "busctl", "call", "org.freedesktop.login1", "/org/freedesktop/login1", "org.freedesktop.login1.Manager", "ListSeats")
		mustRun(t, h, "loginctl", "list-sessions")
	})

	t.Run("it is a machine of its own", func(t *testing.T) {
		if got := mustRun(t, h, "hostname"); got != h.Hostname() {
			t.Errorf("hostname is %q, want %q", got, h.Hostname())
		}
		outside, err := os.ReadFile("/etc/machine-id")
		inside, err2 := h.ReadFile("/etc/machine-id")
		if err2 != nil || len(bytes.TrimSpace(inside)) != 32 || (err == nil && bytes.Equal(inside, outside)) {
			t.Errorf("machine-id is %q (%v), outside it is %q", inside, err2, outside)
		}
	})

	t.Run("the kernel's own settings are out of reach", func(t *testing.T) {
		if err := h.Command(t.Context(), "sh", "-c", "echo 0 >/proc/sys/kernel/randomize_va_space").Run(); err == nil {
			t.Error("a setting of the machine's kernel could be written")
		}
	})

	t.Run("a transient unit with a dynamic user", func(t *testing.T) {
		out := mustRun(t, h, "systemd-run", "--quiet", "--wait", "--pipe", "-p", "DynamicUser=yes", "-p", "PrivateTmp=yes", "id", "-u")
		if out == "0" || out == "" {
			t.Errorf("uid is %q", out)
		}
	})

	t.Run("a command ends with its context", func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		cmd := h.Command(ctx, "sleep", "271828")
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		running := func() bool {
			return h.Command(t.Context(), "pgrep", "-f", "^sleep 271828").Run() == nil
		}
		eventually(t, "the command runs inside", running)
		cancel()
		if err := cmd.Wait(); err == nil {
			t.Error("a cancelled command reported success")
		}
		eventually(t, "the command is gone inside", func() bool { return !running() })
	})

	t.Run("an error carries what the command said", func(t *testing.T) {
		_, err := h.Run(t.Context(), "ls", "/no/such/place")
		var exit *exec.ExitError
		if !errors.As(err, &exit) || !strings.Contains(err.Error(), "No such file") {
			t.Errorf("error is %v", err)
		}
	})

	t.Run("the journal", func(t *testing.T) {
		mustRun(t, h, "logger", "a line to find again")
		eventually(t, "the line is in the journal", func() bool {
			journal, err := h.Journal(t.Context())
			return err == nil && bytes.Contains(journal, []byte("a line to find again"))
		})
	})
}

func TestNetwork(t *testing.T) {
	h := bootForTest(t, nil)
	address := net.JoinHostPort(testAddress.Addr().String(), "80")

	l, err := h.Listen(t.Context(), "tcp", address)
	if err != nil {
		t.Fatal(err)
	}
	server := &http.Server{Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		fmt.Fprintf(w, "bonjour %s", r.Host)
	})}
	go server.Serve(l)
	t.Cleanup(func() { server.Close() })

	t.Run("a name leads to a server at a public-looking address", func(t *testing.T) {
		if got := mustRun(t, h, "curl", "-sS", "--noproxy", "*", "http://www.demarches.example/"); got != "bonjour www.demarches.example" {
			t.Errorf("curl got %q", got)
		}
	})

	t.Run("only exact names are known", func(t *testing.T) {
		for _, name := range []string{"demarches.example", "x.www.demarches.example", "www.debian.org"} {
			_, err := h.resolver().LookupHost(t.Context(), name)
			var dnsErr *net.DNSError
			if !errors.As(err, &dnsErr) || !dnsErr.IsNotFound {
				t.Errorf("%s: %v, want no such host", name, err)
			}
		}
	})

	t.Run("nothing leads out", func(t *testing.T) {
		if out := mustRun(t, h, "ip", "route", "show", "default"); out != "" {
			t.Errorf("a default route: %s", out)
		}
	})

	t.Run("names change while it runs", func(t *testing.T) {
		names := maps.Clone(testNames)
		names["nouveau.example"] = testAddress.Addr()
		if err := h.SetHosts(t.Context(), names); err != nil {
			t.Fatal(err)
		}
		eventually(t, "the new name resolves", func() bool {
			addrs, err := h.resolver().LookupNetIP(t.Context(), "ip4", "nouveau.example")
			return err == nil && len(addrs) == 1 && addrs[0].Unmap() == testAddress.Addr()
		})
	})

	t.Run("dial by name from outside", func(t *testing.T) {
		client := http.Client{Transport: &http.Transport{DialContext: h.Dial, DisableKeepAlives: true}}
		if got := get(t, &client, "http://www.demarches.example/"); got != "bonjour www.demarches.example" {
			t.Errorf("got %q", got)
		}
	})

	t.Run("forward from outside", func(t *testing.T) {
		outside, err := h.Forward(t.Context(), "127.0.0.1:0", address)
		if err != nil {
			t.Fatal(err)
		}
		client := http.Client{Transport: &http.Transport{DisableKeepAlives: true}}
		if got := get(t, &client, "http://"+outside+"/"); got != "bonjour "+outside {
			t.Errorf("got %q", got)
		}
		idle, err := net.Dial("tcp", outside)
		if err != nil {
			t.Fatal(err)
		}
		defer idle.Close()
		if err := h.Close(); err != nil {
			t.Error(err)
		}
		if c, err := net.Dial("tcp", outside); err == nil {
			c.Close()
			t.Error("the forwarder outlives its host")
		}
		if _, err := h.Dial(t.Context(), "tcp", address); !errors.Is(err, net.ErrClosed) {
			t.Errorf("a dial into a closed host gives %v", err)
		}
	})
}

func get(t *testing.T, c *http.Client, url string) string {
	t.Helper()
	res, err := c.Get(url)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	return string(body)
}

func TestFiles(t *testing.T) {
	h := bootForTest(t, func(o *Options) { o.MemoryDisk = true })

	if err := h.WriteFile("/srv/new/place/secret", []byte("x"), 0o600); err != nil {
		t.Fatal(err)
	}
	if got := mustRun(t, h, "stat", "-c", "%a %U %s", "/srv/new/place/secret"); got != "600 root 1" {
		t.Errorf("written file is %q", got)
	}

	// /var/run is an absolute link to /run on Debian: it must lead to the host's, for the folder and for the file.
	name := "testhost-" + h.Hostname()
	if err := h.WriteFile("/var/run/"+name+"/f", []byte("inside"), 0o644); err != nil {
		t.Fatal(err)
	}
	if got := mustRun(t, h, "cat", "/run/"+name+"/f"); got != "inside" {
		t.Errorf("read back %q", got)
	}
	if _, err := os.Stat("/run/" + name); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("the machine's own /run was written: %v", err)
	}

	mustRun(t, h, "ln", "-s", "/etc/hostname", "/srv/link")
	if got, err := h.ReadFile("/srv/link"); err != nil || strings.TrimSpace(string(got)) != h.Hostname() {
		t.Errorf("through a link: %q, %v", got, err)
	}

	source := filepath.Join(t.TempDir(), "tool")
	if err := os.WriteFile(source, []byte("#!/bin/sh\necho ok\n"), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := h.CopyIn(source, "/usr/local/bin/tool"); err != nil {
		t.Fatal(err)
	}
	if got := mustRun(t, h, "tool"); got != "ok" {
		t.Errorf("copied tool says %q", got)
	}
	if got, err := os.ReadFile(h.Path("/usr/local/bin/tool")); err != nil || len(got) == 0 {
		t.Errorf("Path: %q, %v", got, err)
	}
}

func TestInstall(t *testing.T) {
	h := bootForTest(t, nil)
	good := makePackage(t, h, "borne-exemple", "curl, systemd (>= 250)")
	if err := h.Install(t.Context(), good); err != nil {
		t.Fatal(err)
	}
	if got := mustRun(t, h, "systemctl", "is-active", "borne-exemple.service"); got != "active" {
		t.Errorf("the packaged unit is %q", got)
	}

	bad := makePackage(t, h, "borne-manque", "bibliotheque-absente")
	err := h.Install(t.Context(), bad)
	if err == nil || !strings.Contains(err.Error(), "bibliotheque-absente") {
		t.Errorf("a missing dependency gives %v", err)
	}
	// Both at once resolve each other.
	if err := h.Install(t.Context(), bad, makePackage(t, h, "bibliotheque-absente", "curl")); err != nil {
		t.Error(err)
	}
}

// makePackage builds a package with one service, inside the host, whose dpkg-deb is sure to be there.
func makePackage(t *testing.T, h *Host, name, depends string) string {
	t.Helper()
	dir := "/srv/" + name
	unit := "/usr/lib/systemd/system/" + name + ".service"
	for path, text := range map[string]string{
		"/DEBIAN/control": "Package: " + name + "\nVersion: 1.0\nArchitecture: all\nMaintainer: Essai <essai@demarches.example>\n" +
			"Depends: " + depends + "\nDescription: package made by a test\n",
		"/DEBIAN/postinst": "#!/bin/sh\nset -e\nsystemctl daemon-reload\nsystemctl start " + name + ".service\n",
		unit:               "[Unit]\nDescription=Test\n[Service]\nType=oneshot\nRemainAfterExit=yes\nExecStart=/bin/true\n",
	} {
		if err := h.WriteFile(dir+path, []byte(text), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	mustRun(t, h, "dpkg-deb", "--build", "--root-owner-group", dir, dir+".deb")
	data, err := h.ReadFile(dir + ".deb")
	if err != nil {
		t.Fatal(err)
	}
	out := filepath.Join(t.TempDir(), name+".deb")
	if err := os.WriteFile(out, data, 0o644); err != nil {
		t.Fatal(err)
	}
	return out
}

func TestBookworm(t *testing.T) {
	if testing.Short() {
		t.Skip("-short: bookworm has a root file system of its own to build")
	}
	h := bootForTest(t, func(o *Options) { o.Suite = "bookworm" })
	if h.State() != "running" {
		t.Errorf("state is %q:\n%s", h.State(), mustRun(t, h, "systemctl", "--failed"))
	}
	if got := mustRun(t, h, "sh", "-c", ". /etc/os-release; echo $VERSION_CODENAME"); got != "bookworm" {
		t.Errorf("release is %q", got)
	}
	mustRun(t, h, "getent", "hosts", "www.demarches.example")
}

// TestCollect fails a test that is not one, and looks at what is kept.
func TestCollect(t *testing.T) {
	h := bootForTest(t, nil)
	startXvfb(t, h, ":7")
	t.Setenv("BORNE_ARTIFACTS", t.TempDir())
	failed := &failedTest{name: "TestVisite/fin"}
	Collect(failed, h, "unused", Display{Name: ":7"}, Display{Name: ":8"})
	for _, f := range failed.cleanups {
		f()
	}
	dir := filepath.Join(os.Getenv("BORNE_ARTIFACTS"), "TestVisite_fin")
	journal, err := os.ReadFile(filepath.Join(dir, "journal.txt"))
	if err != nil || !bytes.Contains(journal, []byte("systemd[1]")) {
		t.Errorf("journal: %v", err)
	}
	picture, err := os.Open(filepath.Join(dir, "display7.png"))
	if err != nil {
		t.Fatal(err)
	}
	defer picture.Close()
	if img, _, err := image.Decode(picture); err != nil || img.Bounds().Dx() != 1280 {
		t.Errorf("picture: %v", err)
	}
	if said := strings.Join(failed.said, "\n"); !strings.Contains(said, "display8.png is not kept") {
		t.Errorf("a display that is not there goes unsaid:\n%s", said)
	}
}

type failedTest struct {
	name     string
	cleanups []func()
	said     []string
}

func (f *failedTest) Cleanup(c func())        { f.cleanups = append(f.cleanups, c) }
func (f *failedTest) Failed() bool            { return true }
func (f *failedTest) Helper()                 {}
func (f *failedTest) Name() string            { return f.name }
func (f *failedTest) Logf(s string, a ...any) { f.said = append(f.said, fmt.Sprintf(s, a...)) }

// startXvfb returns once the X server says that it is ready: a notification would need a wrapper, its socket does not.
func startXvfb(t *testing.T, h *Host, display string) {
	t.Helper()
	mustRun(t, h, "systemd-run", "--quiet", "--unit=xvfb"+strings.Trim(display, ":"),
		"Xvfb", display, "-screen", "0", "1280x800x24", "-nolisten", "tcp", "-ac")
	eventually(t, "Xvfb answers", func() bool {
		cmd := h.Command(t.Context(), "xdpyinfo", "-display", display)
		return cmd.Run() == nil
	})
}

// eventually polls for what nothing announces.
func eventually(t *testing.T, what string, holds func() bool) {
	t.Helper()
	for deadline := time.Now().Add(60 * time.Second); time.Now().Before(deadline); time.Sleep(20 * time.Millisecond) {
		if holds() {
			return
		}
	}
	t.Fatalf("waited a minute in vain: %s", what)
}

// BenchmarkBoot is a whole life: boot, systemd up, power off, all removed.
func BenchmarkBoot(b *testing.B) {
	if os.Geteuid() != 0 {
		b.Skip("not root")
	}
	var boot time.Duration
	for b.Loop() {
		started := time.Now()
		h, err := Boot(b.Context(), Options{})
		if err != nil {
			b.Fatal(err)
		}
		boot += time.Since(started)
		if err := h.Close(); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(boot.Seconds()/float64(b.N), "s/boot")
}
