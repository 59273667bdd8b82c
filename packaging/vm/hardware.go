package vm

import "fmt"

// hardware is QEMU's command line: a small office computer with a touch screen, a keyboard in its PS/2 socket, and free
// USB sockets. Its firmware starts the kernel directly: there is no boot menu in this machine.
func (m *Machine) hardware(o Options) []string {
	args := []string{
		"-name", "borne", "-no-user-config", "-nodefaults", "-no-shutdown",
		// Emulated, always: a /dev/kvm that opens may still hang a guest.
		"-machine", "q35", "-accel", "tcg,thread=multi", "-cpu", "max", "-smp", "2", "-m", "3072",
		"-kernel", o.Image.kernel(), "-initrd", o.Image.initrd(), "-append", "root=/dev/vda ro quiet " + o.KernelArguments,
		"-drive", "if=none,id=disk,format=qcow2,cache=writeback,file=" + m.path("disk"), "-device", "virtio-blk-pci,drive=disk",
		"-netdev", "tap,id=cable,ifname=cable,script=no,downscript=no", "-device", "virtio-net-pci,netdev=cable",
		"-object", "rng-random,id=random,filename=/dev/urandom", "-device", "virtio-rng-pci,rng=random",
		"-device", fmt.Sprintf("VGA,id=screen,xres=%d,yres=%d", ScreenWidth, ScreenHeight),
		"-device", "qemu-xhci,id=usb,p2=8,p3=8", "-device", "usb-tablet,id=" + touchScreen + ",bus=usb.0,port=1",
		"-device", "virtio-serial-pci", "-chardev", "socket,id=agent,server=on,wait=off,path=" + m.path("agent"),
		"-device", "virtserialport,chardev=agent,name=org.qemu.guest_agent.0",
		"-qmp", "unix:" + m.path("monitor") + ",server=on,wait=off",
	}
	if o.SecondScreen {
		args = append(args, "-device", "bochs-display,id=second")
	}
	if o.VNC != "" {
		return append(args, "-display", "vnc=unix:"+m.path("screen"))
	}
	return append(args, "-display", "none")
}
