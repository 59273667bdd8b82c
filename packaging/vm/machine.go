package vm

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"borne/kiosk"
)

// Run runs a command inside as root and returns what it wrote to standard output; an [ExitError] carries the rest. It
// opens no terminal and no login.
func (m *Machine) Run(ctx context.Context, name string, args ...string) (string, error) {
	return m.agent.run(ctx, nil, name, args...)
}

// Shell runs a script inside with sh.
func (m *Machine) Shell(ctx context.Context, script string) (string, error) {
	return m.Run(ctx, "sh", "-c", script)
}

// WriteFile writes a file inside, of at most a megabyte, owned by root and with mode 0644.
func (m *Machine) WriteFile(ctx context.Context, path string, data []byte) error {
	_, err := m.agent.run(ctx, data, "sh", "-c", `cat >"$1" && chmod 644 "$1"`, "sh", path)
	return err
}

// Reset cuts the power and gives it back at once, and returns when the machine has begun to start again.
func (m *Machine) Reset(ctx context.Context) error {
	_, n := m.monitor.since(0)
	if _, err := m.monitor.call(ctx, "system_reset", nil); err != nil {
		return err
	}
	_, err := m.monitor.await(ctx, n, func(e Event) bool { return e.Name == "RESET" })
	m.agent.lost()
	return err
}

// PowerButton presses the machine's button briefly, as ACPI tells the system. A long press is the hardware's and cuts
// the power: see [Machine.Reset].
func (m *Machine) PowerButton(ctx context.Context) error {
	_, err := m.monitor.call(ctx, "system_powerdown", nil)
	return err
}

// Events returns what the emulator told after the first n events, and how many there are in all: 0 for n asks for all.
// A machine that restarts tells RESET, one that goes off SHUTDOWN, one that sleeps SUSPEND.
func (m *Machine) Events(n int) ([]Event, int) { return m.monitor.since(n) }

// Property reads a property of the borne on its system bus.
func (m *Machine) Property(ctx context.Context, name string) (string, error) {
	out, err := m.Run(ctx, "busctl", "--json=short", "get-property", kiosk.BusName, kiosk.BusPath, kiosk.BusInterface, name)
	if err != nil {
		return "", fmt.Errorf("read property %s: %w", name, err)
	}
	var answer struct{ Data json.RawMessage }
	if err := json.Unmarshal([]byte(out), &answer); err != nil {
		return "", fmt.Errorf("read property %s: %w", name, err)
	}
	var text string
	if err := json.Unmarshal(answer.Data, &text); err != nil {
		return string(answer.Data), nil // a number is told as it is written
	}
	return text, nil
}

// State is what the borne is doing.
func (m *Machine) State(ctx context.Context) (kiosk.State, error) {
	s, err := m.Property(ctx, "State")
	return kiosk.State(s), err
}

// WaitState returns once the borne is in one of the states. It also waits for a machine that is starting.
func (m *Machine) WaitState(ctx context.Context, states ...kiosk.State) error {
	return m.Until(ctx, fmt.Sprintf("state %v", states), func() (bool, error) {
		s, err := m.State(ctx)
		if err == nil && !slices.Contains(states, s) {
			reason, unknown := m.Property(ctx, "Reason")
			err = errors.Join(fmt.Errorf("state is %q: %s", s, reason), unknown)
		}
		return err == nil, err
	})
}

// Call calls a method of the borne as root, with arguments as busctl writes them after the signature.
func (m *Machine) Call(ctx context.Context, method string, args ...string) error {
	_, err := m.Run(ctx, "busctl", append([]string{"--timeout=60", "call", kiosk.BusName, kiosk.BusPath, kiosk.BusInterface, method}, args...)...)
	return err
}

// Counters are the borne's own tallies, by "kind/key".
func (m *Machine) Usage(ctx context.Context) (string, error) {
	return m.Run(ctx, "bornectl", "--json", "local", "usage")
}

// Until asks again and again until done says yes, the context ends or the emulator does. An error of done is no end:
// the last one is told when time is up.
func (m *Machine) Until(ctx context.Context, what string, done func() (bool, error)) error {
	began, told := time.Now(), time.Now()
	for {
		ok, err := done()
		if ok {
			return nil
		}
		if time.Since(told) > 20*time.Second {
			told = time.Now()
			m.log.Info("still waiting for "+what, "last answer", err)
		}
		select {
		case <-m.qemu.done:
			return fmt.Errorf("wait for %s: the emulator ended: %w", what, m.qemu.err)
		default:
		}
		// A question costs the emulated machine a good part of a second: what takes long is asked for less often.
		ended := pause(ctx)
		for waited := time.Now(); ended == nil && time.Since(waited) < min(time.Since(began)/10, 3*time.Second); {
			ended = pause(ctx)
		}
		if ended != nil {
			if err != nil {
				return fmt.Errorf("wait for %s: %w (last answer: %w)", what, ended, err)
			}
			return fmt.Errorf("wait for %s: %w", what, ended)
		}
	}
}

// Journal is the whole journal since this start.
func (m *Machine) Journal(ctx context.Context) (string, error) {
	return m.Run(ctx, "journalctl", "--no-pager", "--output=short-precise", "--boot")
}

// Terminal is the virtual terminal in front: "tty7".
func (m *Machine) Terminal(ctx context.Context) (string, error) {
	out, err := m.Run(ctx, "cat", "/sys/class/tty/tty0/active")
	return strings.TrimSpace(out), err
}
