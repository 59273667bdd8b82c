package shell

import (
	"borne/kiosk"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
)

// Tuner has the voice speak in another manner from the next thing on.
type Tuner interface {
	Tune(m kiosk.Manner)
}

// tunes reports whether there is a voice whose manner can be chosen.
func (s *Shell) tunes() bool { return s.options.Voice != nil && s.options.Tuner != nil }

func (s *Shell) openVoice() {
	s.choice.voice = true
	s.aidsTouched()
	s.draw()
}

// voiceScreen lets a visitor choose how loud the voice is and how fast it
// speaks. Each choice is heard at once, in words that also stand there.
func (s *Shell) voiceScreen(k kit, v view, area fyne.Size) *fyne.Container {
	m := v.aids.manner
	return k.centre(area, func(c *column) {
		c.text(c.say(textVoiceTitle), words{size: 40, bold: true}).space(20)
		s.steps(c, textVoiceVolume, m.Volume, textVoiceSofter, textVoiceLouder, kiosk.Manner.Louder)
		c.space(28)
		s.steps(c, textVoicePace, m.Pace, textVoiceSlower, textVoiceFaster, kiosk.Manner.Faster)
		c.space(24)
		c.text(c.say(textAidsOnce), words{size: sizeSmall, color: inkSoft}).space(14)
		c.add(c.button("ui/check", c.say(textAidsDone), c.primarySkin(), 320, s.closeAids))
	})
}

// steps shows one step of five, in words and drawn, and what leads down and up.
func (s *Shell) steps(c *column, of textID, step int, down, up textID, change func(kiosk.Manner, int) kiosk.Manner) {
	c.text(s.stepWords(c.lang, of, step), words{size: sizeBody, bold: true}).space(10)
	c.add(c.meter(step)).space(12)
	gap, edge := c.px(18), c.px(12)
	width, height := (c.width-gap)/2, c.target(sizeTarget+4)
	labels := [2]string{c.say(down), c.say(up)}
	var inside [2]*fyne.Container
	for i, label := range labels {
		inside[i] = c.paragraph(label, words{size: 28, bold: true, align: fyne.TextAlignCenter}, width-2*edge)
		height = max(height, inside[i].Size().Height+c.px(20))
	}
	var both []fyne.CanvasObject
	for i, by := range [2]int{-1, 1} {
		inside[i].Move(fyne.NewPos(edge, (height-inside[i].Size().Height)/2))
		size := fyne.NewSize(width, height)
		p := c.pressable(labels[i], size, c.plainSkin(), c.box(size, inside[i]), func() { s.chooseManner(change(s.aids.manner, by), of) })
		p.Move(fyne.NewPos(float32(i)*(width+gap), 0))
		both = append(both, p)
	}
	c.add(c.box(fyne.NewSize(c.width, height), both...))
}

// stepWords say a step, counted from 1.
func (s *Shell) stepWords(l kiosk.Language, of textID, step int) string {
	return s.options.Texts.in(l, of, map[string]any{"Step": step + kiosk.MannerSteps + 1, "Most": 2*kiosk.MannerSteps + 1})
}

// meter draws a step as so many full bars of five, each higher than the one
// before.
func (k kit) meter(step int) *fyne.Container {
	const bars = 2*kiosk.MannerSteps + 1
	width, gap, tall := k.px(44), k.px(14), k.px(48)
	var objects []fyne.CanvasObject
	for i := range bars {
		bar := canvas.NewRectangle(surface)
		bar.StrokeColor, bar.StrokeWidth, bar.CornerRadius = primary, k.px(3), k.px(5)
		if i <= step+kiosk.MannerSteps {
			bar.FillColor = primary
		}
		height := tall * float32(i+2) / (bars + 1)
		put(bar, float32(i)*(width+gap), tall-height, width, height)
		objects = append(objects, bar)
	}
	return k.box(fyne.NewSize(bars*(width+gap)-gap, tall), objects...)
}

// chooseManner has the voice speak so, and say so: also where nothing is read
// aloud yet, for then the choice says nothing to anybody.
func (s *Shell) chooseManner(m kiosk.Manner, of textID) {
	a := s.aids
	a.manner = m
	s.chooseAids(a)
	if s.speech.on {
		return // the screen that changed is read
	}
	step := m.Volume
	if of == textVoicePace {
		step = m.Pace
	}
	l := s.drawn.language
	s.options.Voice.Read(say(l, s.stepWords(l, of, step)), func() {
		fyne.Do(func() {
			if !s.speech.on && !s.reading.on {
				s.options.Voice.Leave()
			}
		})
	})
}

// tune tells the voice the manner that the visitor chose, or the usual one.
func (s *Shell) tune() {
	if s.tunes() {
		s.options.Tuner.Tune(s.aids.manner)
	}
}
