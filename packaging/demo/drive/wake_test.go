package drive

import (
	"bytes"
	"context"
	"image"
	"image/color"
	"image/png"
	"os/exec"
	"slices"
	"testing"
	"time"
)

// inviting is a host whose screen shows the invitation until it is touched, and then the first screen.
type inviting struct {
	t              *testing.T
	before, after  Picture
	touched, asked int
	at             []string
}

func (h *inviting) Command(ctx context.Context, name string, arg ...string) *exec.Cmd {
	if slices.Contains(arg, "getdisplaygeometry") {
		return exec.CommandContext(ctx, "echo", "1280 800")
	}
	if slices.Contains(arg, "click") {
		h.touched++
		h.at = arg
	}
	return exec.CommandContext(ctx, "true")
}

func (h *inviting) Screenshot(context.Context, string, string) ([]byte, error) {
	h.asked++
	p := h.before
	if h.touched > 0 {
		p = h.after
	}
	var b bytes.Buffer
	if err := png.Encode(&b, p.RGBA); err != nil {
		h.t.Error(err)
	}
	return b.Bytes(), nil
}

// TestFindWakesTheInvitation: who looks for the first button touches the invitation first, beside all buttons, and then
// finds the button without another touch.
func TestFindWakesTheInvitation(t *testing.T) {
	begin := image.Rect(68, 317, 336, 457)
	h := &inviting{t: t,
		before: screenOf(map[image.Rectangle]color.RGBA{image.Rect(600, 300, 790, 490): {0xd9, 0xea, 0xf0, 0xff}}), // its sign
		after:  screenOf(map[image.Rectangle]color.RGBA{begin: Primary.fill(), image.Rect(360, 317, 628, 457): Plain.fill()})}
	s := NewShell(NewScreen(h, ":0", ""))
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()
	found, err := s.Find(ctx, Primary, 0)
	if err != nil || found != begin {
		t.Fatalf("found %v, %v; want %v", found, err, begin)
	}
	if h.touched != 1 || !slices.Contains(h.at, "400") {
		t.Errorf("%d touches, the last %v", h.touched, h.at)
	}
	if s.Bare(h.after) || !s.Bare(h.before) {
		t.Error("the invitation is not told from the first screen")
	}
	bar := screenOf(map[image.Rectangle]color.RGBA{image.Rect(0, 0, 1280, 100): Primary.fill()})
	if s.Bare(bar) {
		t.Error("a page below the bar is taken for an invitation")
	}
}
