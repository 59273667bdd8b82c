package main

import (
	"fmt"
	"net"
	"runtime"
	"syscall"

	"golang.org/x/sys/unix"
)

// lean readies a process that does nothing but carry what l brings. A page
// waits for each connection, and what a connection waits for is a turn on the
// processor: packaging/peers measures what follows.
//
// One thread is enough, since the bytes stay in the kernel: a second one is
// woken for each event, and takes the processor from the browser. And nothing
// is woken for a connection that has not said anything yet: the kernel holds it
// back until it does, for a second at most.
//
// The third part is the timer slack that kiosk/sandbox gives the unit.
func lean(l net.Listener) error {
	runtime.GOMAXPROCS(1)
	socket, ok := l.(syscall.Conn)
	if !ok {
		return fmt.Errorf("the listener is a %T, not a socket", l)
	}
	raw, err := socket.SyscallConn()
	if err != nil {
		return fmt.Errorf("reach the listener: %w", err)
	}
	const seconds = 1
	controlled := raw.Control(func(fd uintptr) {
		err = unix.SetsockoptInt(int(fd), unix.IPPROTO_TCP, unix.TCP_DEFER_ACCEPT, seconds)
	})
	if controlled != nil {
		err = controlled
	}
	if err != nil {
		return fmt.Errorf("hold connections back until they speak: %w", err)
	}
	return nil
}
