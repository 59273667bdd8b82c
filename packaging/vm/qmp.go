package vm

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"sync"
	"time"
)

// monitor speaks QEMU's machine protocol: a JSON value a line, answers in the order of the commands, events between.
type monitor struct {
	conn net.Conn

	sending sync.Mutex // one command at a time
	answers chan answer

	mu      sync.Mutex
	events  []Event
	arrived chan struct{} // closed and made anew at each event
	err     error         // why it reads no more
}

// Event is something that QEMU said by itself: RESET, SHUTDOWN, DEVICE_DELETED…
type Event struct {
	Name string
	Data map[string]any
	At   time.Time
}

type answer struct {
	value json.RawMessage
	err   error
}

// openMonitor takes over the connection, greets, and reads until it is closed.
func openMonitor(ctx context.Context, conn net.Conn) (*monitor, error) {
	m := &monitor{conn: conn, answers: make(chan answer, 1), arrived: make(chan struct{})}
	go m.read()
	if _, err := m.call(ctx, "qmp_capabilities", nil); err != nil {
		return nil, errors.Join(err, conn.Close())
	}
	return m, nil
}

func (m *monitor) read() {
	lines := bufio.NewScanner(m.conn)
	lines.Buffer(nil, 4<<20)
	for lines.Scan() {
		var message struct {
			Event  string          `json:"event"`
			Data   map[string]any  `json:"data"`
			Return json.RawMessage `json:"return"`
			Error  *struct {
				Desc string `json:"desc"`
			} `json:"error"`
		}
		err := json.Unmarshal(lines.Bytes(), &message)
		switch {
		case err != nil:
			m.answers <- answer{err: fmt.Errorf("read the monitor: %w", err)}
		case message.Event != "":
			m.mu.Lock()
			m.events = append(m.events, Event{message.Event, message.Data, time.Now()})
			close(m.arrived)
			m.arrived = make(chan struct{})
			m.mu.Unlock()
		case message.Error != nil:
			m.answers <- answer{err: errors.New(message.Error.Desc)}
		case message.Return != nil:
			m.answers <- answer{value: message.Return}
		}
	}
	m.mu.Lock()
	m.err = errors.New("the virtual machine has ended")
	close(m.arrived)
	m.arrived = make(chan struct{})
	m.mu.Unlock()
	close(m.answers)
}

// call runs a command. A context that ends first closes the connection: the answer could be taken for the next one's.
func (m *monitor) call(ctx context.Context, command string, arguments map[string]any) (json.RawMessage, error) {
	m.sending.Lock()
	defer m.sending.Unlock()
	request := map[string]any{"execute": command}
	if arguments != nil {
		request["arguments"] = arguments
	}
	line, err := json.Marshal(request)
	if err != nil {
		return nil, fmt.Errorf("monitor %s: %w", command, err)
	}
	if _, err := m.conn.Write(append(line, '\n')); err != nil {
		return nil, fmt.Errorf("monitor %s: %w", command, err)
	}
	select {
	case a, ok := <-m.answers:
		if !ok {
			return nil, fmt.Errorf("monitor %s: the virtual machine has ended", command)
		}
		if a.err != nil {
			return nil, fmt.Errorf("monitor %s: %w", command, a.err)
		}
		return a.value, nil
	case <-ctx.Done():
		return nil, fmt.Errorf("monitor %s: %w", command, errors.Join(ctx.Err(), m.conn.Close()))
	}
}

// since returns the events after the first n, and how many there are.
func (m *monitor) since(n int) ([]Event, int) {
	m.mu.Lock()
	defer m.mu.Unlock()
	return append([]Event(nil), m.events[min(n, len(m.events)):]...), len(m.events)
}

// await returns the first event after the first n that is wanted.
func (m *monitor) await(ctx context.Context, n int, wanted func(Event) bool) (Event, error) {
	for {
		m.mu.Lock()
		news, arrived, err := m.events[min(n, len(m.events)):], m.arrived, m.err
		m.mu.Unlock()
		for _, e := range news {
			if wanted(e) {
				return e, nil
			}
		}
		if err != nil {
			return Event{}, err
		}
		select {
		case <-ctx.Done():
			return Event{}, ctx.Err()
		case <-arrived:
		}
	}
}
