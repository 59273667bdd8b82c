package drive

import (
	"bytes"
	"context"
	"fmt"
	"image"
	"os/exec"
	"strconv"
	"strings"
	"time"
)

// Host is the part of testhost.Host that a screen needs.
type Host interface {
	Command(ctx context.Context, name string, arg ...string) *exec.Cmd
	Screenshot(ctx context.Context, display, xauthority string) ([]byte, error)
}

// Screen is an X display inside a host. Its methods may be called from several goroutines.
type Screen struct {
	host       Host
	display    string
	xauthority string
}

// NewScreen returns the display of that name, such as ":0", of the host. xauthority is a path inside the host, empty
// where the X server asks for none.
func NewScreen(host Host, display, xauthority string) *Screen {
	return &Screen{host: host, display: display, xauthority: xauthority}
}

// poll is how often waits look again.
const poll = 100 * time.Millisecond

// Tap touches the screen at x, y, in pixels from its top left. The server takes movement and click in their order; to wait
// for the movement (--sync) would wait 15 s for one that leads nowhere, as at a second tap on one place.
func (s *Screen) Tap(ctx context.Context, x, y int) error {
	_, err := s.run(ctx, "xdotool", "mousemove", strconv.Itoa(x), strconv.Itoa(y), "click", "1")
	if err != nil {
		return fmt.Errorf("tap at %d,%d: %w", x, y, err)
	}
	return nil
}

// TapAll touches one point after the other, as a finger on the keys of a keyboard.
func (s *Screen) TapAll(ctx context.Context, points []image.Point) error {
	var args []string
	for _, p := range points {
		args = append(args, "mousemove", strconv.Itoa(p.X), strconv.Itoa(p.Y), "click", "1", "sleep", "0.05")
	}
	// The error must not repeat the points, which may be a password's.
	if _, err := s.run(ctx, "xdotool", args...); err != nil {
		return fmt.Errorf("tap %d points: %w", len(points), err)
	}
	return nil
}

// Push moves on in what lies at x, y, some two lines of a page, as a finger does that pushes it up. The wheel of a mouse
// stands for it: the server of a test has no touch screen.
func (s *Screen) Push(ctx context.Context, x, y int) error {
	_, err := s.run(ctx, "xdotool", "mousemove", strconv.Itoa(x), strconv.Itoa(y), "click", "5")
	if err != nil {
		return fmt.Errorf("push at %d,%d: %w", x, y, err)
	}
	return nil
}

// Type enters text as a keyboard would.
func (s *Screen) Type(ctx context.Context, text string) error {
	// The error must not repeat the text, which may be a password.
	if _, err := s.run(ctx, "xdotool", "type", "--delay", "12", "--", text); err != nil {
		return fmt.Errorf("type %d characters: %w", len(text), err)
	}
	return nil
}

// Key presses keys or combinations one after the other, by their X names: "Tab", "ctrl+alt+BackSpace".
func (s *Screen) Key(ctx context.Context, keys ...string) error {
	if _, err := s.run(ctx, "xdotool", append([]string{"key", "--delay", "30", "--"}, keys...)...); err != nil {
		return fmt.Errorf("press %s: %w", strings.Join(keys, ", "), err)
	}
	return nil
}

// Size is the screen's width and height in pixels.
func (s *Screen) Size(ctx context.Context) (width, height int, err error) {
	out, err := s.run(ctx, "xdotool", "getdisplaygeometry")
	if err != nil {
		return 0, 0, fmt.Errorf("size of the screen: %w", err)
	}
	if _, err := fmt.Sscan(out, &width, &height); err != nil {
		return 0, 0, fmt.Errorf("size of the screen: %q: %w", out, err)
	}
	return width, height, nil
}

func (s *Screen) run(ctx context.Context, name string, args ...string) (string, error) {
	command := s.host.Command(ctx, name, args...)
	command.Env = append(command.Env, "DISPLAY="+s.display, "LC_ALL=C.UTF-8")
	if s.xauthority != "" {
		command.Env = append(command.Env, "XAUTHORITY="+s.xauthority)
	}
	var out, said bytes.Buffer
	command.Stdout, command.Stderr = &out, &said
	if err := command.Run(); err != nil {
		return "", fmt.Errorf("%s: %w: %s", name, err, strings.TrimSpace(said.String()))
	}
	return out.String(), nil
}

// Until asks again and again until done says yes or the context ends. An error of done is no end: what is not there yet
// fails. The last one is told when time is up; what says what was waited for.
func Until(ctx context.Context, what string, done func() (bool, error)) error {
	tick := time.NewTicker(poll)
	defer tick.Stop()
	for {
		ok, err := done()
		if ok {
			return nil
		}
		select {
		case <-ctx.Done():
			if err != nil {
				return fmt.Errorf("wait for %s: %w (last answer: %w)", what, ctx.Err(), err)
			}
			return fmt.Errorf("wait for %s: %w", what, ctx.Err())
		case <-tick.C:
		}
	}
}
