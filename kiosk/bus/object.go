package bus

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"borne/kiosk"

	"github.com/godbus/dbus/v5"
)

// object carries the exported methods. godbus runs each call in a goroutine of
// its own; the supervisor puts them in line.
type object struct{ s *Server }

// do checks the caller against the table of methods, then runs f.
func (o *object) do(sender dbus.Sender, name string, f func(context.Context) error) *dbus.Error {
	i := slices.IndexFunc(methods, func(m method) bool { return m.name == name })
	if err := o.s.allow(sender, methods[i].who); err != nil {
		o.s.o.Log.Warn("refused bus call", "method", name, "error", err)
		return failed(err)
	}
	ctx, cancel := context.WithTimeout(context.Background(), callTimeout)
	defer cancel()
	if err := f(ctx); err != nil {
		return failed(err)
	}
	return nil
}

func (o *object) StartSession(sender dbus.Sender, language string) *dbus.Error {
	return o.do(sender, "StartSession", func(ctx context.Context) error {
		return o.s.o.Visitor.StartSession(ctx, kiosk.Language(strings.Clone(language)))
	})
}

func (o *object) OpenService(sender dbus.Sender, id string) *dbus.Error {
	return o.do(sender, "OpenService", func(ctx context.Context) error {
		return o.s.o.Visitor.OpenService(ctx, kiosk.ServiceID(strings.Clone(id)))
	})
}

// EndSession lets the shell say "button" alone: the other reasons are staff's
// or borned's own to give.
func (o *object) EndSession(sender dbus.Sender, reason string) *dbus.Error {
	return o.do(sender, "EndSession", func(ctx context.Context) error {
		r := kiosk.EndReason(strings.Clone(reason))
		switch {
		case r == kiosk.EndButton, r == kiosk.EndStaff && o.s.root(sender):
			return o.s.o.Visitor.EndSession(ctx, r)
		case r == kiosk.EndStaff:
			return fmt.Errorf("%w: only root ends a session as staff", kiosk.ErrNotAllowed)
		}
		return fmt.Errorf("%w: reason %q, write button or staff", kiosk.ErrBadArgument, reason)
	})
}

func (o *object) Extend(sender dbus.Sender) *dbus.Error {
	return o.do(sender, "Extend", o.s.o.Visitor.Extend)
}

func (o *object) CallMediator(sender dbus.Sender) *dbus.Error {
	return o.do(sender, "CallMediator", o.s.o.Visitor.CallMediator)
}

func (o *object) AnswerHelp(sender dbus.Sender) *dbus.Error {
	return o.do(sender, "AnswerHelp", o.s.o.Visitor.AnswerHelp)
}

func (o *object) Home(sender dbus.Sender) *dbus.Error {
	return o.do(sender, "Home", o.s.o.Page.Home)
}

func (o *object) Back(sender dbus.Sender) *dbus.Error {
	return o.do(sender, "Back", o.s.o.Page.Back)
}

func (o *object) Zoom(sender dbus.Sender, step int32) *dbus.Error {
	return o.do(sender, "Zoom", func(ctx context.Context) error {
		if step < -1 || step > 1 {
			return fmt.Errorf("%w: step %d, write -1, 0 or 1", kiosk.ErrBadArgument, step)
		}
		return o.s.o.Page.Zoom(ctx, int(step))
	})
}

func (o *object) UseAid(sender dbus.Sender, aid string) *dbus.Error {
	return o.do(sender, "UseAid", func(ctx context.Context) error {
		if !slices.Contains(kiosk.Aids(), kiosk.Aid(aid)) {
			return fmt.Errorf("%w: aid %q, write one of %v", kiosk.ErrBadArgument, aid, kiosk.Aids())
		}
		return o.s.o.Aids.UseAid(ctx, kiosk.Aid(aid))
	})
}

func (o *object) Documents(sender dbus.Sender) (string, *dbus.Error) {
	return o.json(sender, "Documents", func(ctx context.Context) (any, error) { return o.s.o.Page.Documents(ctx) })
}

func (o *object) GiveFile(sender dbus.Sender, document string) *dbus.Error {
	return o.do(sender, "GiveFile", func(ctx context.Context) error { return o.s.o.Page.GiveFile(ctx, document) })
}

func (o *object) ShowDocument(sender dbus.Sender, document string) *dbus.Error {
	return o.do(sender, "ShowDocument", func(ctx context.Context) error { return o.s.o.Paper.ShowDocument(ctx, document) })
}

func (o *object) PreparePrint(sender dbus.Sender, document string) *dbus.Error {
	return o.do(sender, "PreparePrint", func(ctx context.Context) error { return o.s.o.Paper.PreparePrint(ctx, document) })
}

func (o *object) Print(sender dbus.Sender, document string) *dbus.Error {
	return o.do(sender, "Print", func(ctx context.Context) error { return o.s.o.Paper.Print(ctx, document) })
}

func (o *object) SaveDocument(sender dbus.Sender, document string) *dbus.Error {
	return o.do(sender, "SaveDocument", func(ctx context.Context) error { return o.s.o.Paper.SaveDocument(ctx, document) })
}

