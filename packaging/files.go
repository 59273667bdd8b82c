// Package packaging embeds the files that the packages install, so that
// `borned install` writes the same ones. It is not a build system: nfpm,
// called by the Makefile, makes the packages.
package packaging

import "embed"

// Files holds systemd/, dbus/, sysusers/, xorg/, usbguard/, udev/, cups/, sane/, speech/ and grub/ as they
// stand here.
//
//go:embed grub/*.cfg systemd/*.service systemd/*.socket systemd/*.conf systemd/masked dbus/*.conf sysusers/*.conf xorg/* usbguard/* udev/* cups/* sane/* speech/*
var Files embed.FS
