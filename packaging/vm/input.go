package vm

import (
	"context"
	"fmt"
	"strings"
	"unicode"
)

// SendKey presses keys together and lets them go, by QEMU's names: "ctrl-alt-f2", "meta_l", "alt-sysrq-b". A name is a
// place on the keyboard, as an American one is labelled. They come from the keyboard that was plugged in last.
func (m *Machine) SendKey(ctx context.Context, combination string) error {
	var keys []map[string]any
	for _, name := range strings.Split(combination, "-") {
		keys = append(keys, map[string]any{"type": "qcode", "data": name})
	}
	if _, err := m.monitor.call(ctx, "send-key", map[string]any{"keys": keys, "hold-time": 80}); err != nil {
		return fmt.Errorf("press %s: %w", combination, err)
	}
	return nil
}

// Key presses a key or lets it go.
func (m *Machine) Key(ctx context.Context, name string, down bool) error {
	return m.input(ctx, map[string]any{"type": "key", "data": map[string]any{
		"down": down, "key": map[string]any{"type": "qcode", "data": name}}})
}

// typed are the places of signs on an American keyboard; an upper-case letter needs Shift.
var typed = map[rune]string{' ': "spc", '-': "minus", '.': "dot", '/': "slash", ',': "comma", '=': "equal", ';': "semicolon",
	'\n': "ret", '\t': "tab", ':': "shift-semicolon", '_': "shift-minus", '?': "shift-slash", '@': "shift-2"}

// Type types letters, digits and a few signs as on an American keyboard.
func (m *Machine) Type(ctx context.Context, text string) error {
	for _, r := range text {
		name, known := typed[r]
		switch {
		case r >= 'a' && r <= 'z', r >= '0' && r <= '9':
			name = string(r)
		case r >= 'A' && r <= 'Z':
			name = "shift-" + string(unicode.ToLower(r))
		case !known:
			return fmt.Errorf("type: no key is known for %q", r)
		}
		if err := m.SendKey(ctx, name); err != nil {
			return err
		}
	}
	return nil
}

// Touch touches the screen at x, y, in pixels from its top left.
func (m *Machine) Touch(ctx context.Context, x, y int) error {
	if err := m.Move(ctx, x, y); err != nil {
		return err
	}
	for _, down := range []bool{true, false} {
		err := m.input(ctx, map[string]any{"type": "btn", "data": map[string]any{"down": down, "button": "left"}})
		if err != nil {
			return fmt.Errorf("touch at %d,%d: %w", x, y, err)
		}
	}
	return nil
}

// Move moves the pointer.
func (m *Machine) Move(ctx context.Context, x, y int) error {
	const full = 0x7fff
	axis := func(name string, at, size int) map[string]any {
		return map[string]any{"type": "abs", "data": map[string]any{"axis": name, "value": at * full / (size - 1)}}
	}
	if err := m.input(ctx, axis("x", x, ScreenWidth), axis("y", y, ScreenHeight)); err != nil {
		return fmt.Errorf("move to %d,%d: %w", x, y, err)
	}
	return nil
}

func (m *Machine) input(ctx context.Context, events ...map[string]any) error {
	_, err := m.monitor.call(ctx, "input-send-event", map[string]any{"events": events})
	return err
}
