package bus

import (
	"borne/kiosk"

	"github.com/godbus/dbus/v5/introspect"
)

// access says who may call a method.
type access int

// staffOnly is the zero value: a method that forgets to say is root's alone.
const (
	staffOnly access = iota
	visitorToo
)

// method describes one exported method: D-Bus signature names for people who
// look with busctl, and who may call it.
type method struct {
	name string
	who  access
	args []introspect.Arg
	doc  string
}

func in(name, sig string) introspect.Arg {
	return introspect.Arg{Name: name, Type: sig, Direction: "in"}
}
func out(name, sig string) introspect.Arg {
	return introspect.Arg{Name: name, Type: sig, Direction: "out"}
}

// methods lists the interface in one place; objects_test holds it equal to the
// exported Go methods.
var methods = []method{
	{"StartSession", visitorToo, []introspect.Arg{in("language", "s")}, "begin a visit"},
	{"OpenService", visitorToo, []introspect.Arg{in("id", "s")}, "open an official site of the catalogue"},
	{"EndSession", visitorToo, []introspect.Arg{in("reason", "s")}, "end and wipe; answers once the wipe is proved"},
	{"Extend", visitorToo, nil, "the visitor goes on"},
	{"CallMediator", visitorToo, nil, "call for help"},
	{"Report", visitorToo, []introspect.Arg{in("service", "s"), in("outcome", "s"), in("face", "s"), in("autonomy", "s")}, "what the visitor answered after the end; empty or none for no answer"},
	{"Home", visitorToo, nil, "leave the site, keep the session"},
	{"Back", visitorToo, nil, "one step back in the site"},
	{"Zoom", visitorToo, []introspect.Arg{in("step", "i")}, "larger (1), smaller (-1) or normal (0)"},
	{"ReadPage", visitorToo, []introspect.Arg{out("said", "a(ss)"), out("more", "b")}, "what the page in front says, from where it is scrolled, as pairs of a language and a text"},
	{"UseAid", visitorToo, []introspect.Arg{in("aid", "s")}, "the visitor turned an aid on: count it, once a visit"},
	{"Activity", visitorToo, nil, "the visitor touched something"},
	{"Documents", visitorToo, []introspect.Arg{out("json", "s")}, "what the visitor may give to the page that asks for a file; when none does, what the visit received"},
	{"ShowDocument", visitorToo, []introspect.Arg{in("document", "s")}, "show a document of the visit in its browser"},
	{"PreparePrint", visitorToo, []introspect.Arg{in("document", "s")}, "count the pages of a document, or of the page in front (page), to be printed"},
	{"Print", visitorToo, []introspect.Arg{in("document", "s")}, "print what was prepared, once"},
	{"SaveDocument", visitorToo, []introspect.Arg{in("document", "s")}, "keep a document of the visit on the USB key; Documents says how it goes"},
	{"Scan", visitorToo, []introspect.Arg{in("order", "s")}, "page, turn, crop, more, keep, stop or drop: what the scanner is to do; Documents says how it goes"},
	{"ScanView", visitorToo, []introspect.Arg{in("into", "h"), out("width", "u"), out("height", "u")}, "write the page that is looked at into a file of the caller's, three bytes for each pixel"},
	{"GiveFile", visitorToo, []introspect.Arg{in("document", "s")}, "give a document to the page that asks for one; empty for none"},
	{"Refused", visitorToo, []introspect.Arg{in("reason", "s")}, "the shell refused a key or a window: count it"},
	{"Renewing", visitorToo, nil, "the shell leaves, to come back with less memory: count it"},
	{"Hello", visitorToo, []introspect.Arg{in("width", "u"), in("height", "u"), in("bar", "u")}, "the shell is up, with this screen in pixels"},
	{"AskMaintenance", visitorToo, nil, "ask for the code of the maintenance screen; never during a visit"},
	{"OpenMaintenance", visitorToo, []introspect.Arg{in("code", "s")}, "open the maintenance screen with a code, which is good once"},
	{"LeaveMaintenance", visitorToo, nil, "back to visitors, through a wipe"},
	{"MaintenanceReport", visitorToo, []introspect.Arg{out("json", "s")}, "what the open maintenance screen shows"},
	{"Maintain", visitorToo, []introspect.Arg{in("action", "s")}, "test-page, restart-screen, restart-service or reboot, while the maintenance screen is open"},
	{"EnrolHere", visitorToo, []introspect.Arg{in("server", "s"), in("code", "s"), out("name", "s")}, "join a central office, while the maintenance screen is open"},
	{"MaintenanceCode", staffOnly, []introspect.Arg{out("code", "s"), out("until", "t")}, "a code that opens the maintenance screen once, and until when, in seconds since 1970"},
	{"AnswerHelp", staffOnly, nil, "somebody is coming"},
	{"Prolong", staffOnly, []introspect.Arg{in("minutes", "u")}, "give the visitor who is there more time, 1 to 120 minutes"},
	{"AllowHost", staffOnly, []introspect.Arg{in("host", "s")}, "let this visitor go to one more host, until the end"},
	{"Diagnostics", staffOnly, []introspect.Arg{out("json", "s")}, "health facts"},
	{"Enrol", staffOnly, []introspect.Arg{in("server", "s"), in("code", "s"), out("name", "s")}, "join a central office"},
	{"SyncUsage", staffOnly, []introspect.Arg{out("pending", "t")}, "close and send every counter now"},
	{"Usage", staffOnly, []introspect.Arg{out("json", "s")}, "all counters kept"},
}

