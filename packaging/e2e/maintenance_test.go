package e2e_test

import (
	"errors"
	"fmt"
	"image"
	"image/color"
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

// askForCode touches the corner until the code is asked for, as somebody does who comes to a borne that is still
// starting, and waits for the pad.
func (s *scene) askForCode() {
	s.t.Helper()
	s.state(kiosk.Ready)
	s.until("the code to be asked for", func() (bool, error) {
		s.knock()
		out, err := s.Host.Run(s.wait(), "bornectl", "local", "status")
		return strings.Contains(out, string(kiosk.MaintenanceCode)), errors.Join(err, fmt.Errorf("it says %q", out))
	})
	place := image.Rectangle{}
	s.until("the pad of digits", func() (bool, error) {
		at, err := s.keyAt(2, 3) // "Valider", the only coloured one
		place = image.Rect(at.X-50, at.Y-45, at.X+50, at.Y+45)
		if err != nil {
			return false, err
		}
		picture, err := s.borne.Screen.Settled(s.wait())
		return err == nil && picture.Share(place, color.RGBA{0x0b, 0x4f, 0x6c, 0xff}) > 0.4, err
	})
}

// keyAt is where a key of the pad lies, which stands at the right of the screen as on a telephone. At 1280×800 keys are
// 132 by 112, 14 apart, 40 from the right, in the middle.
func (s *scene) keyAt(column, row int) (image.Point, error) {
	w, h, err := s.borne.Screen.Size(s.wait())
	factor := min(float64(w)/1280, float64(h)/800)
	left, top := float64(w)-(3*132+2*14+40)*factor, (float64(h)-(4*112+3*14)*factor)/2
	return image.Pt(int(left+(float64(column)*146+66)*factor), int(top+(float64(row)*126+56)*factor)), err
}

// typeCode touches a code's digits on the pad.
func (s *scene) typeCode(code string) {
	s.t.Helper()
	_, err := s.borne.Screen.Settled(s.wait()) // the answer to the last code is read
	s.must(err)
	var points []image.Point
	for _, digit := range code {
		column, row := 1, 3
		if digit != '0' {
			column, row = int(digit-'1')%3, int(digit-'1')/3
		}
		at, err := s.keyAt(column, row)
		s.must(err)
		points = append(points, at)
	}
	s.must(s.borne.Screen.TapAll(s.wait(), points))
}
