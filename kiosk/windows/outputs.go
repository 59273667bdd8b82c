package windows

import (
	"fmt"
	"slices"

	"github.com/jezek/xgb/randr"
	"github.com/jezek/xgb/xproto"
)

// A borne has one screen. The server drives whatever is plugged in, side by
// side or alike, and a screen that the shell does not fill would show what lies
// behind it: so one output is lit, the screen is as large as it, and every
// other is dark. RandR tells when something is plugged in or pulled out.

// watchOutputs asks to be told of screens, and arranges those that are there.
func (m *Manager) watchOutputs() error {
	v, err := randr.QueryVersion(m.conn, 1, 3).Reply()
	if err != nil {
		return fmt.Errorf("ask the display for RandR: %w", err)
	}
	if v.MajorVersion == 1 && v.MinorVersion < 3 {
		return nil
	}
	m.outputs = true
	randr.SelectInput(m.conn, m.root, randr.NotifyMaskScreenChange|randr.NotifyMaskCrtcChange|randr.NotifyMaskOutputChange)
	m.mu.Lock()
	defer m.mu.Unlock()
	m.setOutputs()
	return nil
}

// Millimetres are the lit screen's, as it tells them; nought where it does not.
// They are not turned with the picture.
func (m *Manager) Millimetres() (width, height int) {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.mmWidth, m.mmHeight
}

// output is a plug of the graphics card.
type output struct {
	id   randr.Output
	info *randr.GetOutputInfoReply
}

// chooseOutput names the one to light: the primary one, else one that is lit
// already, else the first with a screen on it; nil when there is none.
func chooseOutput(all []output, primary randr.Output) *output {
	var chosen *output
	better := func(o *output) bool {
		switch {
		case chosen == nil || o.id == primary:
			return true
		case chosen.id == primary:
			return false
		}
		return chosen.info.Crtc == 0 && o.info.Crtc != 0
	}
	for i := range all {
		o := &all[i]
		if o.info.Connection == randr.ConnectionConnected && len(o.info.Modes) > 0 && better(o) {
			chosen = o
		}
	}
	return chosen
}

// setOutputs brings the screens into order, and changes nothing when they are.
// With no screen plugged in it waits for one: what was lit stays as it was.
func (m *Manager) setOutputs() {
	if !m.outputs {
		return
	}
	resources, err := randr.GetScreenResourcesCurrent(m.conn, m.root).Reply()
	if err != nil {
		m.log.Warn("the display does not list its outputs", "error", err)
		return
	}
	var all []output
	for _, id := range resources.Outputs {
		if info, err := randr.GetOutputInfo(m.conn, id, resources.ConfigTimestamp).Reply(); err == nil {
			all = append(all, output{id, info})
		}
	}
	var primary randr.Output
	if p, err := randr.GetOutputPrimary(m.conn, m.root).Reply(); err == nil {
		primary = p.Output
	}
	chosen := chooseOutput(all, primary)
	if chosen == nil {
		return
	}
	m.mmWidth, m.mmHeight = int(chosen.info.MmWidth), int(chosen.info.MmHeight)
	if err := m.light(resources, all, chosen); err != nil {
		m.log.Warn("the screens could not be arranged", "error", err)
	}
}

// light makes the chosen output the only one, at the screen's corner.
func (m *Manager) light(resources *randr.GetScreenResourcesCurrentReply, all []output, chosen *output) error {
	at := resources.ConfigTimestamp
	set := func(c randr.Crtc, mode randr.Mode, rotation uint16, outputs ...randr.Output) error {
		r, err := randr.SetCrtcConfig(m.conn, c, xproto.TimeCurrentTime, at, 0, 0, mode, rotation, outputs).Reply()
		if err == nil && r.Status != randr.SetConfigSuccess {
			err = fmt.Errorf("status %d", r.Status)
		}
		return err
	}
	crtc := chosen.info.Crtc
	for _, o := range all {
		if o.id != chosen.id && o.info.Crtc != 0 && o.info.Crtc != crtc {
			if err := set(o.info.Crtc, 0, randr.RotationRotate0); err != nil {
				return fmt.Errorf("darken output %s: %w", o.info.Name, err)
			}
		}
	}
	if crtc == 0 {
		// One that another output had is free now.
		if len(chosen.info.Crtcs) == 0 {
			return fmt.Errorf("nothing drives output %s", chosen.info.Name)
		}
		crtc = chosen.info.Crtcs[0]
	}
	now, err := randr.GetCrtcInfo(m.conn, crtc, at).Reply()
	if err != nil {
		return fmt.Errorf("ask what drives output %s: %w", chosen.info.Name, err)
	}
	if slices.Equal(now.Outputs, []randr.Output{chosen.id}) && slices.Contains(chosen.info.Modes, now.Mode) && now.X == 0 && now.Y == 0 {
		return m.fitScreen(int(now.Width), int(now.Height))
	}
	mode, rotation := now.Mode, now.Rotation
	if !slices.Contains(chosen.info.Modes, mode) {
		mode, rotation = chosen.info.Modes[0], randr.RotationRotate0 // the preferred ones come first
	}
	width, height := modeSize(resources.Modes, mode, rotation)
	// The screen must hold the output at every moment: it grows first, and is
	// cut to size after.
	if err := m.fitScreen(max(width, m.width), max(height, m.height)); err != nil {
		return err
	}
	if err := set(crtc, mode, rotation, chosen.id); err != nil {
		return fmt.Errorf("light output %s: %w", chosen.info.Name, err)
	}
	return m.fitScreen(width, height)
}

func modeSize(modes []randr.ModeInfo, id randr.Mode, rotation uint16) (width, height int) {
	for _, info := range modes {
		if randr.Mode(info.Id) == id {
			width, height = int(info.Width), int(info.Height)
		}
	}
	if rotation&(randr.RotationRotate90|randr.RotationRotate270) != 0 {
		return height, width
	}
	return width, height
}

// fitScreen sets the size of the whole screen, in pixels. It asks for nothing
// when it is that already.
func (m *Manager) fitScreen(width, height int) error {
	g, err := xproto.GetGeometry(m.conn, xproto.Drawable(m.root)).Reply()
	if err != nil {
		return fmt.Errorf("ask for the screen's size: %w", err)
	}
	if int(g.Width) == width && int(g.Height) == height || width < 1 || height < 1 {
		return nil
	}
	const perInch, mmPerInch = 96, 25.4 // nobody reads it; it must not be nought
	mm := func(pixels int) uint32 { return uint32(float64(pixels)*mmPerInch/perInch) + 1 }
	err = randr.SetScreenSizeChecked(m.conn, m.root, uint16(width), uint16(height), mm(width), mm(height)).Check()
	if err != nil {
		return fmt.Errorf("set the screen's size: %w", err)
	}
	return nil
}
