package bus

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"borne/kiosk"

	"github.com/godbus/dbus/v5"
)

// Client talks to borned. Its errors are kiosk's where the bus names one.
type Client struct {
	conn *dbus.Conn
	obj  dbus.BusObject
}

// Dial connects to the system bus. The caller closes the client.
func Dial(ctx context.Context) (*Client, error) {
	conn, err := dbus.ConnectSystemBus(dbus.WithContext(ctx))
	if err != nil {
		return nil, fmt.Errorf("connect to the system bus: %w", err)
	}
	return NewClient(conn), nil
}

// NewClient uses a connection that the client then owns.
func NewClient(conn *dbus.Conn) *Client {
	return &Client{conn: conn, obj: conn.Object(kiosk.BusName, kiosk.BusPath)}
}

// Close leaves the bus.
func (c *Client) Close() error { return c.conn.Close() }

// Done is closed when the bus is gone.
func (c *Client) Done() <-chan struct{} { return c.conn.Context().Done() }

func (c *Client) call(ctx context.Context, method string, args ...any) *dbus.Call {
	call := c.obj.CallWithContext(ctx, kiosk.BusInterface+"."+method, dbus.FlagNoAutoStart, args...)
	call.Err = readable(call.Err)
	return call
}

// readable turns an error of the bus into one of kiosk's, with the words of
// the far end, and says what to do when borned is not there.
func readable(err error) error {
	var e dbus.Error
	if !errors.As(err, &e) {
		return err
	}
	words := e.Error()
	if known := kiosk.ErrorNamed(e.Name); known != nil {
		if words == known.Error() {
			return known
		}
		return &wordedError{known, words}
	}
	switch e.Name {
	case "org.freedesktop.DBus.Error.ServiceUnknown", "org.freedesktop.DBus.Error.NameHasNoOwner":
		return errors.New("borned is not running: see systemctl status borned")
	case "org.freedesktop.DBus.Error.AccessDenied":
		return fmt.Errorf("%w: run as root (%s)", kiosk.ErrNotAllowed, words)
	}
	return errors.New(words)
}

// wordedError is a known error in the words of the far end.
type wordedError struct {
	known error
	words string
}

func (e *wordedError) Error() string { return e.words }
func (e *wordedError) Unwrap() error { return e.known }

// StartSession begins a visit.
func (c *Client) StartSession(ctx context.Context, l kiosk.Language) error {
	return c.call(ctx, "StartSession", string(l)).Err
}

// OpenService opens a site of the catalogue.
func (c *Client) OpenService(ctx context.Context, id kiosk.ServiceID) error {
	return c.call(ctx, "OpenService", string(id)).Err
}

// EndSession ends the visit and returns once the wipe is proved.
func (c *Client) EndSession(ctx context.Context, r kiosk.EndReason) error {
	return c.call(ctx, "EndSession", string(r)).Err
}

// Extend says that the visitor goes on.
func (c *Client) Extend(ctx context.Context) error { return c.call(ctx, "Extend").Err }

// CallMediator calls for help.
func (c *Client) CallMediator(ctx context.Context) error { return c.call(ctx, "CallMediator").Err }

// AnswerHelp says that somebody is coming. Root only.
func (c *Client) AnswerHelp(ctx context.Context) error { return c.call(ctx, "AnswerHelp").Err }

// Home leaves the site and keeps the session.
func (c *Client) Home(ctx context.Context) error { return c.call(ctx, "Home").Err }

// Back goes one step back in the site.
func (c *Client) Back(ctx context.Context) error { return c.call(ctx, "Back").Err }

// Zoom makes the page larger (1), smaller (-1) or normal (0).
func (c *Client) Zoom(ctx context.Context, step int) error {
	return c.call(ctx, "Zoom", int32(step)).Err
}

// UseAid counts an aid that the visitor turned on.
func (c *Client) UseAid(ctx context.Context, a kiosk.Aid) error {
	return c.call(ctx, "UseAid", string(a)).Err
}

// Documents lists what the visitor may give to the page.
func (c *Client) Documents(ctx context.Context) (offer kiosk.Offer, err error) {
	return offer, c.json(ctx, "Documents", &offer)
}

// GiveFile gives a document to the page that asks for one; empty for none.
func (c *Client) GiveFile(ctx context.Context, document string) error {
	return c.call(ctx, "GiveFile", document).Err
}

// Refused counts a key or a window that the shell refused.
func (c *Client) Refused(ctx context.Context, r kiosk.Reason) error {
	return c.call(ctx, "Refused", string(r)).Err
}

// Renewing tells that the shell leaves to come back with less memory.
func (c *Client) Renewing(ctx context.Context) error { return c.call(ctx, "Renewing").Err }

// Prolong gives the visitor who is there more time, in whole minutes. Root only.
func (c *Client) Prolong(ctx context.Context, d time.Duration) error {
	return c.call(ctx, "Prolong", uint32(d/time.Minute)).Err
}

// Report tells what the visitor answered after the end.
func (c *Client) Report(ctx context.Context, r kiosk.Report) error {
	return c.call(ctx, "Report", string(r.Service), string(r.Outcome), string(r.Face), string(r.Autonomy)).Err
}

// ShowDocument shows a document of the visit in its browser.
func (c *Client) ShowDocument(ctx context.Context, document string) error {
	return c.call(ctx, "ShowDocument", document).Err
}

// PreparePrint counts the pages of a document, or of the page in front.
func (c *Client) PreparePrint(ctx context.Context, document string) error {
	return c.call(ctx, "PreparePrint", document).Err
}

// Print prints what was prepared, once.
func (c *Client) Print(ctx context.Context, document string) error {
	return c.call(ctx, "Print", document).Err
}

// SaveDocument keeps a document of the visit on the visitor's USB key.
func (c *Client) SaveDocument(ctx context.Context, document string) error {
	return c.call(ctx, "SaveDocument", document).Err
}

// AllowHost lets this visitor go to one more host. Root only.
func (c *Client) AllowHost(ctx context.Context, host string) error {
	return c.call(ctx, "AllowHost", host).Err
}

// Activity says that the visitor touched something.
func (c *Client) Activity(ctx context.Context) error { return c.call(ctx, "Activity").Err }

// Hello says that the shell is up, with its screen in pixels.
func (c *Client) Hello(ctx context.Context, width, height, bar int) error {
	return c.call(ctx, "Hello", uint32(width), uint32(height), uint32(bar)).Err
}

// Diagnostics returns the health facts. Root only.
func (c *Client) Diagnostics(ctx context.Context) (facts []kiosk.Fact, err error) {
	return facts, c.json(ctx, "Diagnostics", &facts)
}

// Enrol joins a central office and returns the borne's name there. Root only.
func (c *Client) Enrol(ctx context.Context, server, code string) (name string, err error) {
	err = c.call(ctx, "Enrol", server, code).Store(&name)
	return name, err
}

// SyncUsage closes and sends every counter, and returns how many cells still
// wait. Root only.
func (c *Client) SyncUsage(ctx context.Context) (pending uint64, err error) {
	err = c.call(ctx, "SyncUsage").Store(&pending)
	return pending, err
}

// Usage decodes all counters that the borne keeps into v. Root only.
func (c *Client) Usage(ctx context.Context, v any) error { return c.json(ctx, "Usage", v) }

func (c *Client) json(ctx context.Context, method string, v any) error {
	var text string
	if err := c.call(ctx, method).Store(&text); err != nil {
		return err
	}
	if err := json.Unmarshal([]byte(text), v); err != nil {
		return fmt.Errorf("decode answer of %s: %w", method, err)
	}
	return nil
}
