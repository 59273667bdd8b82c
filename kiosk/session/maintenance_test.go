package session

import (
	"errors"
	"testing"
	"time"

	"borne/kiosk"

	"pgregory.net/rapid"
)

func technical(p kiosk.State) bool { return p == kiosk.MaintenanceCode || p == kiosk.Maintenance }

// maintenance holds what the maintenance screen must never be: a way into a
// visit, or out of one, or beside a browser; and it opens by its code alone.
func (w *world) maintenance(t *rapid.T, before State, e Event) {
	after := w.s
	_, code := e.(OpenMaintenance)
	switch {
	case before.Phase.InSession() && technical(after.Phase), technical(before.Phase) && after.Phase.InSession():
		t.Fatalf("%T: from %s to %s", e, before.Phase, after.Phase)
	case after.Phase == kiosk.Maintenance && before.Phase != kiosk.Maintenance && !(code && before.Phase == kiosk.MaintenanceCode):
		t.Fatalf("%T opened the maintenance screen from %s", e, before.Phase)
	case technical(after.Phase) && (w.browser != 0 || after.HadSession || after.Wake() == 0):
		t.Fatalf("%T: %s with browser %d: %+v", e, after.Phase, w.browser, after)
	case technical(before.Phase) && !technical(after.Phase) && !after.Wiping:
		t.Fatalf("%T: left for %s without a wipe", e, after.Phase)
	case technical(after.Phase) != after.maintained():
		t.Fatalf("%T: %s until %v", e, after.Phase, after.MaintainedUntil)
	}
	if after.Phase == kiosk.Maintenance {
		w.dirty = true // what a technician did is no visitor's to find
	}
}

func TestMaintenance(t *testing.T) {
	v := newVisitor(t, kiosk.DefaultSettings())
	if err := v.do(OpenMaintenance{}); !errors.Is(err, kiosk.ErrBadArgument) {
		t.Fatalf("opened where nobody was asked for a code: %v", err)
	}
	v.do(AskMaintenance{})
	if v.s.Phase != kiosk.MaintenanceCode || !v.s.Wiping {
		t.Fatalf("%s, wiping %v: the standby browser must go first", v.s.Phase, v.s.Wiping)
	}
	if err := v.do(OpenMaintenance{}); !errors.Is(err, kiosk.ErrNotReady) {
		t.Fatalf("opened beside a browser: %v", err)
	}
	v.do(Wiped{kiosk.Proof{Clean: true}})
	v.want(kiosk.MaintenanceCode, kiosk.NoNotice, time.Minute)
	if err := v.do(StartSession{kiosk.French}); !errors.Is(err, kiosk.ErrNotReady) {
		t.Fatalf("a visit began: %v", err)
	}
	v.do(OpenMaintenance{})
	v.want(kiosk.Maintenance, kiosk.NoNotice, 5*time.Minute)
	v.at += 4 * time.Minute
	v.do(Activity{})
	v.want(kiosk.Maintenance, kiosk.NoNotice, 5*time.Minute)
	v.do(Close{Reason: "painting"}, Minute{true})
	v.want(kiosk.Maintenance, kiosk.NoNotice, 5*time.Minute)
	v.do(Open{}, LeaveMaintenance{})
	if v.s.Phase != kiosk.Starting || !v.s.Wiping {
		t.Fatalf("left to %s, wiping %v", v.s.Phase, v.s.Wiping)
	}
	v.do(Wiped{kiosk.Proof{Clean: true}}, BrowserReady{v.s.Generation})
	v.want(kiosk.Ready, kiosk.NoNotice, 0)
}

// TestMaintenanceLeaves: by itself, whatever is touched, and with the shell.
func TestMaintenanceLeaves(t *testing.T) {
	asked := func() *visitor {
		v := newVisitor(t, kiosk.DefaultSettings())
		v.do(AskMaintenance{}, Wiped{kiosk.Proof{Clean: true}})
		return v
	}
	v := asked()
	for n := range 6 { // somebody plays with the keys
		v.at += 50 * time.Second
		v.do(Tick{}, Activity{})
		if asking := v.s.Phase == kiosk.MaintenanceCode; asking != (n < 3) {
			t.Errorf("after %v of touches: %s", time.Duration(n+1)*50*time.Second, v.s.Phase)
		}
	}
	v = asked()
	v.do(OpenMaintenance{})
	v.at += 5 * time.Minute
	v.do(Tick{})
	if v.s.Phase != kiosk.Starting || !v.s.Wiping {
		t.Errorf("untouched for five minutes: %s", v.s.Phase)
	}
	v = asked()
	v.do(OpenMaintenance{}, ShellGone{})
	if v.s.Phase != kiosk.Starting || !v.s.Wiping {
		t.Errorf("without its shell: %s", v.s.Phase)
	}
	v = newVisitor(t, kiosk.DefaultSettings()).visiting()
	if err := v.do(AskMaintenance{}); !errors.Is(err, kiosk.ErrSessionActive) || v.s.Phase != kiosk.Visiting {
		t.Errorf("asked during a visit: %v, %s", err, v.s.Phase)
	}
}
