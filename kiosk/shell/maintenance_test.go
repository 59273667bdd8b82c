package shell

import (
	"context"
	"errors"
	"fmt"
	"image/png"
	"os"
	"path/filepath"
	"testing"
	"time"

	"borne/kiosk"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"
)

func (r *recorder) AskMaintenance(context.Context) error { return r.note("AskMaintenance") }
func (r *recorder) OpenMaintenance(_ context.Context, code string) error {
	return r.note("OpenMaintenance " + code)
}
func (r *recorder) LeaveMaintenance(context.Context) error { return r.note("LeaveMaintenance") }
func (r *recorder) MaintenanceReport(context.Context) (kiosk.MaintenanceReport, error) {
	return sampleReport(), nil
}
func (r *recorder) Maintain(_ context.Context, a kiosk.MaintenanceAction) error {
	return r.note("Maintain " + string(a))
}
func (r *recorder) EnrolHere(_ context.Context, server, code string) (string, error) {
	return "Accueil 1", r.note("EnrolHere " + server + " " + code)
}

func sampleReport() kiosk.MaintenanceReport {
	return kiosk.MaintenanceReport{
		Links: []kiosk.NetworkLink{{Name: "enp1s0", Kind: kiosk.LinkCable, Up: true, Hardware: "52:54:00:12:34:56", Addresses: []string{"192.0.2.17/24", "2001:db8::17/64"}},
			{Name: "wlp2s0", Kind: kiosk.LinkWiFi, Hardware: "52:54:00:12:34:57"}},
		Gateways: []string{"192.0.2.1 (enp1s0)"}, NameServers: []string{"192.0.2.53"}, Proxy: "proxy.example:3128",
		Clock:    time.Date(2026, 3, 2, 10, 0, 0, 0, time.UTC),
		Versions: kiosk.Versions{Borne: "1.4.0", Chromium: "146.0.7680.80", Debian: "13.4", Kernel: "6.12.74+deb13-amd64"}, BundleVersion: 12,
		Facts: []kiosk.Fact{{Name: "service", Level: kiosk.LevelWarn, Detail: "a technician is at its maintenance screen"},
			{Name: "wipe", Level: kiosk.LevelOK, Detail: "proved in 41 ms"}, {Name: "bundle", Level: kiosk.LevelOK, Detail: "version 12"},
			{Name: "disk", Level: kiosk.LevelFail, Detail: "12 MiB free (0 %) on /var/lib/borne"}, {Name: "memory", Level: kiosk.LevelOK, Detail: "2412 of 3921 MiB available"},
			{Name: "usb", Level: kiosk.LevelOK, Detail: "guarded"}, {Name: "printer", Level: kiosk.LevelWarn, Detail: "no-paper: media-empty-error"},
			{Name: "maintenance", Level: kiosk.LevelOK, Detail: "opened 3 times, last 2026-03-02T09:58:00Z"},
			{Name: "clock", Level: kiosk.LevelOK, Detail: "synchronised"},
			{Name: "central-office", Level: kiosk.LevelWarn, Detail: kiosk.ErrNotEnrolled.Error()}},
	}
}

// knockAll touches the corner, as it lies on the window.
func (f *fixture) knockAll() {
	f.t.Helper()
	size := f.window.Canvas().Size()
	for range knocks {
		test.TapCanvas(f.window.Canvas(), fyne.NewPos(size.Width-30, size.Height-30))
	}
}

func TestKnock(t *testing.T) {
	f := newFixture(t, 1280, 800)
	f.at("", kiosk.Ready, nil)
	for range knocks - 1 {
		f.knock()
	}
	f.clock.advance(knockWithin)
	f.knock()
	select {
	case call := <-f.borne.calls:
		t.Fatalf("slow touches asked %q", call)
	default:
	}
	f.clock.advance(knockWithin)
	for _, state := range []kiosk.State{kiosk.Ready, kiosk.Closed, kiosk.OutOfService, kiosk.Starting} {
		f.at("", state, nil)
		f.clock.advance(settle)
		f.knockAll()
		f.wantCall("AskMaintenance")
	}
	for _, state := range []kiosk.State{kiosk.Choosing, kiosk.Visiting, kiosk.Ending} {
		f.at(kiosk.French, state, nil)
		for _, o := range f.stage.objects {
			if _, ok := o.(*corner); ok {
				t.Errorf("%s has a corner to knock at", state)
			}
		}
	}
}

func (f *fixture) typeCode(code string) {
	f.t.Helper()
	for _, r := range code {
		f.tap(string(r))
	}
}

