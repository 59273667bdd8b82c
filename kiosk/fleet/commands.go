package fleet

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"sync"

	"borne/kiosk"
)

// errExpired ends the context of a command that waited too long.
var errExpired = errors.New("it expired before it could be carried out")

// handle begins the commands of an answer that are new, each in its own goroutine since a
// restart may wait for the end of a visit while others must not.
func (a *Agent) handle(ctx context.Context, running *sync.WaitGroup, commands []kiosk.Command) (begun bool, err error) {
	var failed error
	for _, c := range commands {
		now := a.officeTime()
		if !c.Expires.After(now) {
			a.log.Info("fleet: command expired", "command", c.Kind, "id", c.ID)
			continue
		}
		e := entry{ID: c.ID, Kind: c.Kind, Expires: c.Expires, State: kiosk.CommandAccepted}
		known := slices.Contains(kiosk.CommandKinds(), c.Kind)
		if !known {
			e.State, e.Detail = kiosk.CommandFailed, fmt.Sprintf("this borne does not know the command %q: update it", clean(string(c.Kind)))
		}
		isNew, err := a.ledger.begin(e, now)
		if err != nil {
			// Not begun: what cannot be remembered might be done twice.
			failed = errors.Join(failed, err)
			continue
		}
		begun = begun || isNew
		if isNew && known {
			a.log.Info("fleet: command accepted", "command", c.Kind, "id", c.ID, "urgent", c.Urgent)
			running.Go(func() { a.execute(ctx, c) })
		}
	}
	return begun, failed
}

func (a *Agent) execute(ctx context.Context, c kiosk.Command) {
	limited, cancel := context.WithTimeoutCause(ctx, c.Expires.Sub(a.officeTime()), errExpired)
	defer cancel()
	err := a.o.Borne.Execute(limited, c)
	if err != nil && ctx.Err() != nil {
		// borned is stopping: the next start says how this ended.
		return
	}
	state, detail := kiosk.CommandDone, ""
	if err != nil {
		state, detail = kiosk.CommandFailed, clean(err.Error())
		if errors.Is(context.Cause(limited), errExpired) {
			detail = errExpired.Error()
		}
	}
	a.log.Info("fleet: command ended", "command", c.Kind, "id", c.ID, "state", state, "detail", detail)
	if err := a.ledger.finish(c.ID, state, detail); err != nil {
		a.log.Error("fleet: remember a command", "id", c.ID, "err", err)
	}
	if err := a.tell(ctx); err != nil {
		a.log.Warn("fleet: report a command", "id", c.ID, "err", err)
	}
}

// tell reports every state of a command that the central office has not heard.
func (a *Agent) tell(ctx context.Context) error {
	a.telling.Lock()
	defer a.telling.Unlock()
	id := a.credentials()
	if id == nil {
		return kiosk.ErrNotEnrolled
	}
	for _, e := range a.ledger.untold() {
		body, err := json.Marshal(kiosk.CommandReport{State: e.State, Detail: e.Detail})
		if err != nil {
			return err
		}
		_, err = a.call(ctx, id, request{method: http.MethodPost, path: kiosk.PathCommands + "/" + e.ID, body: body,
			contentType: "application/json", limit: maxReplyBytes, noContent: true})
		var s *StatusError
		if errors.As(err, &s) {
			switch s.Status {
			case http.StatusNotFound, http.StatusConflict, http.StatusGone, http.StatusUnprocessableEntity:
				// It does not want to hear: cancelled, expired or unknown there.
				a.log.Info("fleet: report of a command refused", "id", e.ID, "err", err)
				err = nil
			}
		}
		if err != nil {
			return fmt.Errorf("report command: %w", err)
		}
		if err := a.ledger.told(e.ID, e.State); err != nil {
			return err
		}
	}
	return nil
}
