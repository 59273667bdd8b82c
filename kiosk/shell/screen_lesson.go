package shell

import (
	"borne/kiosk"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
)

// lessonScreen shows one step: what to do, and where to do it. Each can be
// passed, and the lesson left, by the buttons at its foot.
func (s *Shell) lessonScreen(k kit, v view, area fyne.Size) *fyne.Container {
	edge := k.px(margin)
	var objects []fyne.CanvasObject
	top := float32(0)
	step := lessonStep(v.page)
	if !v.bar && (step == lessonBack || step == lessonHome) { // before a visit there is no bar yet
		practice := s.lessonBar(k)
		top = practice.Size().Height
		objects = append(objects, practice)
	}
	foot := s.lessonFoot(k, step, area.Width-2*edge)
	bottom := area.Height - foot.Size().Height - k.px(20)
	room := fyne.NewSize(area.Width-2*edge, bottom-top-2*k.px(18))
	do := s.lessonBody(k, v, step, room)
	do.Move(fyne.NewPos(edge, top+k.px(18)+(room.Height-do.Size().Height)/2))
	foot.Move(fyne.NewPos(edge, bottom))
	return k.box(area, append(objects, do, foot)...)
}

// lessonBody is the step itself.
func (s *Shell) lessonBody(k kit, v view, step lessonStep, room fyne.Size) *fyne.Container {
	if step == lessonScroll {
		return s.lessonList(k, room)
	}
	return k.fit(room.Height, func(k kit) *fyne.Container {
		c := k.column(room.Width, fyne.TextAlignCenter)
		switch step {
		case lessonTouch:
			k.lessonWords(c, step).space(26)
			c.add(k.round(220, k.say(textLessonTouch), func() { s.learn(lessonScroll) }))
		case lessonType:
			k.lessonWords(c, step).space(10)
			c.add(k.letterBox(v.letter))
		case lessonBack, lessonHome:
			icon := map[lessonStep]string{lessonBack: "ui/back", lessonHome: "ui/home"}[step]
			c.add(c.disc(icon, 150, hues[0])).space(24)
			k.lessonWords(c, step)
		default:
			c.add(c.disc("ui/check", 150, hues[1])).space(24)
			k.lessonWords(c, step)
		}
		return c.done()
	})
}

// lessonWords says what to do.
func (k kit) lessonWords(c *column, step lessonStep) *column {
	id, button := textLessonDone, textBarEnd
	switch step {
	case lessonTouch:
		id = textLessonTouch
	case lessonScroll:
		id = textLessonScroll
	case lessonType:
		id = textLessonType
	case lessonBack:
		id, button = textLessonBack, textBarBack
	case lessonHome:
		id, button = textLessonHome, textBarHome
	}
	return c.text(k.texts.in(k.lang, id, map[string]any{"Button": k.say(button)}), words{size: 38, bold: true})
}

// lessonList is the step of the list that is longer than its place.
func (s *Shell) lessonList(k kit, room fyne.Size) *fyne.Container {
	gap := k.px(36)
	width, wide := (room.Width-gap)/2, room.Width
	if k.portrait() {
		width = room.Width
	} else {
		wide = width
	}
	textRoom := room.Height
	if k.portrait() {
		textRoom = room.Height * 0.4
	}
	text := k.fit(textRoom, func(k kit) *fyne.Container {
		c := k.column(wide, fyne.TextAlignLeading)
		return k.lessonWords(c, lessonScroll).done()
	})
	list := fyne.NewSize(width, min(room.Height, k.px(430)))
	at := fyne.NewPos(wide+gap, (room.Height-list.Height)/2)
	text.Move(fyne.NewPos(0, (room.Height-text.Size().Height)/2))
	if k.portrait() {
		text.Move(fyne.NewPos(0, 0))
		at = fyne.NewPos(0, text.Size().Height+gap)
		list.Height = min(room.Height-at.Y, k.px(560))
	}
	slide := newSlide(k, list, func() { s.learn(lessonType) })
	slide.touched = func() { s.keepLesson() }
	slide.Move(at)
	return k.box(room, slide, text) // the slide covers what is around it
}

