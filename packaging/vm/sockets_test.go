package vm_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"

	"borne/kiosk"
	"borne/packaging/vm"
)

// secondKeyboard plugs in a keyboard in the middle of a visit, and types on it.
func secondKeyboard() []attempt {
	return []attempt{{id: "host.usb-keyboard", reason: kiosk.ReasonDevice, attempt: "a keyboard plugged in during a visit, and keys typed on it", quiet: true,
		run: func(p *trial) {
			before := p.look()
			d, err := p.PlugUSBKeyboard(p.ctx)
			p.must(err)
			p.noticed("0627:0001", 2) // also the touch screen's, which is there from the start
			for _, k := range []string{"ctrl-alt-f2", "ctrl-alt-delete", "ctrl-o", "ctrl-n", "alt-f4", "tab", "ret"} {
				p.must(p.SendKey(p.ctx, k))
			}
			p.unchanged(before)
			p.pullOut(before, d)
		}}}
}

// sockets are what else may be plugged in, and pulled out.
func sockets() []attempt {
	return []attempt{
		{id: "host.usb-network", reason: kiosk.ReasonDevice, attempt: "a USB network adapter", run: func(p *trial) {
			before := p.look()
			d, err := p.PlugUSBNet(p.ctx)
			p.must(err)
			p.noticed("0525:a4a2", 1)
			p.unchanged(before)
			p.pullOut(before, d)
		}},
		{id: "host.usb-stick", attempt: "a USB stick with a file system: never mounted", run: func(p *trial) {
			image := p.stick()
			before := p.look()
			d, err := p.PlugUSBStorage(p.ctx, image)
			p.must(err)
			p.noticed("46f4:0001", 1)
			p.unchanged(before)
			p.pullOut(before, d)
		}},
		{id: "host.usb-stick-that-types", reason: kiosk.ReasonDevice, attempt: "a hub that holds a stick and a keyboard", run: func(p *trial) {
			image := p.stick()
			before := p.look()
			hub, stick, keyboard, err := p.PlugUSBKeyDrive(p.ctx, image)
			p.must(err)
			p.noticed("0409:55aa", 1)
			for _, k := range []string{"ctrl-alt-f2", "ctrl-o", "meta_l", "ret"} {
				p.must(p.SendKey(p.ctx, k))
			}
			p.unchanged(before)
			for _, d := range []vm.Device{keyboard, stick, hub} {
				p.must(p.Unplug(p.ctx, d))
			}
			p.unchanged(before)
		}},
		{id: "host.usb-composite", reason: kiosk.ReasonDevice, attempt: "one device of several interfaces (a headset with buttons)", run: func(p *trial) {
			before := p.look()
			d, err := p.PlugUSBAudio(p.ctx)
			p.must(err)
			p.noticed("46f4:0002", 1)
			if cards := p.shell("ls /proc/asound 2>/dev/null | grep -c ^card; true"); cards != "0" && cards != "" {
				p.leak("%s sound cards", cards)
			}
			p.unchanged(before)
			p.pullOut(before, d)
		}},
		{id: "host.usb-phone", reason: kiosk.ReasonDevice, attempt: "a telephone that shows its files over MTP", run: func(p *trial) {
			before := p.look()
			dir := p.t.TempDir()
			p.must(os.WriteFile(filepath.Join(dir, "photo.txt"), []byte("photo"), 0o644))
			d, err := p.PlugUSBPhone(p.ctx, dir)
			p.must(err)
			p.noticed("46f4:0004", 1)
			p.unchanged(before)
			p.pullOut(before, d)
		}},
		{id: "host.usb-mouse", reason: kiosk.ReasonDevice, attempt: "a mouse plugged in during a visit", run: func(p *trial) {
			before := p.look()
			d, err := p.PlugUSBMouse(p.ctx)
			p.must(err)
			p.noticed("0627:0001", 2)
			p.unchanged(before)
			p.pullOut(before, d)
		}},
		{id: "host.usb-all-out", attempt: "everything pulled out at once, the touch screen as well", run: func(p *trial) {
			image := p.stick()
			before := p.look()
			_, err := p.PlugUSBStorage(p.ctx, image)
			p.must(err)
			_, err = p.PlugUSBKeyboard(p.ctx)
			p.must(err)
			p.noticed("46f4:0001", 1)
			p.must(p.UnplugAll(p.ctx))
			p.must(p.UnplugTouch(p.ctx))
			p.must(p.Until(p.ctx, "the touch screen to be gone", func() (bool, error) {
				n, err := p.plugged("0627:0001")
				return n == 0, err
			}))
			changed := before.same["inputs"]
			before.same["inputs"] = p.shell("ls /sys/class/input | tr '\n' ' '")
			p.unchanged(before)
			p.must(p.PlugTouch(p.ctx))
			p.must(p.Until(p.ctx, "the touch screen to be back", func() (bool, error) {
				now, err := p.Shell(p.ctx, "ls /sys/class/input | wc -w")
				return strings.TrimSpace(now) == strconv.Itoa(len(strings.Fields(changed))), err
			}))
			p.result.Detail = "The touch screen, plugged in again at its own place, works as before."
		}},
	}
}

// noticed waits until the kernel has seen n devices of that kind on its bus, which it tells also of those it may not use,
// and until nothing is being decided about them any more.
func (p *trial) noticed(id string, n int) {
	p.must(p.Until(p.ctx, "the kernel to see "+id, func() (bool, error) {
		have, err := p.plugged(id)
		return have >= n, err
	}))
	p.shell("udevadm settle --timeout=60")
}

func (p *trial) plugged(id string) (int, error) {
	vendor, product, _ := strings.Cut(id, ":")
	out, err := p.Shell(p.ctx, `n=0; for d in /sys/bus/usb/devices/*/idVendor; do
[ "$(cat $d)" = `+vendor+` ] && [ "$(cat ${d%idVendor}idProduct)" = `+product+` ] && n=$((n + 1)); done; echo $n`)
	n, _ := strconv.Atoi(strings.TrimSpace(out)) // no number is no device
	return n, err
}

// pullOut pulls a device out and expects nothing of it.
func (p *trial) pullOut(before look, d vm.Device) {
	p.must(p.Unplug(p.ctx, d))
	p.unchanged(before)
}

// stick makes a stick with a file system.
func (p *trial) stick() string {
	file := filepath.Join(p.t.TempDir(), "stick.img")
	p.must(os.WriteFile(file, nil, 0o600))
	p.must(os.Truncate(file, 64<<20))
	if out, err := exec.CommandContext(p.ctx, "mke2fs", "-q", "-F", "-t", "ext2", "-L", "BORNE", file).CombinedOutput(); err != nil {
		p.leak("the attempt could not be made: mke2fs: %v: %s", err, out)
	}
	return file
}
