package vm

import (
	"slices"

	"borne/packaging/testhost"
)

// machinePackages make a machine of what is enough for a test host: a kernel, devices, and an agent that tests ask.
var machinePackages = []string{
	"linux-image-amd64", "initramfs-tools", "udev", "kmod", "zstd", "login", "passwd", "e2fsprogs", "iputils-ping",
	"qemu-guest-agent", "usbutils", "dosfstools", "pciutils",
}

// notOnAMachine are the test host's stand-ins for hardware, and its instruments.
var notOnAMachine = []string{
	"xvfb", "tigervnc-standalone-server", "tigervnc-tools", "novnc", "websockify", "hyperfine", "imagemagick",
}

// packages are installed in the root file system, besides the project's own. All that the project's packages depend on
// is in the test host's list.
func packages() []string {
	list := append(slices.Clone(machinePackages), testhost.DefaultPackages("trixie")...)
	return slices.DeleteFunc(list, func(p string) bool { return slices.Contains(notOnAMachine, p) })
}
