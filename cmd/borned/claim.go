package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strconv"
	"syscall"
	"time"

	"borne/kiosk/usb"
)

const (
	// claimLimit is how long the process that had the key before may take to
	// let it go.
	claimLimit = 3 * time.Second
	claimAgain = 50 * time.Millisecond
)

// claim opens the key that a document is to be kept on, and keeps it from being
// read until release is called, which closes it.
func (k *keys) claim(ctx context.Context) (device *os.File, release func(), err error) {
	stick, ok, err := usb.Find(k.places)
	if err != nil {
		return nil, nil, err
	}
	if !ok {
		return nil, nil, errNoKey
	}
	k.mu.Lock()
	k.drop() // its process ends
	k.writing = true
	k.mu.Unlock()
	release = func() {
		if device != nil {
			device.Close()
		}
		k.mu.Lock()
		defer k.mu.Unlock()
		k.writing = false
	}
	for until := time.Now().Add(claimLimit); ; {
		device, err = usb.OpenToSave(k.places, stick)
		if !errors.Is(err, syscall.EBUSY) || time.Now().After(until) || ctx.Err() != nil {
			break
		}
		select {
		case <-time.After(claimAgain):
		case <-ctx.Done():
		}
	}
	if err == nil {
		return device, release, nil
	}
	release()
	if !errors.Is(err, usb.ErrReadOnly) && !errors.Is(err, syscall.EBUSY) {
		err = fmt.Errorf("%w: %w", usb.ErrGone, err)
	}
	return nil, nil, err
}

// stickCommand is the command line of a process of ours that works on a
// stick's raw bytes. It cannot ask for their number itself.
func stickCommand(what string, device *os.File) ([]string, error) {
	size, err := device.Seek(0, io.SeekEnd)
	if err != nil {
		return nil, fmt.Errorf("measure the USB key: %w: %w", usb.ErrGone, err)
	}
	self, err := os.Executable()
	if err != nil {
		return nil, err
	}
	return []string{self, what, "--size", strconv.FormatInt(size, 10)}, nil
}
