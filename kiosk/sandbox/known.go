package sandbox

import (
	"path"
	"strings"
)

// knownNames are files that the machine itself may make while a session is on:
// the pattern (path.Match) covers what it names and all below. None of it can
// belong to a session: that is asked first, for every file. Nothing that names
// the session's unit is ever known.
var knownNames = []struct{ pattern, reason string }{
	{"/run/systemd", "systemd, journald, logind, networkd and timesyncd keep their state here, and change it all the time"},
	{"/run/udev", "udev's database of devices"},
	{"/run/log", "journald's journal, when it is not kept on disk"},
	{"/run/user/*", "logind makes one per person who logs in: a technician over SSH"},
	{"/run/credentials/*", "systemd's, for a unit that it starts"},
	{"/run/utmp", "the list of log-ins"},
	{"/run/*.pid", "the number of a daemon that was restarted"},
	{"/run/dbus", "the bus's own socket, when it is restarted"},
	{"/run/NetworkManager", "the network's state: a cable, a Wi-Fi"},
	{"/run/cups", "the print service's socket and certificates"},
	{"/run/chrony", "the clock's socket"},
	{"/run/sudo", "a technician's sudo"},
	{"/run/lock/*", "locks of apt, cups and others, which are empty"},
	{"/run/mount", "the utab of mount(8)"},
	{"/run/borne", "our own services' runtime folder"},
	{"/run/borne-*", "the same, of our other units"},
	{"/tmp/systemd-private-*", "PrivateTmp= of another service that starts"},
	{"/var/tmp/systemd-private-*", "the same"},
	{"/tmp/.X*-lock", "an X server that is restarted"},
	{"/tmp/.X11-unix/X*", "its socket"},
}

// known tells whether the machine may have made the file.
func known(name string) bool {
	if namesSession(name) || strings.Contains(name, strings.TrimSuffix(UnitName, ".service")) ||
		strings.Contains(name, strings.TrimSuffix(ProxyUnitName, ".service")) ||
		strings.Contains(name, strings.TrimSuffix(ReaderUnitName, ".service")) ||
		strings.Contains(name, strings.TrimSuffix(WriterUnitName, ".service")) ||
		strings.Contains(name, strings.TrimSuffix(ConverterUnitName, ".service")) ||
		strings.Contains(name, strings.TrimSuffix(ScannerUnitName, ".service")) {
		return false
	}
	for _, k := range knownNames {
		if ok, _ := path.Match(k.pattern, ancestor(name, strings.Count(k.pattern, "/"))); ok {
			return true
		}
	}
	return false
}

// ancestor keeps the first n elements of an absolute path.
func ancestor(name string, n int) string {
	for i, c := range name {
		if c != '/' {
			continue
		}
		if n == 0 {
			return name[:i]
		}
		n--
	}
	return name
}
