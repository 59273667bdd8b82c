#!/bin/sh
# Last step of the build: runs outside, with the new root file system as $1.
set -eu
root=$1

# Each boot is a machine of its own: systemd fills an empty machine-id. (A missing one would mean "first boot".)
: >"$root/etc/machine-id"
rm -f "$root/var/lib/dbus/machine-id" "$root/etc/hostname" "$root/etc/resolv.conf" "$root/etc/resolv.conf.dpkg-bak"

# No console, no hardware of its own, and nothing that wakes up in the middle of a measurement.
for unit in console-getty.service getty@.service getty@tty1.service serial-getty@.service container-getty@.service \
	systemd-udevd.service systemd-udevd-control.socket systemd-udevd-kernel.socket systemd-udev-trigger.service \
	systemd-udev-settle.service systemd-hwdb-update.service systemd-pstore.service \
	systemd-modules-load.service systemd-firstboot.service systemd-resolved.service systemd-networkd.service \
	apt-daily.timer apt-daily-upgrade.timer dpkg-db-backup.timer fstrim.timer e2scrub_all.timer; do
	ln -sf /dev/null "$root/etc/systemd/system/$unit"
done

# Debian enables it with its own policy; here it waits for a package that configures it.
rm -f "$root"/etc/systemd/system/*.wants/usbguard*.service "$root"/etc/rc?.d/*usbguard*

# The build leaves manuals and translations out; packages installed in a booted host come whole.
rm -f "$root"/etc/dpkg/dpkg.cfg.d/99mmdebstrap

# Nothing inside reaches an archive: apt resolves against what is installed and the files it is given.
rm -f "$root"/etc/apt/sources.list "$root"/etc/apt/sources.list.d/*
rm -rf "$root"/var/lib/apt/lists/* "$root"/var/cache/apt/*.bin "$root"/var/cache/debconf/*-old "$root"/var/log/*.log "$root"/var/log/apt
mkdir -p "$root/var/lib/apt/lists/partial"
