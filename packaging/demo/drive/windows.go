package drive

import (
	"context"
	"fmt"
	"image"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// Window is a named window of the screen.
type Window struct {
	ID    string
	Title string
	Class string
	// Place is where it lies on the screen, in pixels.
	Place image.Rectangle
}

// Windows lists the named windows that are mapped, the one in front first.
func (s *Screen) Windows(ctx context.Context) ([]Window, error) {
	tree, err := s.run(ctx, "xwininfo", "-root", "-tree")
	if err != nil {
		return nil, fmt.Errorf("list windows: %w", err)
	}
	// xdotool answers 1 when nothing is visible: an empty list, not a fault.
	visible, err := s.run(ctx, "sh", "-c", "xdotool search --onlyvisible --name '.+' || [ $? -eq 1 ]")
	if err != nil {
		return nil, fmt.Errorf("list windows: %w", err)
	}
	var mapped []uint64
	for _, id := range strings.Fields(visible) {
		if n, err := strconv.ParseUint(id, 10, 32); err == nil {
			mapped = append(mapped, n)
		}
	}
	return slices.DeleteFunc(parseTree(tree), func(w Window) bool {
		n, err := strconv.ParseUint(w.ID, 0, 32)
		return err != nil || !slices.Contains(mapped, n)
	}), nil
}

// treeLine is a line of `xwininfo -tree`: id, title, ("instance" "class"), size and place in the parent, place on screen.
var treeLine = regexp.MustCompile(`^ *(0x[0-9a-f]+) "(.*)": \((?:"[^"]*" "([^"]*)")?\) +(\d+)x(\d+)[+-]-?\d+[+-]-?\d+ +([+-]-?\d+)([+-]-?\d+)$`)

// parseTree keeps the named windows of `xwininfo -tree`, which lists siblings from front to back.
func parseTree(tree string) []Window {
	var windows []Window
	for line := range strings.Lines(tree) {
		m := treeLine.FindStringSubmatch(strings.TrimRight(line, "\n"))
		if m == nil || m[2] == "" {
			continue
		}
		width, height := number(m[4]), number(m[5])
		x, y := number(m[6]), number(m[7])
		windows = append(windows, Window{m[1], m[2], m[3], image.Rect(x, y, x+width, y+height)})
	}
	return windows
}

// number reads what X geometry writes: "12", "+12", "+-12".
func number(s string) int {
	n, err := strconv.Atoi(strings.TrimPrefix(s, "+"))
	if err != nil {
		return 0 // the expression lets only digits through; too many of them are no place on a screen
	}
	return n
}

// WaitTitle returns the frontmost window whose title holds part, once there is one.
func (s *Screen) WaitTitle(ctx context.Context, part string) (Window, error) {
	var found Window
	err := Until(ctx, fmt.Sprintf("a window titled %q", part), func() (bool, error) {
		windows, err := s.Windows(ctx)
		i := slices.IndexFunc(windows, func(w Window) bool { return strings.Contains(w.Title, part) })
		if i >= 0 {
			found = windows[i]
		}
		return i >= 0, err
	})
	return found, err
}
