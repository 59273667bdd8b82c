package shell

import (
	"borne/kiosk"

	"fyne.io/fyne/v2"
)

// saveScreen follows one document to the visitor's USB key: it asks for the
// key, says that it must stay, and then that it may be taken.
func (s *Shell) saveScreen(k kit, _ view, area fyne.Size) *fyne.Container {
	job := s.saveJob()
	return k.centre(area, func(c *column) {
		switch job.State {
		case kiosk.SaveNoKey:
			c.add(c.disc("ui/key", 140, hues[0])).space(22)
			c.title(c.say(textPickPlugTitle)).space(10)
			c.text(c.say(textSavePlugText), words{size: 28}).space(34)
			c.add(c.button("ui/previous", c.say(textPickCancel), c.plainSkin(), 480, s.documentsBack))
		case kiosk.Saving:
			c.add(c.disc("ui/wait", 140, hues[0])).space(22)
			c.title(c.say(textSaveGoing)).space(10)
			if job.Bytes > 0 {
				c.text(c.texts.in(c.lang, textSaveHeld, map[string]any{"Held": c.bytes(job.Held), "Size": c.bytes(job.Bytes)}),
					words{size: 34, bold: true}).space(10)
			}
			c.text(c.say(textSaveStay), words{size: 30, bold: true})
		case kiosk.Saved:
			c.add(c.disc("ui/check", 140, hues[1])).space(22)
			c.title(c.say(textSaveDone)).space(10)
			w := words{size: 28, lines: 2, theirs: true}
			c.text(c.shorten(job.Name, w, c.width), w).space(14)
			c.text(c.say(textSaveTake), words{size: 34, bold: true}).space(34)
			c.add(c.button("ui/document", c.say(textDocumentsTitle), c.primarySkin(), 480, s.documentsBack))
		default:
			title, text := saveTrouble(job.State)
			c.add(c.disc("ui/key", 140, hues[2])).space(22)
			c.title(c.say(title)).space(10)
			c.text(c.say(text), words{size: 28}).space(34)
			id := s.choice.kept
			c.add(c.button("ui/key", c.say(textSaveAgain), c.primarySkin(), 480, func() { s.askSave(id) })).space(18)
			c.add(c.button("ui/previous", c.say(textDocumentsTitle), c.plainSkin(), 480, s.documentsBack))
		}
	})
}

// saveTrouble are the words for what a key did not take.
func saveTrouble(state kiosk.SaveState) (title, text textID) {
	switch state {
	case kiosk.SaveFull:
		return textSaveFull, textSaveFullText
	case kiosk.SaveReadOnly:
		return textSaveLocked, textSaveLockedText
	case kiosk.SaveUnreadable:
		return textPickUnreadableTitle, textPickUnreadableText
	case kiosk.SaveGone:
		return textSaveGone, textSaveGoneText
	}
	return textSaveFailed, textPrintFailedText
}