func TestCode(t *testing.T) {
	f := newFixture(t, 1280, 800)
	f.at("", kiosk.MaintenanceCode, nil)
	f.wantScreen(screenCode)
	f.typeCode("1234")
	f.tap(wordErase)
	f.typeCode("99999")
	f.wantCall("OpenMaintenance 12399999")
	f.borne.err = kiosk.ErrWrongCode
	f.at("", kiosk.Ready, nil)
	f.at("", kiosk.MaintenanceCode, nil)
	if len(f.technician.code) != 0 {
		t.Error("the next who is asked finds what the last one typed")
	}
	f.typeCode("00000000")
	f.wantCall("OpenMaintenance 00000000")
	if f.technician.says != wordWrongCode || len(f.technician.code) != 0 {
		t.Errorf("a wrong code: %q, %d digits left", f.technician.says, len(f.technician.code))
	}
	f.borne.err = fmt.Errorf("%w 40 s", kiosk.ErrCodeWait)
	f.typeCode("00000000")
	f.wantCall("OpenMaintenance 00000000")
	if want := fmt.Sprintf(wordWait, 40); f.technician.says != want {
		t.Errorf("too soon: %q, want %q", f.technician.says, want)
	}
	f.borne.err = kiosk.ErrNotReady
	for _, r := range "12345678" { // on a keyboard
		f.typedRune(r)
	}
	f.wantCall("OpenMaintenance 12345678")
	f.borne.err = nil
	f.tap(wordValidate)
	f.wantCall("OpenMaintenance 12345678")
	f.tap(wordBack)
	f.wantCall("LeaveMaintenance")
}

func TestMaintenanceScreen(t *testing.T) {
	f := newFixture(t, 1280, 800)
	f.at("", kiosk.Maintenance, nil)
	f.wantScreen(screenMaintenance)
	for _, of := range sections {
		f.tap(of.words)
		if f.technician.section != of.section {
			t.Errorf("%s leads to %q", of.words, f.technician.section)
		}
		f.tap(wordBackMenu)
	}
	f.tap("Imprimante")
	f.tap(wordTestPage)
	f.wantCall("Maintain test-page")
	f.tap(wordBackMenu)
	f.tap("Redémarrer")
	f.tap(wordRestartScreen)
	f.wantCall("Maintain restart-screen")
	f.tap(wordReboot) // asks again
	f.tap(wordReboot)
	f.wantCall("Maintain reboot")
	f.tap(wordBackMenu)
	f.tap("Son")
	f.tap(wordPlaySound)
	if got := <-f.borne.sounds; got != "chime" {
		t.Errorf("the sound test plays %q", got)
	}
	f.tap(wordBackMenu)
	f.tap("Rattachement")
	f.tap(wordEnrolHere)
	f.wantScreen(screenEnrol)
	for _, text := range []string{"bornes", ".", "example", ".fr", "x", "\b", "\t", "AB", "12"} {
		f.struck(key{text: text})
	}
	f.tap(wordEnrol)
	f.wantCall("EnrolHere https://bornes.example.fr AB12")
	f.wantScreen(screenMaintenance)
	f.tap(wordBackMenu)
	f.tap(wordLeave)
	f.wantCall("LeaveMaintenance")
	f.at("", kiosk.Starting, nil)
	if f.technician.known || f.technician.fields[0] != nil {
		t.Error("the technician's screen is not forgotten")
	}
}

// maintenanceStories are told in French alone, for that is what they are in.
func maintenanceStories() []story {
	in := func(name string, of section, tell func(f *fixture)) story {
		return story{name, func(f *fixture, _ kiosk.Language) {
			f.at("", kiosk.Maintenance, nil)
			f.openSection(of)
			if tell != nil {
				tell(f)
			}
		}}
	}
	return []story{
		{"60-code", func(f *fixture, _ kiosk.Language) { f.at("", kiosk.MaintenanceCode, nil); f.typeCode("123456") }},
		{"61-code-wrong", func(f *fixture, _ kiosk.Language) {
			f.borne.err = kiosk.ErrWrongCode
			f.at("", kiosk.MaintenanceCode, nil)
			f.typeCode("12345678")
		}},
		in("62-maintenance", sectionMenu, nil),
		in("63-network", sectionNetwork, nil),
		in("64-enrolment", sectionEnrolment, nil),
		in("65-enrol", sectionEnrol, func(f *fixture) { f.struck(key{text: "bornes.example"}) }),
		in("66-sound", sectionSound, func(f *fixture) { f.tap(wordPlaySound) }),
		in("67-screen", sectionScreen, nil),
		in("68-printer", sectionPrinter, func(f *fixture) { f.tap(wordTestPage) }),
		in("69-diagnostics", sectionDiagnostics, nil),
		in("70-diagnostics-next", sectionDiagnostics, func(f *fixture) { f.technician.page = 1; f.redrawTechnician() }),
		in("71-versions", sectionVersions, nil),
		in("72-restart", sectionRestart, nil),
		in("73-reboot", sectionReboot, nil),
	}
}

// TestMaintenanceStories looks for the storybook's faults on every form of
// screen.
func TestMaintenanceStories(t *testing.T) {
	for _, m := range monitors {
		p := page{screen: m, language: kiosk.French}
		for _, st := range maintenanceStories() {
			f := p.tell(t, st)
			checkStory(t, fmt.Sprintf("%s %s", p, st.name), f, p)
			if dir := os.Getenv("BORNE_STORYBOOK"); dir != "" {
				out, err := os.Create(filepath.Join(dir, fmt.Sprintf("%s-%s.png", st.name, p)))
				if err != nil {
					t.Fatal(err)
				}
				if err := errors.Join(png.Encode(out, paint(t, f, m.size)), out.Close()); err != nil {
					t.Fatal(err)
				}
			}
		}
	}
}
