package vm

import (
	"bufio"
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"net"
	"strings"
	"sync"
	"time"
)

// agent asks Debian's qemu-guest-agent, over a serial line of the machine, to run commands as root. The line has no end
// of its own: a request that the machine was too dead to answer leaves it out of step, and the next one finds its place
// again.
type agent struct {
	mu     sync.Mutex
	conn   net.Conn
	reader *bufio.Reader
	inStep bool
}

// agentPatience bounds one exchange: what runs long is asked for again and again.
const agentPatience = 20 * time.Second

var guestEnvironment = []string{
	"PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "HOME=/root", "LANG=C.UTF-8",
	"SYSTEMD_PAGER=", "SYSTEMD_COLORS=0", "DEBIAN_FRONTEND=noninteractive",
}

// lost says that the line is out of step: the machine was reset.
func (a *agent) lost() {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.inStep = false
}

// call asks one thing.
func (a *agent) call(ctx context.Context, command string, arguments, value any) error {
	a.mu.Lock()
	defer a.mu.Unlock()
	ctx, cancel := context.WithTimeout(ctx, agentPatience)
	defer cancel()
	stop := context.AfterFunc(ctx, func() { a.conn.SetReadDeadline(time.Unix(1, 0)) })
	defer func() {
		stop()
		a.conn.SetReadDeadline(time.Time{})
	}()
	if !a.inStep {
		if err := a.synchronise(); err != nil {
			return fmt.Errorf("reach the machine's agent: %w", err)
		}
		a.inStep = true
	}
	err := a.exchange(command, arguments, value)
	var refused agentError
	if err != nil && !errors.As(err, &refused) {
		a.inStep = false
	}
	return err
}

type agentError string

func (e agentError) Error() string { return string(e) }

// synchronise throws away what the line still holds: the agent answers this request with a byte that JSON never has.
func (a *agent) synchronise() error {
	id := rand.Int32()
	if err := a.send("guest-sync-delimited", map[string]any{"id": id}, 0xff); err != nil {
		return err
	}
	for {
		if _, err := a.reader.ReadBytes(0xff); err != nil {
			return err
		}
		line, err := a.reader.ReadBytes('\n')
		if err != nil {
			return err
		}
		var said struct{ Return int32 }
		if json.Unmarshal(line, &said) == nil && said.Return == id {
			return nil
		}
	}
}

func (a *agent) send(command string, arguments any, before ...byte) error {
	request := map[string]any{"execute": command}
	if arguments != nil {
		request["arguments"] = arguments
	}
	line, err := json.Marshal(request)
	if err != nil {
		return err
	}
	_, err = a.conn.Write(append(append(before, line...), '\n'))
	return err
}

func (a *agent) exchange(command string, arguments, value any) error {
	if err := a.send(command, arguments); err != nil {
		return fmt.Errorf("agent %s: %w", command, err)
	}
	line, err := a.reader.ReadBytes('\n')
	if err != nil {
		return fmt.Errorf("agent %s: %w", command, err)
	}
	var said struct {
		Return json.RawMessage `json:"return"`
		Error  *struct {
			Desc string `json:"desc"`
		} `json:"error"`
	}
	if err := json.Unmarshal(line, &said); err != nil {
		return fmt.Errorf("agent %s: %w", command, err)
	}
	if said.Error != nil {
		return fmt.Errorf("agent %s: %w", command, agentError(said.Error.Desc))
	}
	if value == nil {
		return nil
	}
	return json.Unmarshal(said.Return, value)
}

// ExitError is a command inside the machine that did not end well.
type ExitError struct {
	Command string
	Code    int // 128 and the signal where one ended it
	Said    string
}

// Error names the command and what it said.
func (e *ExitError) Error() string {
	return fmt.Sprintf("%s: exit status %d: %s", e.Command, e.Code, strings.TrimSpace(e.Said))
}

// run runs a command inside to its end. When ctx ends first it is killed.
func (a *agent) run(ctx context.Context, input []byte, name string, args ...string) (string, error) {
	label := strings.Join(append([]string{name}, args...), " ")
	request := map[string]any{"path": name, "arg": append([]string{}, args...), "env": guestEnvironment, "capture-output": true}
	if input != nil {
		request["input-data"] = base64.StdEncoding.EncodeToString(input)
	}
	var begun struct{ PID int }
	if err := a.call(ctx, "guest-exec", request, &begun); err != nil {
		return "", fmt.Errorf("%s: %w", label, err)
	}
	var status struct {
		Exited   bool
		ExitCode int
		Signal   int
		Out      []byte `json:"out-data"`
		Err      []byte `json:"err-data"`
	}
	for wait := 20 * time.Millisecond; ; wait = min(2*wait, pollEvery/2) {
		if err := a.call(ctx, "guest-exec-status", map[string]any{"pid": begun.PID}, &status); err != nil {
			return "", fmt.Errorf("%s: %w", label, err)
		}
		if status.Exited {
			break
		}
		timer := time.NewTimer(wait)
		select {
		case <-timer.C:
		case <-ctx.Done():
			timer.Stop()
			return "", fmt.Errorf("%s: %w", label, errors.Join(ctx.Err(), a.kill(begun.PID)))
		}
	}
	if code := status.ExitCode; code != 0 || status.Signal != 0 {
		if status.Signal != 0 {
			code = 128 + status.Signal
		}
		return string(status.Out), &ExitError{label, code, string(status.Err) + string(status.Out)}
	}
	return string(status.Out), nil
}

func (a *agent) kill(pid int) error {
	ctx, cancel := context.WithTimeout(context.Background(), agentPatience)
	defer cancel()
	return a.call(ctx, "guest-exec", map[string]any{"path": "kill", "arg": []string{"-9", fmt.Sprint(pid)}, "env": guestEnvironment}, nil)
}
