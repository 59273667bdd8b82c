package vm_test

import (
	"image"
	"image/color"

	"borne/packaging/vm"
)

// screens pulls the screen's cable.
func screens() []attempt {
	return []attempt{{id: "host.screen-unplugged", attempt: "the screen's cable pulled out and put back during a visit",
		detail: "The graphics driver is told that nothing is connected any more, as it is by the hardware.", run: (*trial).unplugScreen}}
}

func (p *trial) unplugScreen() {
	const connector = "/sys/class/drm/card0-Virtual-1/status"
	before := p.look()
	p.shell("echo off >" + connector + "; udevadm settle; [ $(cat " + connector + ") = disconnected ]")
	without, err := p.Picture(p.ctx)
	p.must(err)
	p.shell("echo detect >" + connector + "; udevadm settle; [ $(cat " + connector + ") = connected ]")
	p.must(p.Until(p.ctx, "the page to be back", func() (bool, error) {
		now, err := p.Picture(p.ctx)
		return err == nil && vm.Bar(now) && page(now), err
	}))
	p.unchanged(before)
	if !vm.Bar(without) && !black(without.RGBA) {
		p.leak("without its screen the machine showed neither the bar nor black")
	}
}

// secondScreen looks at a second screen that was there from the start.
func secondScreen() []attempt {
	return []attempt{{id: "host.second-screen", attempt: "a second screen on a graphics card of its own, plugged in before the start",
		run: func(p *trial) {
			before := p.look()
			p.must(p.SendKey(p.ctx, "meta_l-p"))
			p.unchanged(before)
			picture, err := p.SecondPicture(p.ctx)
			p.must(err)
			switch {
			case black(picture.RGBA):
				p.result.Detail = "It stays black."
			case vm.Bar(picture):
				p.result.Detail = "It shows the same as the first."
			default:
				p.leak("the second screen shows something else")
			}
		}}}
}

// black allows for a cursor.
func black(p *image.RGBA) bool {
	lit := 0
	for y := range p.Bounds().Dy() {
		for x := range p.Bounds().Dx() {
			if p.RGBAAt(x, y) != (color.RGBA{A: 0xff}) {
				lit++
			}
		}
	}
	return lit < 200
}
