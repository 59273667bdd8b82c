package bus

import (
	"context"
	"fmt"
	"strings"

	"github.com/godbus/dbus/v5"
)

// decoderBuffer is how many bytes of texts that were received godbus keeps
// together: one text that is in use keeps all of them (godbus/dbus,
// decoder.go, stringConverterBufferSize). So what lives longer than a message
// is cloned in this package.
const decoderBuffer = 4096

// fillers is how many messages are under way at once.
const fillers = 16

// forget has a connection read so much that says nothing of anybody that the
// texts of a visit are in no buffer of it any more. It takes some milliseconds.
func forget(ctx context.Context, conn *dbus.Conn) error {
	bus := conn.BusObject()
	// The daemon keeps some messages of up to 10 KB as they were, for the next
	// ones (dbus-message.c, MAX_MESSAGE_CACHE_SIZE): long ones, several at a time,
	// take their place. No name is that long, and the answer is no.
	filler := strings.Repeat("x", 9000)
	answers := make(chan *dbus.Call, fillers)
	for range fillers {
		bus.GoWithContext(ctx, "org.freedesktop.DBus.NameHasOwner", 0, answers, filler)
	}
	for range fillers {
		select {
		case <-answers:
		case <-ctx.Done():
			return fmt.Errorf("forget what the bus told: %w", ctx.Err())
		}
	}
	// A long text overwrites what single texts are read into.
	var long string
	if err := bus.CallWithContext(ctx, "org.freedesktop.DBus.Introspectable.Introspect", 0).Store(&long); err != nil {
		return fmt.Errorf("forget what the bus told: %w", err)
	}
	for read := 0; read <= 2*decoderBuffer; {
		var names []string
		if err := bus.CallWithContext(ctx, "org.freedesktop.DBus.ListNames", 0).Store(&names); err != nil {
			return fmt.Errorf("forget what the bus told: %w", err)
		}
		for _, name := range names {
			read += len(name)
		}
	}
	return nil
}

// Forget lets go of all that was received and is not in use. The memory itself
// is the collector's to overwrite.
func (c *Client) Forget(ctx context.Context) error { return forget(ctx, c.conn) }

// rested has the server forget once nobody is there.
func (s *Server) rested() {
	ctx, cancel := context.WithTimeout(context.Background(), callTimeout)
	defer cancel()
	if err := forget(ctx, s.o.Conn); err != nil {
		s.o.Log.Debug("after a visit", "error", err) // a bus that is gone holds nothing of ours
	}
	if s.o.Rested != nil {
		s.o.Rested()
	}
}

// keep copies values out of the buffer that they were received in.
func keep(into, news map[string]dbus.Variant) {
	for name, v := range news {
		value := v.Value()
		if text, ok := value.(string); ok {
			value = strings.Clone(text)
		}
		into[strings.Clone(name)] = dbus.MakeVariant(value) // the signature was in the buffer as well
	}
}
