package vm

import (
	"errors"
	"fmt"
	"io"
	"net"
)

// show carries VNC from a loopback address of the machine that runs us to the emulator, whose network is its own.
func (m *Machine) show(address string) error {
	listener, err := net.Listen("tcp", address)
	if err != nil {
		return fmt.Errorf("show the screen: %w", err)
	}
	if !listener.Addr().(*net.TCPAddr).IP.IsLoopback() {
		return errors.Join(fmt.Errorf("show the screen: %s is not a loopback address: whoever reaches it could type", address), listener.Close())
	}
	m.viewers = listener
	go func() {
		for {
			viewer, err := listener.Accept()
			if err != nil {
				return // closed
			}
			go m.view(viewer)
		}
	}()
	return nil
}

func (m *Machine) view(viewer net.Conn) {
	defer viewer.Close()
	screen, err := net.Dial("unix", m.path("screen"))
	if err != nil {
		m.log.Error("show the screen", "error", err)
		return
	}
	defer screen.Close()
	go func() {
		io.Copy(screen, viewer)
		screen.Close() // ends the other direction
	}()
	io.Copy(viewer, screen)
}
