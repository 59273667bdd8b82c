package testhost

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"
)

// EnterCommand is a shell line that opens a shell in the running host from another terminal.
func (h *Host) EnterCommand() string {
	return fmt.Sprintf("nsenter -t %d -m -p -u -i -n -C -- env -i HOME=/root TERM=$TERM PATH=/usr/sbin:/usr/bin bash -l", h.PID())
}

// Journal is the whole journal of the host, with precise times.
func (h *Host) Journal(ctx context.Context) ([]byte, error) {
	out, err := h.Command(ctx, "journalctl", "--no-pager", "--output=short-precise", "--boot").Output()
	if err != nil {
		return out, fmt.Errorf("read the host's journal: %w", err)
	}
	return out, nil
}

// Screenshot is a PNG of the root window of an X display of the host, such as ":0". The xauthority file (a path
// inside the host) may be empty where the X server asks for none.
func (h *Host) Screenshot(ctx context.Context, display, xauthority string) ([]byte, error) {
	cmd := h.Command(ctx, "import", "-silent", "-display", display, "-window", "root", "png:-")
	cmd.Env = append(cmd.Env, "DISPLAY="+display)
	if xauthority != "" {
		cmd.Env = append(cmd.Env, "XAUTHORITY="+xauthority)
	}
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	png, err := cmd.Output()
	if err != nil {
		return nil, fmt.Errorf("screenshot of %s: %w: %s", display, err, strings.TrimSpace(stderr.String()))
	}
	return png, nil
}

// TB is the part of testing.TB that [Collect] needs.
type TB interface {
	Cleanup(func())
	Failed() bool
	Helper()
	Logf(format string, args ...any)
	Name() string
}

// Display is an X display of the host whose picture is worth keeping.
type Display struct {
	Name       string // such as ":0"
	Xauthority string // path inside the host, or empty
}

// Collect keeps the journal and a picture of each display if the test fails, in a folder named after the test under
// $BORNE_ARTIFACTS, or under dir where that is not set. Call it after the Close of the host was registered, so that it
// runs before.
func Collect(t TB, h *Host, dir string, displays ...Display) {
	t.Helper()
	t.Cleanup(func() {
		if !t.Failed() {
			return
		}
		if base := os.Getenv("BORNE_ARTIFACTS"); base != "" {
			dir = base
		}
		dir := filepath.Join(dir, strings.ReplaceAll(t.Name(), "/", "_"))
		ctx, cancel := context.WithTimeout(context.Background(), 20*time.Second)
		defer cancel()
		for _, path := range h.collect(ctx, dir, displays, t.Logf) {
			t.Logf("kept %s", path)
		}
	})
}

func (h *Host) collect(ctx context.Context, dir string, displays []Display, logf func(string, ...any)) (kept []string) {
	keep := func(name string, data []byte, err error) {
		if err == nil {
			err = os.MkdirAll(dir, 0o755)
		}
		path := filepath.Join(dir, name)
		if err == nil {
			err = os.WriteFile(path, data, 0o644)
		}
		if err != nil {
			logf("%s is not kept: %v", name, err)
			return
		}
		kept = append(kept, path)
	}
	journal, err := h.Journal(ctx)
	keep("journal.txt", journal, err)
	for _, d := range displays {
		png, err := h.Screenshot(ctx, d.Name, d.Xauthority)
		keep("display"+strings.Trim(d.Name, ":")+".png", png, err)
	}
	return kept
}
