// Package e2e holds the tests of the packages as they are installed: a booted Debian, real systemd, D-Bus, X server and
// Chromium, a central office and an enrolled borne, and a finger on the screen. `make e2e` runs them, as root.
//
// It has no code of its own, only tests: a scene (stage_test.go) is a borne on the demonstration's stage, and each test
// that damages its host raises its own. What the tests cannot do to a machine without doing it to the one they run on,
// such as setting its clock wrong by a year, is tested beside the code that bears it (kiosk/fleet, kiosk/usage).
package e2e
