package shell

import (
	"borne/kiosk"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
)

// reply is one answer to touch.
type reply struct {
	icon string
	text textID
	hue  hue
	give func(*kiosk.Report)
}

// facesScreen asks how it went. The wipe runs meanwhile, and the foot tells of
// it.
func (s *Shell) facesScreen(k kit, v view, area fyne.Size) *fyne.Container {
	return s.question(k, v, area, textFacesTitle, []reply{
		{"ui/happy", textFaceHappy, hues[1], func(r *kiosk.Report) { r.Face = kiosk.FaceHappy }},
		{"ui/neutral", textFaceNeutral, hues[0], func(r *kiosk.Report) { r.Face = kiosk.FaceNeutral }},
		{"ui/unhappy", textFaceUnhappy, hues[2], func(r *kiosk.Report) { r.Face = kiosk.FaceUnhappy }},
	})
}

// outcomeScreen asks whether the procedure is done.
func (s *Shell) outcomeScreen(k kit, v view, area fyne.Size) *fyne.Container {
	return s.question(k, v, area, textOutcomeTitle, []reply{
		{"ui/check", textOutcomeDone, hues[1], func(r *kiosk.Report) { r.Outcome = kiosk.OutcomeDone }},
		{"ui/pause", textOutcomeNot, hues[2], func(r *kiosk.Report) { r.Outcome = kiosk.OutcomeNotDone }},
		{"ui/clock", textOutcomeLater, hues[0], func(r *kiosk.Report) { r.Outcome = kiosk.OutcomeLater }},
	})
}

// autonomyScreen asks whether somebody helped. No answer is better than the
// others, and their colours say so.
func (s *Shell) autonomyScreen(k kit, v view, area fyne.Size) *fyne.Container {
	return s.question(k, v, area, textAutonomyTitle, []reply{
		{"ui/alone", textAutonomyAlone, hues[0], func(r *kiosk.Report) { r.Autonomy = kiosk.AutonomyAlone }},
		{"ui/helped", textAutonomyPartly, hues[0], func(r *kiosk.Report) { r.Autonomy = kiosk.AutonomyPartly }},
		{"ui/together", textAutonomyAll, hues[0], func(r *kiosk.Report) { r.Autonomy = kiosk.AutonomyAccompanied }},
	})
}

func (s *Shell) question(k kit, v view, area fyne.Size, title textID, replies []reply) *fyne.Container {
	foot := s.erasedFoot(k, v, area.Width)
	area.Height -= foot.Size().Height
	foot.Move(fyne.NewPos(0, area.Height))
	gap := k.px(28)
	width := min(area.Width-2*k.px(margin), k.px(1000))
	tile := fyne.NewSize((width-2*gap)/3, k.px(250))
	main := k.fit(area.Height, func(k kit) *fyne.Container {
		c := k.column(width, fyne.TextAlignCenter)
		c.title(c.say(title)).space(30)
		var tiles []fyne.CanvasObject
		for i, r := range replies {
			p := s.replyTile(k, r, tile)
			p.Move(fyne.NewPos(float32(i)*(tile.Width+gap), 0))
			tiles = append(tiles, p)
		}
		c.add(k.box(fyne.NewSize(width, tile.Height), tiles...)).space(24)
		c.text(c.say(textAskAnonymous), words{size: sizeSmall, color: inkSoft}).space(20)
		c.add(c.button("ui/next", c.say(textAskSkip), c.plainSkin(), 300, s.askNoMore))
		return c.done()
	})
	main.Move(fyne.NewPos((area.Width-width)/2, max((area.Height-main.Size().Height)/2, 0)))
	area.Height += foot.Size().Height
	return k.box(area, main, foot)
}

func (s *Shell) replyTile(k kit, r reply, size fyne.Size) *pressable {
	name := k.say(r.text)
	content := k.fit(size.Height-k.px(16), func(k kit) *fyne.Container {
		col := k.column(size.Width-k.px(24), fyne.TextAlignCenter)
		col.add(k.disc(r.icon, 124, r.hue)).space(16)
		col.text(name, words{size: 30, bold: true, lines: 2})
		return col.done()
	})
	content.Move(fyne.NewPos(k.px(12), (size.Height-content.Size().Height)/2))
	return k.pressable(name, size, k.plainSkin(), k.box(size, content), func() { s.answer(r.give) })
}

// erasedFoot tells how far the wipe is, and lets the next visitor begin as soon
// as it is proved.
func (s *Shell) erasedFoot(k kit, v view, width float32) *fyne.Container {
	k = k.modest()
	height := k.target(sizeTarget + 4 + 2*14)
	ground := canvas.NewRectangle(pale)
	put(ground, 0, 0, width, height)
	icon, text := "ui/erase", textEndingTitle
	if v.proved {
		icon, text = "ui/private", textErasedTitle
	}
	i := k.icon(icon, 44, primary)
	i.Move(fyne.NewPos(k.px(margin), (height-k.px(44))/2))
	objects := []fyne.CanvasObject{ground, i}
	room := width - k.px(2*margin+70)
	if v.proved {
		b := k.button("ui/home", k.say(textErasedStart), k.plainSkin(), 300, s.leaveErased)
		b.Move(fyne.NewPos(width-k.px(margin)-b.size.Width, (height-b.size.Height)/2))
		objects = append(objects, b)
		room -= b.size.Width + k.px(20)
	}
	words := k.paragraph(k.say(text), words{size: sizeBody, bold: true, lines: 2}, room)
	words.Move(fyne.NewPos(k.px(margin+70), (height-words.Size().Height)/2))
	return k.box(fyne.NewSize(width, height), append(objects, words)...)
}
