package e2e_test

import (
	"slices"
	"strings"

	"borne/kiosk"
)

// callers asks for what may not be had: by the wrong user, at the wrong moment, or with a wrong word.
func (s *scene) callers() {
	refused := func(error string, method string, args ...string) {
		s.t.Helper()
		s.fails([]string{error}, "dbus-send", callArguments(method, args...)...)
	}
	as := func(user, error string, method string, args ...string) {
		s.t.Helper()
		s.fails([]string{error}, "runuser", append([]string{"-u", user, "--", "dbus-send"}, callArguments(method, args...)...)...)
	}
	const denied = "org.freedesktop.DBus.Error.AccessDenied" // by the policy file, before borned sees it
	notAllowed, noSession := kiosk.ErrorName(kiosk.ErrNotAllowed), kiosk.ErrorName(kiosk.ErrNoSession)

	s.state(kiosk.Ready)
	as("nobody", denied, "StartSession", "string:fr")
	as("nobody", denied, "Diagnostics")
	as("borne-shell", notAllowed, "Enrol", "string:https://elsewhere.example", "string:AAAA-BBBB")
	as("borne-shell", notAllowed, "SyncUsage")
	as("borne-shell", notAllowed, "Usage")
	s.fails([]string{"run as root"}, "runuser", "-u", "nobody", "--", "bornectl", "local", "status")
	refused(noSession, "OpenService", "string:caf")
	refused(noSession, "EndSession", "string:button")
	refused(kiosk.ErrorName(kiosk.ErrUnknownLang), "StartSession", "string:tlh")

	before := s.counted()
	s.must(s.call("StartSession", "string:fr"))
	refused(kiosk.ErrorName(kiosk.ErrSessionActive), "StartSession", "string:en")
	refused(kiosk.ErrorName(kiosk.ErrUnknownService), "OpenService", "string:banque")
	refused(kiosk.ErrorName(kiosk.ErrUnknownService), "OpenService", "string:../../etc/passwd")
	refused(kiosk.ErrorName(kiosk.ErrBadArgument), "Zoom", "int32:7")
	refused(kiosk.ErrorName(kiosk.ErrBadArgument), "EndSession", "string:power")
	as("borne-shell", notAllowed, "EndSession", "string:staff")
	// Nothing of all that disturbed the visitor.
	s.state(kiosk.Choosing)
	s.must(s.call("OpenService", "string:caf"))
	s.page(cafTitle)
	s.end()
	s.counts(before, oneVisit(kiosk.EndStaff))
}

// introspected shows a technician names that say what they do.
func (s *scene) introspected() {
	out := s.run("busctl", "introspect", kiosk.BusName, kiosk.BusPath, kiosk.BusInterface)
	var have []string
	for line := range strings.Lines(out) {
		if fields := strings.Fields(line); len(fields) > 1 {
			have = append(have, strings.TrimPrefix(fields[0], ".")+" "+fields[1])
		}
	}
	for _, want := range []string{
		"StartSession method", "OpenService method", "EndSession method", "Extend method", "CallMediator method", "AnswerHelp method",
		"Home method", "Back method", "Zoom method", "Activity method", "Hello method", "Diagnostics method", "Enrol method",
		"SyncUsage method", "Usage method", "State property", "Reason property", "Catalogue property", "Deadline property",
		"StateChanged signal", "Warning signal",
	} {
		if !slices.Contains(have, want) {
			s.t.Errorf("busctl introspect shows no %s:\n%s", want, out)
		}
	}
}
