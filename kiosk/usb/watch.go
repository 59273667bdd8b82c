package usb

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"time"

	"golang.org/x/sys/unix"
)

// settleTime is how long USBGuard has to decide about a device before one that
// is still held back counts as refused. It takes some 20 ms.
const settleTime = 1500 * time.Millisecond

// Watch calls refused for each device that is plugged in and not let in, until
// ctx ends. It hears of devices from the kernel itself, and reads the kernel's
// own word of what became of them: whoever holds them back.
func Watch(ctx context.Context, p Places, log *slog.Logger, refused func()) error {
	fd, err := unix.Socket(unix.AF_NETLINK, unix.SOCK_RAW|unix.SOCK_CLOEXEC|unix.SOCK_NONBLOCK, unix.NETLINK_KOBJECT_UEVENT)
	if err != nil {
		return fmt.Errorf("listen for devices: %w", err)
	}
	const kernelGroup = 1 // 2 is udev's
	if err := unix.Bind(fd, &unix.SockaddrNetlink{Family: unix.AF_NETLINK, Groups: kernelGroup}); err != nil {
		unix.Close(fd)
		return fmt.Errorf("listen for devices: %w", err)
	}
	socket := os.NewFile(uintptr(fd), "uevents")
	defer socket.Close()
	defer context.AfterFunc(ctx, func() { socket.Close() })()
	buffer := make([]byte, 16<<10)
	for {
		n, err := receive(socket, buffer)
		switch {
		case ctx.Err() != nil:
			return nil
		case errors.Is(err, unix.ENOBUFS): // so many at once that some are lost
			log.Warn("some of the devices that were plugged in were not noticed")
			continue
		case err != nil:
			return fmt.Errorf("listen for devices: %w", err)
		}
		if path, ok := plugged(buffer[:n]); ok {
			time.AfterFunc(settleTime, func() {
				if ctx.Err() == nil && heldBack(p, path) {
					refused()
				}
			})
		}
	}
}

// receive takes one message, and only from the kernel.
func receive(socket *os.File, buffer []byte) (n int, err error) {
	raw, err := socket.SyscallConn()
	if err != nil {
		return 0, err
	}
	var fault error
	err = raw.Read(func(fd uintptr) bool {
		var from unix.Sockaddr
		n, from, fault = unix.Recvfrom(int(fd), buffer, 0)
		if errors.Is(fault, unix.EAGAIN) || errors.Is(fault, unix.EINTR) {
			return false
		}
		if sender, ok := from.(*unix.SockaddrNetlink); fault == nil && (!ok || sender.Pid != 0) {
			n = 0
		}
		return true
	})
	return n, errors.Join(err, fault)
}

// plugged reads a message of the kernel (Documentation/ABI/testing, uevent):
// strings divided by zero bytes.
func plugged(message []byte) (path string, ok bool) {
	var added, device bool
	for field := range bytes.SplitSeq(message, []byte{0}) {
		name, value, _ := strings.Cut(string(field), "=")
		switch name {
		case "ACTION":
			added = value == "add"
		case "DEVTYPE":
			device = value == "usb_device"
		case "DEVPATH":
			path = value
		}
	}
	return path, added && device && strings.HasPrefix(path, "/devices/") && filepath.Clean(path) == path
}

// heldBack reports whether the device is there and not let in.
func heldBack(p Places, path string) bool {
	return read(filepath.Join(p.Sys, path), "authorized") == "0"
}

// HeldBack counts the devices that are plugged in now and not let in.
func HeldBack(p Places) int {
	devices, err := filepath.Glob(filepath.Join(p.Sys, "bus/usb/devices/*"))
	if err != nil {
		return 0
	}
	n := 0
	for _, d := range devices {
		// Interfaces ("1-2:1.0") have the attribute too.
		if !strings.Contains(filepath.Base(d), ":") && read(d, "authorized") == "0" {
			n++
		}
	}
	return n
}

// Guarded reports whether the kernel holds every new device back until it is
// let in; there is false on a machine without USB.
func Guarded(p Places) (guarded, there bool) {
	hubs, err := filepath.Glob(filepath.Join(p.Sys, "bus/usb/devices/usb*/authorized_default"))
	if err != nil || len(hubs) == 0 {
		return false, false
	}
	for _, h := range hubs {
		if read(filepath.Dir(h), "authorized_default") != "0" {
			return false, true
		}
	}
	return true, true
}