// lessonFoot are the buttons below: the last step has one alone, or beside it
// the way to practice, which is for the same people, where a visit is on.
func (s *Shell) lessonFoot(k kit, step lessonStep, width float32) *fyne.Container {
	k = k.modest()
	practises := step == lessonDone && s.snapshot.State.InSession()
	leave := func() *pressable {
		if practises {
			return k.button("theme/apprendre", k.say(textPracticeTile), k.plainSkin(), 240, func() { s.learn(lessonAway); s.open(kiosk.Practice) })
		}
		return k.button("ui/pause", k.say(textLessonStop), k.plainSkin(), 240, func() { s.learn(lessonAway) })
	}
	next := func() *pressable {
		if step == lessonDone {
			return k.button("ui/next", k.say(textLanguageStart), k.primarySkin(), 320, func() { s.learn(lessonAway) })
		}
		return k.button("ui/next", k.say(textPageNext), k.plainSkin(), 240, func() { s.learn(step + 1) })
	}
	for range 8 {
		if leave().size.Width+next().size.Width+k.px(20) <= width {
			break
		}
		k.factor *= 0.93
	}
	n := next()
	if step == lessonDone && !practises {
		n.Move(fyne.NewPos((width-n.size.Width)/2, 0))
		return k.box(fyne.NewSize(width, n.size.Height), n)
	}
	l := leave()
	n.Move(fyne.NewPos(width-n.size.Width, 0))
	objects := []fyne.CanvasObject{l, n}
	if practises {
		return k.box(fyne.NewSize(width, max(l.size.Height, n.size.Height)), objects...)
	}
	said := k.texts.in(k.lang, textPageCount, map[string]any{"Page": int(step), "Pages": int(lessonHome)})
	w := words{size: sizeBody, align: fyne.TextAlignCenter, color: inkSoft}
	if middle := width - l.size.Width - n.size.Width - k.px(20); k.measure(said, w).Width < middle {
		count := k.paragraph(said, w, middle)
		count.Move(fyne.NewPos(l.size.Width+k.px(10), (n.size.Height-count.Size().Height)/2))
		objects = append(objects, count)
	}
	return k.box(fyne.NewSize(width, max(l.size.Height, n.size.Height)), objects...)
}

// lessonBar is a bar to try, for the first screen, which has none.
func (s *Shell) lessonBar(k kit) *fyne.Container {
	k = k.modest()
	size := fyne.NewSize(k.size.Width, k.barRow())
	ground := canvas.NewRectangle(primary)
	put(ground, 0, 0, size.Width, size.Height)
	objects, x := []fyne.CanvasObject{ground}, k.px(6)
	for _, item := range []barItem{s.barHome(k), s.barBack(k)} {
		p := k.barButton(item)
		p.Move(fyne.NewPos(x, (size.Height-p.size.Height)/2))
		x += p.size.Width + k.px(6)
		objects = append(objects, p)
	}
	return k.box(size, objects...)
}

// round is a large round button with the sign of a touch.
func (k kit) round(diameter float32, label string, onTap func()) *pressable {
	d := max(k.px(diameter)*k.tight, k.target(sizeTarget))
	skin := k.primarySkin()
	skin.radius = d / 2
	i := k.icon("ui/touch", d*0.5/k.factor, surface)
	i.Move(fyne.NewPos(d*0.25, d*0.25))
	return k.pressable(label, fyne.NewSquareSize(d), skin, k.box(fyne.NewSquareSize(d), i), onTap)
}

// letterBox shows the letter that was typed.
func (k kit) letterBox(letter string) *fyne.Container {
	size := fyne.NewSize(k.px(200), max(k.px(86)*k.tight, k.px(60)))
	panel := k.panel(size)
	panel.StrokeColor, panel.StrokeWidth = primary, k.px(4)
	objects := []fyne.CanvasObject{panel}
	if letter != "" {
		w := words{size: 40, bold: true, align: fyne.TextAlignCenter, theirs: true, fixed: true}
		t := k.line(letter, w)
		height := k.measure(letter, w).Height
		put(t, 0, (size.Height-height)/2, size.Width, height)
		objects = append(objects, t)
	}
	return k.box(size, objects...)
}

func (s *Shell) lessonButton(k kit) *pressable {
	return k.button("ui/touch", k.say(textLessonButton), k.plainSkin(), 200, func() { s.learn(lessonTouch) })
}
