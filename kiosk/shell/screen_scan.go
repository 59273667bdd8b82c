package shell

import (
	"fmt"

	"borne/kiosk"

	"fyne.io/fyne/v2"
)

// scanScreen follows a paper from the scanner's glass to the visit's documents.
func (s *Shell) scanScreen(k kit, _ view, area fyne.Size) *fyne.Container {
	job := s.scanJob()
	if job.State == kiosk.ScanShown {
		return s.scanCheck(k, job, area)
	}
	return k.centre(area, func(c *column) {
		switch job.State {
		case kiosk.ScanGoing:
			c.add(c.disc("ui/scan", 140, hues[0])).space(22)
			c.title(c.say(textScanGoing)).space(10)
			if job.Percent > 0 {
				c.text(fmt.Sprintf("%d\u00a0%%", job.Percent), words{size: 34, bold: true}).space(10)
			}
			c.text(c.say(textScanStay), words{size: 30, bold: true}).space(34)
			c.add(c.button("ui/previous", c.say(textPickCancel), c.plainSkin(), 480, func() { s.orderScan(kiosk.ScanStop) }))
		case kiosk.ScanMaking:
			c.add(c.disc("ui/wait", 140, hues[0])).space(22)
			c.title(c.say(textScanMaking))
		case kiosk.ScanKept:
			c.add(c.disc("ui/check", 140, hues[1])).space(22)
			c.title(c.say(textScanDone)).space(10)
			c.text(c.say(textScanTake), words{size: 34, bold: true}).space(34)
			c.add(c.button("ui/document", c.say(textDocumentsTitle), c.primarySkin(), 480, s.documentsBack))
		case kiosk.NoScan:
			s.scanPlace(c, job)
		default:
			title, text := scanTrouble(job.State)
			c.add(c.disc("ui/scan", 140, hues[2])).space(22)
			c.title(c.say(title)).space(10)
			c.text(c.say(text), words{size: 28}).space(34)
			c.add(c.button("ui/scan", c.say(textScanAgain), c.primarySkin(), 480, func() { s.orderScan(kiosk.ScanPage) })).space(18)
			s.scanLeave(c, job)
		}
	})
}

// scanPlace asks for the paper.
func (s *Shell) scanPlace(c *column, job kiosk.ScanJob) {
	title := c.say(textScanPlace)
	if job.Pages > 0 {
		title = c.texts.in(c.lang, textScanNext, map[string]any{"Page": job.Pages + 1})
	}
	c.add(c.disc("ui/scan", 140, hues[0])).space(22)
	c.title(title).space(10)
	c.text(c.say(textScanPlaceText), words{size: 30, bold: true}).space(34)
	c.add(c.button("ui/scan", c.say(textScanStart), c.primarySkin(), 480, func() { s.orderScan(kiosk.ScanPage) })).space(18)
	s.scanLeave(c, job)
}

// scanLeave is the way out, with the pages that there are.
func (s *Shell) scanLeave(c *column, job kiosk.ScanJob) {
	if job.Pages > 0 {
		c.add(c.button("ui/check", c.say(textScanKeep), c.plainSkin(), 480, func() { s.orderScan(kiosk.ScanKeep) })).space(18)
	}
	c.add(c.button("ui/previous", c.say(textPickCancel), c.plainSkin(), 480, s.documentsBack))
}

// scanTrouble are the words for a page that was not scanned.
func scanTrouble(state kiosk.ScanState) (title, text textID) {
	switch state {
	case kiosk.ScanAway:
		return textScanAway, textPrintFailedText
	case kiosk.ScanCover:
		return textScanCover, textScanClose
	}
	return textScanFailed, textPrintFailedText
}

// scanCheck shows the page, and what can be done with it: beside it, or under
// it on a tall screen.
func (s *Shell) scanCheck(k kit, job kiosk.ScanJob, area fyne.Size) *fyne.Container {
	edge := k.px(margin)
	width, height := area.Width-2*edge, area.Height-2*k.px(22)
	tall := k.portrait()
	if !tall {
		width *= 0.5
	} else {
		height *= 0.52
	}
	choices := k.fit(height, func(k kit) *fyne.Container {
		col := k.modest().column(width, fyne.TextAlignLeading)
		col.text(col.say(textScanCheck), words{size: 34, bold: true}).space(18)
		return col.add(s.scanChoices(col.kit, job, width)).done()
	})
	var picture fyne.Size
	if tall {
		choices.Move(fyne.NewPos(edge, area.Height-k.px(22)-choices.Size().Height))
		picture = fyne.NewSize(area.Width-2*edge, choices.Position().Y-2*k.px(22))
	} else {
		choices.Move(fyne.NewPos(area.Width-edge-width, (area.Height-choices.Size().Height)/2))
		picture = fyne.NewSize(area.Width-2*edge-width-k.px(34), area.Height-2*k.px(22))
	}
	panel := k.panel(picture)
	panel.Move(fyne.NewPos(edge, k.px(22)))
	objects := []fyne.CanvasObject{panel}
	if i := s.scan.picture; i != nil && s.scan.pixels != nil {
		room := k.px(14)
		put(i, edge+room, k.px(22)+room, picture.Width-2*room, picture.Height-2*room)
		objects = append(objects, i)
	}
	return k.box(area, append(objects, choices)...)
}

// scanChoices are the buttons, the one to go on with first.
func (s *Shell) scanChoices(k kit, job kiosk.ScanJob, width float32) *fyne.Container {
	crop := textScanCrop
	if job.Cropped {
		crop = textScanWhole
	}
	buttons := []*pressable{
		k.button("ui/check", k.say(textScanKeep), k.primarySkin(), 440, func() { s.orderScan(kiosk.ScanKeep) }),
		k.button("ui/turn", k.say(textScanTurn), k.plainSkin(), 440, func() { s.orderScan(kiosk.ScanTurn) }),
		k.button("ui/crop", k.say(crop), k.plainSkin(), 440, func() { s.orderScan(kiosk.ScanCrop) }),
	}
	if job.Pages+1 < kiosk.MaxScanPages {
		buttons = append(buttons, k.button("ui/more", k.say(textScanMore), k.plainSkin(), 440, func() { s.orderScan(kiosk.ScanMore) }))
	}
	buttons = append(buttons, k.button("ui/scan", k.say(textScanAgain), k.plainSkin(), 440, func() { s.orderScan(kiosk.ScanPage) }))
	return k.buttonsBelow(buttons, width)
}
