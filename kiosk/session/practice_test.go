package session

import (
	"errors"
	"slices"
	"testing"
	"time"

	"borne/kiosk"
)

// TestPracticeIsNoService: it opens, it is told to the shell, and of it nothing
// is counted but what every visit counts, whatever is done meanwhile.
func TestPracticeIsNoService(t *testing.T) {
	v := newVisitor(t, kiosk.DefaultSettings())
	if err := v.do(OpenService{kiosk.Practice}); !errors.Is(err, kiosk.ErrNoSession) {
		t.Errorf("with nobody there: %v", err)
	}
	v.do(StartSession{kiosk.French})
	s, effects := Step(v.s, v.moment(), OpenService{kiosk.Practice})
	if !slices.Equal(effects, []Effect{Navigate{kiosk.Practice}}) {
		t.Fatalf("effects %v", effects)
	}
	v.s = s
	v.do(PageShown{v.s.Generation})
	if n := v.s.Snapshot(v.moment(), time.Now()); n.State != kiosk.Visiting || n.Service != kiosk.Practice {
		t.Errorf("the shell hears %+v", n)
	}
	v.do(Counted{What: kiosk.DeviceDownload}, FileWanted{v.s.Generation}, GiveFile{"1"}, CallMediator{}, AnswerHelp{})
	if err := v.do(AllowHost{"www.example.fr"}); !errors.Is(err, kiosk.ErrBadArgument) {
		t.Errorf("a host for who practises: %v", err)
	}
	v.pass(2 * time.Minute)
	v.do(Home{}, OpenService{"caf"}, PageShown{v.s.Generation}, Home{}, OpenService{kiosk.Practice}, PageShown{v.s.Generation},
		EndSession{kiosk.EndButton}, Wiped{kiosk.Proof{Clean: true}})
	want := map[[3]string]uint64{
		{"session", "button", "0-5"}: 1, {"inclusion", "fr", "none"}: 1, {"visit", "caf", "0-5"}: 1, {"help", "none", "0-1"}: 1,
		{"device", "wipe-clean", "none"}: 1,
	}
	for k, n := range v.cells {
		if k.First == string(kiosk.Practice) || k.Second == string(kiosk.Practice) {
			t.Errorf("counted %+v", k)
		}
		c := [3]string{string(k.Kind), k.First, k.Second}
		if want[c] != n {
			t.Errorf("%v counted %d times, want %d", c, n, want[c])
		}
		delete(want, c)
	}
	for c, n := range want {
		t.Errorf("%v was not counted, want %d", c, n)
	}
}
