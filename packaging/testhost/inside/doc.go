// Package inside runs a package's whole test program on a booted Debian, for
// tests that need systemd as the init system, root, an X server or Debian 13's
// own Chromium. Its one function, Run, is called from TestMain.
//
// It is not a way to install packages or to reach a host from outside: tests
// that need those use packaging/testhost itself.
package inside
