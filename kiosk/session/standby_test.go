package session

import (
	"testing"
	"time"

	"borne/kiosk"
)

// standing is a borne with a browser that just became ready.
func standing(t *testing.T) *clocked {
	t.Helper()
	c := &clocked{t: t, s: New(), at: time.Second}
	c.do(Configured{kiosk.DefaultSettings(), services})
	c.do(Booted{})
	c.do(Wiped{kiosk.Proof{Clean: true}})
	c.do(ShellUp{})
	c.do(BrowserReady{c.s.Generation})
	c.want(kiosk.Ready)
	return c
}

// clocked steps a machine, answers its wipes at once, and remembers the phases
// that were shown.
type clocked struct {
	t     *testing.T
	s     State
	at    time.Duration
	shown []kiosk.State
	cells map[string]uint64
}

func (c *clocked) do(e Event) []Effect {
	c.t.Helper()
	var effects []Effect
	c.s, effects = Step(c.s, Moment{Elapsed: c.at, Wall: time.Date(2026, 11, 22, 1, 0, 0, 0, time.UTC)}, e)
	if len(c.shown) == 0 || c.shown[len(c.shown)-1] != c.s.Phase {
		c.shown = append(c.shown, c.s.Phase)
	}
	for _, f := range effects {
		switch f := f.(type) {
		case Count:
			if c.cells == nil {
				c.cells = map[string]uint64{}
			}
			for k, n := range f.Cells {
				c.cells[k.First] += n
			}
		case Wipe:
			if _, boots := e.(Booted); !boots {
				return append(effects, c.do(Wiped{kiosk.Proof{Clean: true}})...)
			}
		}
	}
	return effects
}

// wake lets time pass until the machine asks for a tick.
func (c *clocked) wake() {
	c.t.Helper()
	at := c.s.Wake()
	if at == 0 {
		c.t.Fatalf("%s waits for nothing", c.s.Phase)
	}
	c.at = max(c.at, at)
	c.do(Tick{})
}

func (c *clocked) want(p kiosk.State) {
	c.t.Helper()
	if c.s.Phase != p {
		c.t.Fatalf("%s (%s), want %s", c.s.Phase, c.s.Reason, p)
	}
}

// TestFaultsAreCalm lets the browser die each time as soon as it is there: the
// screen says "un instant" throughout, then why the borne is out of service,
// and the borne comes back by itself with a browser that stays up.
func TestFaultsAreCalm(t *testing.T) {
	c := standing(t)
	c.shown = nil
	for n := range 7 {
		c.do(BrowserFailed{Generation: c.s.Generation, Cause: "it crashed"})
		if n < browserFaults-1 {
			c.want(kiosk.Starting)
		} else {
			c.want(kiosk.OutOfService)
		}
		before := c.at
		c.wake()
		if waited := c.at - before; waited < browserRetry<<min(n, 5) || waited > retryLimit {
			t.Errorf("failure %d: tried again after %s", n+1, waited)
		}
		c.at += time.Second
	}
	if len(c.shown) != 2 || c.s.Reason != "the browser does not stay up: it crashed" {
		t.Errorf("the screen showed %v, the reason is %q", c.shown, c.s.Reason)
	}
	c.do(BrowserReady{c.s.Generation})
	c.want(kiosk.OutOfService) // not yet steady
	c.wake()
	c.want(kiosk.Ready)
	if c.s.Faults != 0 || c.s.Reason != "" {
		t.Errorf("still %d faults, %q", c.s.Faults, c.s.Reason)
	}
}

// TestFlappingBrowserIsAFault lets each browser live for ten seconds: that is
// no success.
func TestFlappingBrowserIsAFault(t *testing.T) {
	c := standing(t)
	for range browserFaults {
		c.at += 10 * time.Second
		c.do(BrowserFailed{Generation: c.s.Generation, Cause: "it crashed"})
		c.wake()
		c.do(BrowserReady{c.s.Generation})
	}
	c.want(kiosk.OutOfService)
}

// TestSlowStartIsNoFault gives up many slow starts: the borne goes on trying.
func TestSlowStartIsNoFault(t *testing.T) {
	c := standing(t)
	c.do(BrowserFailed{Generation: c.s.Generation, Cause: "it crashed"})
	for range 3 * browserFaults {
		c.wake()
		c.at += 5 * time.Minute
		c.do(BrowserFailed{Generation: c.s.Generation, Cause: "it was still starting", Fault: Slow})
		c.want(kiosk.Starting)
	}
	c.wake()
	c.do(BrowserReady{c.s.Generation})
	c.want(kiosk.Ready)
}

// TestHungBrowserIsCounted counts it with the visit, or by itself.
func TestHungBrowserIsCounted(t *testing.T) {
	c := standing(t)
	c.do(BrowserFailed{Generation: c.s.Generation, Cause: "no answer", Fault: Hung})
	if c.cells[kiosk.DeviceBrowserHung] != 1 {
		t.Errorf("counted %v", c.cells)
	}
	c.wake()
	c.do(BrowserReady{c.s.Generation})
	c.do(StartSession{kiosk.French})
	c.do(BrowserFailed{Generation: c.s.Generation, Cause: "no answer", Fault: Hung})
	if c.cells[kiosk.DeviceBrowserHung] != 2 || c.cells[string(kiosk.EndBrowser)] != 1 {
		t.Errorf("counted %v", c.cells)
	}
}

// TestStandbyIsRenewed replaces a browser that nobody used, open or closed,
// and never under a visitor.
func TestStandbyIsRenewed(t *testing.T) {
	c := standing(t)
	generation := c.s.Generation
	c.at += standbyLimit - time.Second
	c.do(Tick{})
	if c.s.Generation != generation {
		t.Fatal("renewed too soon")
	}
	c.do(StartSession{kiosk.French})
	c.at += time.Minute
	c.do(Tick{})
	c.want(kiosk.Choosing)
	c.do(EndSession{kiosk.EndButton})
	c.do(BrowserReady{c.s.Generation})
	generation = c.s.Generation
	c.wake() // nobody is asked any more how it went
	c.wake()
	if c.s.Generation != generation+1 || c.s.Faults != 0 {
		t.Fatalf("generation %d after %d, %d faults", c.s.Generation, generation, c.s.Faults)
	}
	c.do(BrowserReady{c.s.Generation})
	c.want(kiosk.Ready)
	c.do(Close{Reason: "travaux"})
	c.wake()
	c.want(kiosk.Closed)
	if c.s.Browser != noBrowser || c.s.Wake() != 0 {
		t.Error("a closed borne keeps a browser")
	}
}

// TestHungPageIsCovered shows our screen, and takes it away when the page
// answers again; what the visitor did meanwhile stands.
func TestHungPageIsCovered(t *testing.T) {
	c := standing(t)
	c.do(StartSession{kiosk.French})
	c.do(OpenService{"caf"})
	c.do(PageShown{c.s.Generation})
	c.do(PageHung{c.s.Generation, true})
	if c.s.Notice != kiosk.Unreachable {
		t.Fatalf("notice %q", c.s.Notice)
	}
	c.do(PageHung{c.s.Generation, false})
	if c.s.Notice != kiosk.NoNotice {
		t.Fatalf("notice %q", c.s.Notice)
	}
	c.do(PageHung{c.s.Generation, true})
	c.do(Home{})
	c.do(OpenService{"ameli"})
	c.do(PageUnreachable{c.s.Generation})
	c.do(PageHung{c.s.Generation, false})
	if c.s.Notice != kiosk.Unreachable {
		t.Fatalf("a page that is gone took the notice of another away: %q", c.s.Notice)
	}
}
