package e2e_test

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"encoding/pem"
	"errors"
	"fmt"
	"image"
	"testing"
	"time"

	"borne/kiosk"
	"borne/packaging/demo"
	"borne/packaging/demo/drive"
	"borne/packaging/demo/stage"
)

// How often each is done. A bare browser and a visit take turns, so that what
// else the machine does falls on both.
const (
	tapVisits = 20
	bareRuns  = 10
)

// pageTop is the part of a demonstration page that is watched: the words of its
// banner, which belong to the first contentful paint. Pictures come later.
var pageTop = image.Rect(0, 0, 640, 32)

// barPixels is the height of the shell's bar on the demonstration's screen.
const barPixels = 100

// opening is one tap on "Commencer", in times since the finger came down.
type opening struct {
	asked   time.Duration // borned has the shell's OpenService
	painted time.Duration // Chromium's own first contentful paint, as the bus tells it
	shown   time.Duration // the page's top stands on the screen
}

// measureTap compares a tap on the warm standby browser with a browser that
// has to start.
func measureTap(ctx context.Context, t *testing.T, b *bench, kept *figures) {
	bare := startBareScreen(ctx, t, b)
	var (
		openings []opening
		bares    []time.Duration
	)
	_, page, err := b.open(ctx, 0) // not counted: it shows what the page looks like
	if err != nil {
		t.Fatal(err)
	}
	for i := range tapVisits {
		if i*bareRuns/tapVisits == len(bares) {
			shown, err := bare.run(ctx, demo.Impots.URL("/"), page)
			if err != nil {
				t.Fatal(err)
			}
			bares = append(bares, shown)
			t.Logf("bare browser %2d: shown %v", len(bares), ms(shown))
		}
		o, _, err := b.open(ctx, page)
		if err != nil {
			t.Fatalf("visit %d: %v", i+1, err)
		}
		openings = append(openings, o)
		t.Logf("visit %2d: asked %v, painted %v, shown %v", i+1, ms(o.asked), ms(o.painted), ms(o.shown))
	}
	kept.addTap(openings, bares)
}

// open plays a visitor up to "Il vous faut", waits until nothing moves, taps
// "Commencer" and times what follows until the page looks like sum; then ends
// the visit. With no sum it returns that of the page.
func (b *bench) open(ctx context.Context, page uint64) (o opening, sum uint64, err error) {
	if err := b.player.Start(ctx); err != nil {
		return o, 0, err
	}
	const impots = 3 // the fourth tile, whose theme has this one service
	if err := b.borne.Shell.Press(ctx, drive.Tile, impots); err != nil {
		return o, 0, err
	}
	button, err := b.borne.Shell.Find(ctx, drive.Primary, 0)
	if err != nil {
		return o, 0, err
	}
	if err := b.settle(ctx); err != nil {
		return o, 0, err
	}
	if err := b.eye.look(pageTop.Add(image.Pt(0, barPixels))); err != nil {
		return o, 0, err
	}
	const calm = 500 * time.Millisecond
	if _, err := b.eye.still(ctx, time.Time{}, calm); err != nil {
		return o, 0, err
	}

	began, err := b.eye.tap(image.Pt((button.Min.X+button.Max.X)/2, (button.Min.Y+button.Max.Y)/2))
	if err != nil {
		return o, 0, err
	}
	_, asked, err := b.track.until(ctx, "the site being opened", func(n kiosk.Snapshot) bool { return n.State == kiosk.Visiting })
	if err != nil {
		return o, 0, err
	}
	n, painted, err := b.track.until(ctx, "the first paint", func(n kiosk.Snapshot) bool { return n.Notice != kiosk.Opening })
	if err != nil {
		return o, 0, err
	}
	if !pageShown(n) {
		return o, 0, fmt.Errorf("the page did not open: state %q, notice %q", n.State, n.Notice)
	}
	if page == 0 {
		f, err := b.eye.still(ctx, began, calm)
		if err != nil {
			return o, 0, err
		}
		page = f.sum
	}
	shown, err := b.eye.seen(ctx, began, page, b.pictures)
	if err != nil {
		return o, 0, err
	}
	o = opening{asked.Sub(began), painted.Sub(began), shown.Sub(began)}
	return o, page, b.player.End(ctx)
}

// bareScreen is a second X server, on which a browser without a borne runs.
type bareScreen struct {
	*bench
	eye *eye
}

const (
	bareDisplay = ":1"
	bareSocket  = "/root/bench-screen.socket"
	bareUser    = "bench"
	barePolicy  = "/root/bench-policies"
)

