package e2e_test

import (
	"fmt"
	"image"
	"strings"
	"testing"

	"borne/kiosk"
)

// TestMaintenance opens the technician's screen by touch, as it is done beside the borne: with a code of the machine and
// with one of the central office, which is only worked out. A wrong one opens nothing, nor does one that was used.
func TestMaintenance(t *testing.T) {
	t.Parallel()
	s := raise(t)
	s.state(kiosk.Ready)

	for _, method := range []string{"MaintenanceReport", "LeaveMaintenance"} {
		if err := s.call(method); (err == nil) != (method == "LeaveMaintenance") {
			t.Errorf("%s while it is not open: %v", method, err)
		}
	}
	if err := s.call("Maintain", "string:reboot"); err == nil || !strings.Contains(err.Error(), "NotAllowed") {
		t.Errorf("a reboot while it is not open: %v", err)
	}

	code := s.maintenanceCode("local", "maintenance-code")
	s.askForCode()
	wrong := []byte(code)
	wrong[0] = '0' + (wrong[0]-'0'+5)%10
	s.typeCode(string(wrong))
	s.until("the wrong code to be counted", func() (bool, error) {
		f := s.facts()["maintenance"]
		return strings.Contains(f.Detail, "1 wrong codes"), fmt.Errorf("it says %+v", f)
	})
	s.typeCode(code)
	s.state(kiosk.Maintenance)
	if err := s.call("StartSession", "string:fr"); err == nil || !strings.Contains(err.Error(), "NotReady") {
		t.Errorf("a visit while a technician is there: %v", err)
	}
	if out, err := s.Host.Run(s.wait(), "pidof", "chromium"); err == nil {
		t.Errorf("a browser runs beside the technician: %s", out)
	}
	if report := s.run("dbus-send", callArguments("MaintenanceReport")...); !strings.Contains(report, borneName) {
		t.Errorf("the report does not say which borne it is: %s", report)
	}
	// The button "Quitter", at the top right.
	w, _, err := s.borne.Screen.Size(s.wait())
	s.must(err)
	_, err = s.borne.Screen.Settled(s.wait())
	s.must(err)
	s.must(s.borne.Screen.Tap(s.wait(), w-160, 68))
	s.state(kiosk.Ready)

	s.askForCode()
	s.typeCode(code) // used up
	s.until("the used code to be refused", func() (bool, error) {
		f := s.facts()["maintenance"]
		return strings.Contains(f.Detail, "1 wrong codes") && strings.Contains(f.Detail, "opened 1 times"), fmt.Errorf("it says %+v", f)
	})
	s.typeCode(s.maintenanceCode("kiosk", "maintenance-code", borneName))
	s.state(kiosk.Maintenance)
	s.must(s.call("LeaveMaintenance"))
	s.state(kiosk.Ready)
	s.visit("caf", cafTitle)
	if err := s.call("AskMaintenance"); err == nil || !strings.Contains(err.Error(), "SessionActive") {
		t.Errorf("asked for during a visit: %v", err)
	}
	s.end()

	journal := s.run("journalctl", "--unit=borned.service", "--output=cat")
	for _, want := range []string{"the maintenance screen was opened", "a wrong maintenance code was typed"} {
		if !strings.Contains(journal, want) {
			t.Errorf("the journal says nothing of %q", want)
		}
	}
	if strings.Contains(journal, code) {
		t.Error("the journal tells a code")
	}
	audit := s.run("runuser", "-u", "borne-admin", "--", "sqlite3", "/var/lib/borne-admin/borne-admin.db",
		"SELECT count(*) FROM audit WHERE action = 'maintenance-code.create'")
	if audit != "1" {
		t.Errorf("the audit log has %s lines of codes", audit)
	}
}

// maintenanceCode asks for a code, on the borne or of the central office, and returns its digits.
func (s *scene) maintenanceCode(args ...string) string {
	s.t.Helper()
	out := ""
	if args[0] == "local" {
		out = s.run("bornectl", args...)
	} else {
		var err error
		out, err = s.central.Bornectl(s.wait(), args...)
		s.must(err)
	}
	digits := strings.Join(strings.Fields(strings.SplitN(out, "\n", 2)[0]), "")
	if len(digits) != 8 {
		s.t.Fatalf("bornectl %v says %q", args, out)
	}
	return digits
}

// knock touches the corner seven times.
func (s *scene) knock() {
	s.t.Helper()
	w, h, err := s.borne.Screen.Size(s.wait())
	s.must(err)
	var corner []image.Point
	for range 7 {
		corner = append(corner, image.Pt(w-30, h-30))
	}
	s.must(s.borne.Screen.TapAll(s.wait(), corner))
}

func (s *scene) askForCode() {
	s.t.Helper()
	s.state(kiosk.Ready)
	_, err := s.borne.Screen.Settled(s.wait())
	s.must(err)
	s.knock()
	s.state(kiosk.MaintenanceCode)
	_, err = s.borne.Screen.Settled(s.wait())
	s.must(err)
}

// typeCode touches a code's digits on the pad, which stands at the right of the screen as on a telephone.
func (s *scene) typeCode(code string) {
	s.t.Helper()
	w, h, err := s.borne.Screen.Size(s.wait())
	s.must(err)
	// At 1280×800: keys of 132 by 112, 14 apart, 40 from the right, in the middle.
	factor := min(float64(w)/1280, float64(h)/800)
	left, top := float64(w)-(3*132+2*14+40)*factor, (float64(h)-(4*112+3*14)*factor)/2
	var points []image.Point
	for _, digit := range code {
		column, row := 1, 3
		if digit != '0' {
			column, row = int(digit-'1')%3, int(digit-'1')/3
		}
		points = append(points, image.Pt(int(left+(float64(column)*146+66)*factor), int(top+(float64(row)*126+56)*factor)))
	}
	s.must(s.borne.Screen.TapAll(s.wait(), points))
}
