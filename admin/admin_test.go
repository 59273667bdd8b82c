package admin

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"borne/kiosk"
)

func TestHTTPStatusFollowsWrappedErrors(t *testing.T) {
	for _, s := range statuses {
		if got := HTTPStatus(fmt.Errorf("while testing: %w", s.err)); got != s.status {
			t.Errorf("%v: status %d, want %d", s.err, got, s.status)
		}
	}
	if got := HTTPStatus(errors.New("disk on fire")); got != 500 {
		t.Errorf("own fault: status %d, want 500", got)
	}
}

func TestNormalizeCode(t *testing.T) {
	code := NewCode()
	want := strings.ReplaceAll(code, "-", "")
	for _, typed := range []string{code, strings.ToLower(code), " " + want + " ", strings.ReplaceAll(code, "0", "o"), strings.ReplaceAll(code, "1", "l")} {
		if got, err := NormalizeCode(typed); err != nil || got != want {
			t.Errorf("NormalizeCode(%q) = %q, %v; want %q", typed, got, err, want)
		}
	}
	for _, bad := range []string{"", "ABC", want + "A", "ABCD-EFGH-JKM!", "éééééé"} {
		if _, err := NormalizeCode(bad); !errors.Is(err, ErrCodeUnknown) {
			t.Errorf("NormalizeCode(%q): %v, want ErrCodeUnknown", bad, err)
		}
	}
}

func TestZeroValuesDeny(t *testing.T) {
	for _, p := range permissions[Administrator] {
		if (Operator{Role: Administrator}).May(p) || (Operator{ID: "x"}).May(p) {
			t.Errorf("%s allowed to nobody in particular", p)
		}
		if (Operator{ID: "x", Role: Administrator, Disabled: true}).May(p) {
			t.Errorf("%s allowed to a disabled operator", p)
		}
		if !(Operator{ID: "x", Role: Administrator}).May(p) {
			t.Errorf("%s refused to an administrator", p)
		}
	}
}

func TestCommandValidate(t *testing.T) {
	now := time.Date(2026, 9, 1, 12, 0, 0, 0, time.UTC)
	make := func(kind kiosk.CommandKind, argument string, life time.Duration) Command {
		return Command{Command: kiosk.Command{Kind: kind, Argument: argument, Expires: now.Add(life)}}
	}
	for name, c := range map[string]struct {
		command Command
		ok      bool
	}{
		"message":          {make(kiosk.CommandMessage, "Réunion à 14 h", time.Hour), true},
		"message taken":    {make(kiosk.CommandMessage, "", time.Hour), true},
		"unknown kind":     {make("format-disk", "", time.Hour), false},
		"needless arg":     {make(kiosk.CommandRestart, "now", time.Hour), false},
		"too long":         {make(kiosk.CommandMessage, strings.Repeat("é", MaxArgument+1), time.Hour), false},
		"just long enough": {make(kiosk.CommandMessage, strings.Repeat("é", MaxArgument), time.Hour), true},
		"expired":          {make(kiosk.CommandRestart, "", 0), false},
		"for ever":         {make(kiosk.CommandRestart, "", 31*24*time.Hour), false},
	} {
		if err := c.command.Validate(now); (err == nil) != c.ok || err != nil && !errors.Is(err, ErrInvalid) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestNextStateNeverLeavesAFinalOne(t *testing.T) {
	all := []kiosk.CommandState{kiosk.CommandQueued, kiosk.CommandSent, kiosk.CommandAccepted, kiosk.CommandDone,
		kiosk.CommandFailed, kiosk.CommandExpired, kiosk.CommandCancelled}
	for _, from := range all {
		for _, to := range all {
			if from.Final() && NextState(from, to) {
				t.Errorf("%s → %s allowed", from, to)
			}
			if to == kiosk.CommandQueued && NextState(from, to) {
				t.Errorf("%s → queued allowed", from)
			}
		}
	}
}