// authorityPolicy has a browser trust the demonstration's authority, by the
// same policy that the borne writes.
func authorityPolicy(t *testing.T, b *bench) []byte {
	t.Helper()
	block, _ := pem.Decode(b.stage.Authority.CertificatePEM())
	if block == nil {
		t.Fatal("the demonstration's authority has no certificate")
	}
	policy, err := json.Marshal(map[string]any{"CACertificates": []string{base64.StdEncoding.EncodeToString(block.Bytes)}})
	if err != nil {
		t.Fatal(err)
	}
	return policy
}

// startBareScreen makes a user and a screen of the same size, and policies
// that trust the demonstration's authority and say nothing else.
func startBareScreen(ctx context.Context, t *testing.T, b *bench) *bareScreen {
	t.Helper()
	host := b.stage.Host
	if err := host.WriteFile(barePolicy+"/managed/bench.json", authorityPolicy(t, b), 0o644); err != nil {
		t.Fatal(err)
	}
	for _, command := range [][]string{
		{"chmod", "0755", barePolicy, barePolicy + "/managed"},
		{"useradd", "--create-home", bareUser},
		{"systemd-run", "--quiet", "--collect", "--unit=bench-screen",
			"Xvnc", bareDisplay, "-geometry", fmt.Sprintf("%dx%d", stage.Width, stage.Height), "-depth", "24", "-nolisten", "tcp",
			"-rfbport", "-1", "-rfbunixpath", bareSocket, "-rfbunixmode", "0600", "-SecurityTypes", "None", "-AlwaysShared",
			"-AcceptSetDesktopSize=0", "-SendCutText=0", "-AcceptCutText=0", "-s", "0", "-ac"},
		{"sh", "-c", "for i in $(seq 100); do [ -S " + bareSocket + " ] && exit 0; sleep 0.1; done; exit 1"},
	} {
		if _, err := host.Run(ctx, command[0], command[1:]...); err != nil {
			t.Fatal(err)
		}
	}
	return &bareScreen{b, openEye(ctx, t, host, bareSocket)}
}

// run starts `chromium --kiosk URL` with a profile that does not exist yet,
// and times it from the moment when a shell is told to execute it until its
// page looks like sum.
func (s *bareScreen) run(ctx context.Context, url string, page uint64) (took time.Duration, err error) {
	if err := s.settle(ctx); err != nil {
		return 0, err
	}
	if err := s.eye.look(pageTop); err != nil {
		return 0, err
	}
	if _, err := s.eye.still(ctx, time.Time{}, time.Second); err != nil {
		return 0, err
	}
	// A mount namespace of its own puts the bare browser's policies in the place
	// of the borne's, and keeps its files out of the folders in which the borne
	// looks for leftovers.
	const script = `set -e
mount --bind ` + barePolicy + ` /etc/chromium/policies
mount --bind /tmp/.X11-unix /mnt; mount -t tmpfs -o mode=1777 tmpfs /tmp
mkdir /tmp/.X11-unix; mount --move /mnt /tmp/.X11-unix; mount -t tmpfs -o mode=1777 tmpfs /dev/shm
exec setpriv --reuid=` + bareUser + ` --regid=` + bareUser + ` --init-groups sh -c '
export HOME=$(mktemp -d) DISPLAY=` + bareDisplay + `
cd "$HOME"; echo ready; read go
exec chromium --kiosk --no-first-run --window-position=0,0 --user-data-dir="$HOME/profile" "$0"' "$0"`
	ctx, cancel := context.WithTimeout(ctx, 30*time.Second)
	defer cancel()
	command := s.stage.Host.Command(ctx, "unshare", "--mount", "sh", "-c", script, url)
	in, err := command.StdinPipe()
	if err != nil {
		return 0, err
	}
	out, err := command.StdoutPipe()
	if err != nil {
		return 0, err
	}
	if err := command.Start(); err != nil {
		return 0, err
	}
	defer func() {
		_, killed := s.stage.Host.Run(ctx, "pkill", "-KILL", "-u", bareUser)
		in.Close()
		_ = command.Wait() // it was killed
		err = errors.Join(err, killed)
	}()
	if _, err := out.Read(make([]byte, len("ready\n"))); err != nil {
		return 0, fmt.Errorf("prepare the bare browser: %w", err)
	}
	began := time.Now()
	if _, err := in.Write([]byte("go\n")); err != nil {
		return 0, err
	}
	shown, err := s.eye.seen(ctx, began, page, s.pictures)
	return shown.Sub(began), err
}