// properties and their D-Bus types.
var properties = []introspect.Property{
	{Name: "State", Type: "s", Access: "read"},
	{Name: "Reason", Type: "s", Access: "read"},
	{Name: "Notice", Type: "s", Access: "read"},
	{Name: "Help", Type: "s", Access: "read"},
	{Name: "Language", Type: "s", Access: "read"},
	{Name: "Service", Type: "s", Access: "read"},
	{Name: "Message", Type: "s", Access: "read"},
	// BlockedHost and BlockedReason go with the notice "blocked".
	{Name: "BlockedHost", Type: "s", Access: "read"},
	{Name: "BlockedReason", Type: "s", Access: "read"},
	// Questions is true while the shell may ask how the visit went.
	{Name: "Questions", Type: "b", Access: "read"},
	// OpensAt is in seconds since 1970, 0 when not known.
	{Name: "OpensAt", Type: "t", Access: "read"},
	// Deadline is CLOCK_MONOTONIC in microseconds, as in systemd's own
	// properties; 0 when nothing runs out soon.
	{Name: "Deadline", Type: "t", Access: "read"},
	// Catalogue and Settings are JSON, as kiosk.Catalogue and kiosk.Settings.
	{Name: "Catalogue", Type: "s", Access: "read"},
	{Name: "Settings", Type: "s", Access: "read"},
	{Name: "Version", Type: "s", Access: "read"},
}

// signals of the interface.
var signals = []introspect.Signal{
	{Name: "StateChanged", Args: []introspect.Arg{{Name: "state", Type: "s"}, {Name: "reason", Type: "s"}}},
	{Name: "Warning", Args: []introspect.Arg{{Name: "notice", Type: "s"}, {Name: "seconds", Type: "u"}}},
}

// node is the introspection document.
func node() *introspect.Node {
	i := introspect.Interface{Name: kiosk.BusInterface, Properties: properties, Signals: signals}
	for _, m := range methods {
		i.Methods = append(i.Methods, introspect.Method{Name: m.name, Args: m.args})
	}
	return &introspect.Node{
		Name:       kiosk.BusPath,
		Interfaces: []introspect.Interface{introspect.IntrospectData, propertiesData, i},
	}
}

// propertiesData describes org.freedesktop.DBus.Properties.
var propertiesData = introspect.Interface{
	Name: propertiesInterface,
	Methods: []introspect.Method{
		{Name: "Get", Args: []introspect.Arg{in("interface", "s"), in("name", "s"), out("value", "v")}},
		{Name: "GetAll", Args: []introspect.Arg{in("interface", "s"), out("values", "a{sv}")}},
	},
	Signals: []introspect.Signal{{Name: "PropertiesChanged", Args: []introspect.Arg{
		{Name: "interface", Type: "s"}, {Name: "changed", Type: "a{sv}"}, {Name: "invalidated", Type: "as"}}}},
}