// Refused takes only what the window manager can refuse.
func (o *object) Refused(sender dbus.Sender, reason string) *dbus.Error {
	return o.do(sender, "Refused", func(ctx context.Context) error {
		switch r := kiosk.Reason(strings.Clone(reason)); r {
		case kiosk.ReasonKey, kiosk.ReasonWindow:
			return o.s.o.Shell.Refused(ctx, r)
		}
		return fmt.Errorf("%w: reason %q, write key or window", kiosk.ErrBadArgument, reason)
	})
}

func (o *object) Renewing(sender dbus.Sender) *dbus.Error {
	return o.do(sender, "Renewing", func(ctx context.Context) error { return o.s.o.Shell.Renewing(ctx) })
}

// Prolong is the mediator's: a visitor's own way is Extend.
func (o *object) Prolong(sender dbus.Sender, minutes uint32) *dbus.Error {
	return o.do(sender, "Prolong", func(ctx context.Context) error {
		if minutes < 1 || minutes > 120 {
			return fmt.Errorf("%w: %d minutes, write 1 to 120", kiosk.ErrBadArgument, minutes)
		}
		return o.s.o.Visitor.Prolong(ctx, time.Duration(minutes)*time.Minute)
	})
}

// Report takes only what the lists hold: the catalogue's services are the
// machine's to know.
func (o *object) Report(sender dbus.Sender, service, outcome, face, autonomy string) *dbus.Error {
	return o.do(sender, "Report", func(ctx context.Context) error {
		r := kiosk.Report{Service: kiosk.ServiceID(service), Outcome: kiosk.Outcome(cmp.Or(outcome, kiosk.None)),
			Face: kiosk.Face(cmp.Or(face, kiosk.None)), Autonomy: kiosk.Autonomy(cmp.Or(autonomy, kiosk.None))}
		if !slices.Contains(kiosk.Outcomes(), r.Outcome) {
			return fmt.Errorf("%w: outcome %q, write one of %v", kiosk.ErrBadArgument, outcome, kiosk.Outcomes())
		}
		if !slices.Contains(kiosk.Faces(), r.Face) {
			return fmt.Errorf("%w: face %q, write one of %v", kiosk.ErrBadArgument, face, kiosk.Faces())
		}
		if !slices.Contains(kiosk.Autonomies(), r.Autonomy) {
			return fmt.Errorf("%w: autonomy %q, write one of %v", kiosk.ErrBadArgument, autonomy, kiosk.Autonomies())
		}
		return o.s.o.Visitor.Report(ctx, r)
	})
}

func (o *object) AllowHost(sender dbus.Sender, host string) *dbus.Error {
	return o.do(sender, "AllowHost", func(ctx context.Context) error { return o.s.o.Visitor.AllowHost(ctx, host) })
}

func (o *object) Activity(sender dbus.Sender) *dbus.Error {
	return o.do(sender, "Activity", o.s.o.Shell.Activity)
}

// Hello also remembers which connection is the shell's, to notice its death.
func (o *object) Hello(sender dbus.Sender, width, height, bar uint32) *dbus.Error {
	return o.do(sender, "Hello", func(ctx context.Context) error {
		if width < 320 || height < 320 || width > 16384 || height > 16384 || bar >= height {
			return fmt.Errorf("%w: screen %d×%d with a bar of %d pixels", kiosk.ErrBadArgument, width, height, bar)
		}
		o.s.mu.Lock()
		o.s.shell = strings.Clone(string(sender))
		o.s.mu.Unlock()
		return o.s.o.Shell.Hello(ctx, int(width), int(height), int(bar))
	})
}

func (o *object) Diagnostics(sender dbus.Sender) (string, *dbus.Error) {
	return o.json(sender, "Diagnostics", func(ctx context.Context) (any, error) { return o.s.o.Staff.Diagnostics(ctx) })
}

func (o *object) Enrol(sender dbus.Sender, server, code string) (name string, e *dbus.Error) {
	e = o.do(sender, "Enrol", func(ctx context.Context) (err error) {
		name, err = o.s.o.Staff.Enrol(ctx, server, code)
		return err
	})
	return name, e
}

func (o *object) SyncUsage(sender dbus.Sender) (pending uint64, e *dbus.Error) {
	e = o.do(sender, "SyncUsage", func(ctx context.Context) (err error) {
		pending, err = o.s.o.Staff.SyncUsage(ctx)
		return err
	})
	return pending, e
}

func (o *object) Usage(sender dbus.Sender) (string, *dbus.Error) {
	return o.json(sender, "Usage", o.s.o.Staff.Usage)
}

func (o *object) json(sender dbus.Sender, name string, f func(context.Context) (any, error)) (text string, e *dbus.Error) {
	e = o.do(sender, name, func(ctx context.Context) error {
		v, err := f(ctx)
		if err != nil {
			return err
		}
		b, err := json.Marshal(v)
		text = string(b)
		return err
	})
	return text, e
}
