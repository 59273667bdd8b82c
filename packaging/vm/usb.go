package vm

import (
	"context"
	"errors"
	"fmt"
	"maps"
)

// Device is something that was plugged in.
type Device string

// PlugUSBStorage plugs in a stick that holds the file image, which the machine may change.
func (m *Machine) PlugUSBStorage(ctx context.Context, image string) (Device, error) {
	return m.plugStorage(ctx, image, nil)
}

// PlugUSBKeyboard plugs in a keyboard. From then on [Machine.SendKey] types on it, until it is pulled out.
func (m *Machine) PlugUSBKeyboard(ctx context.Context) (Device, error) {
	return m.plug(ctx, "usb-kbd", nil, nil)
}

// PlugUSBMouse plugs in a mouse.
func (m *Machine) PlugUSBMouse(ctx context.Context) (Device, error) {
	return m.plug(ctx, "usb-mouse", nil, nil)
}

// PlugUSBNet plugs in a network adapter whose cable leads nowhere.
func (m *Machine) PlugUSBNet(ctx context.Context) (Device, error) {
	wire := m.name("wire")
	if _, err := m.monitor.call(ctx, "netdev_add", map[string]any{"type": "hubport", "id": wire, "hubid": 1}); err != nil {
		return "", err
	}
	remove := func(ctx context.Context) error {
		_, err := m.monitor.call(ctx, "netdev_del", map[string]any{"id": wire})
		return err
	}
	return m.plug(ctx, "usb-net", map[string]any{"netdev": wire}, remove)
}

// PlugUSBPhone plugs in a telephone that shows the folder dir over MTP, read-only.
func (m *Machine) PlugUSBPhone(ctx context.Context, dir string) (Device, error) {
	return m.plug(ctx, "usb-mtp", map[string]any{"rootdir": dir, "readonly": true}, nil)
}

// PlugUSBAudio plugs in a headset: one device of several interfaces.
func (m *Machine) PlugUSBAudio(ctx context.Context) (Device, error) {
	return m.plug(ctx, "usb-audio", nil, nil)
}

// PlugUSBKeyDrive plugs in a hub that holds a stick and a keyboard: a stick that types.
func (m *Machine) PlugUSBKeyDrive(ctx context.Context, image string) (hub, stick, keyboard Device, err error) {
	hub, err = m.plug(ctx, "usb-hub", map[string]any{"port": "4"}, nil)
	if err != nil {
		return "", "", "", err
	}
	if stick, err = m.plugStorage(ctx, image, map[string]any{"port": "4.1"}); err != nil {
		return hub, "", "", err
	}
	keyboard, err = m.plug(ctx, "usb-kbd", map[string]any{"port": "4.2"}, nil)
	return hub, stick, keyboard, err
}

func (m *Machine) plugStorage(ctx context.Context, image string, options map[string]any) (Device, error) {
	node := m.name("node")
	_, err := m.monitor.call(ctx, "blockdev-add", map[string]any{"driver": "raw", "node-name": node,
		"file": map[string]any{"driver": "file", "filename": image}})
	if err != nil {
		return "", fmt.Errorf("plug in a stick: %w", err)
	}
	remove := func(ctx context.Context) error {
		_, err := m.monitor.call(ctx, "blockdev-del", map[string]any{"node-name": node})
		return err
	}
	all := map[string]any{"drive": node, "removable": true}
	maps.Copy(all, options)
	return m.plug(ctx, "usb-storage", all, remove)
}

// Plug plugs in any of QEMU's USB devices ("usb-wacom-tablet", "usb-serial"…) with its own options.
func (m *Machine) Plug(ctx context.Context, driver string, options map[string]any) (Device, error) {
	return m.plug(ctx, driver, options, nil)
}

// plug adds a device; remove takes away what stands behind it, after it or when it could not be plugged in.
func (m *Machine) plug(ctx context.Context, driver string, options map[string]any, remove func(context.Context) error) (Device, error) {
	id := m.name("plugged")
	all := map[string]any{"driver": driver, "id": id, "bus": "usb.0"}
	maps.Copy(all, options)
	if _, err := m.monitor.call(ctx, "device_add", all); err != nil {
		if remove != nil {
			err = errors.Join(err, remove(ctx))
		}
		return "", fmt.Errorf("plug in %s: %w", driver, err)
	}
	m.plugging.Lock()
	defer m.plugging.Unlock()
	m.plugged[id] = remove
	return Device(id), nil
}

// Unplug pulls a device out, and returns when it is gone.
func (m *Machine) Unplug(ctx context.Context, d Device) error {
	_, n := m.monitor.since(0)
	if _, err := m.monitor.call(ctx, "device_del", map[string]any{"id": string(d)}); err != nil {
		return fmt.Errorf("pull out %s: %w", d, err)
	}
	_, err := m.monitor.await(ctx, n, func(e Event) bool { return e.Name == "DEVICE_DELETED" && e.Data["device"] == string(d) })
	if err != nil {
		return fmt.Errorf("pull out %s: %w", d, err)
	}
	m.plugging.Lock()
	remove := m.plugged[string(d)]
	delete(m.plugged, string(d))
	m.plugging.Unlock()
	if remove != nil {
		return remove(ctx)
	}
	return nil
}

// touchScreen is there from the start.
const touchScreen = "touch"

// UnplugTouch pulls the touch screen's cable.
func (m *Machine) UnplugTouch(ctx context.Context) error { return m.Unplug(ctx, touchScreen) }

// PlugTouch puts it back into its own socket.
func (m *Machine) PlugTouch(ctx context.Context) error {
	_, err := m.monitor.call(ctx, "device_add", map[string]any{"driver": "usb-tablet", "id": touchScreen, "bus": "usb.0", "port": "1"})
	return err
}

// UnplugAll pulls out what is still plugged in.
func (m *Machine) UnplugAll(ctx context.Context) error {
	m.plugging.Lock()
	var left []Device
	for id := range m.plugged {
		left = append(left, Device(id))
	}
	m.plugging.Unlock()
	var errs []error
	for _, d := range left {
		errs = append(errs, m.Unplug(ctx, d))
	}
	return errors.Join(errs...)
}

// name makes an identifier that the emulator does not know yet.
func (m *Machine) name(kind string) string {
	m.plugging.Lock()
	defer m.plugging.Unlock()
	m.serial++
	return fmt.Sprintf("%s%d", kind, m.serial)
}
