package shell

import (
	"borne/kiosk"

	"fyne.io/fyne/v2"
	"golang.org/x/text/language"
	"golang.org/x/text/message"
)

// printScreen follows one document to paper: how many pages and their price
// before, and then what the printer really does.
func (s *Shell) printScreen(k kit, _ view, area fyne.Size) *fyne.Container {
	p := s.shelf.offer.Printing
	if p == nil { // not known yet, or the printer was taken away
		p = &kiosk.PrintOffer{Job: kiosk.PrintJob{State: kiosk.PrintPreparing}}
		if s.shelf.known {
			p.Job.State = kiosk.PrintFailed
		}
	}
	job := p.Job
	if job.Document != s.choice.paper && !job.State.Busy() {
		job = kiosk.PrintJob{State: kiosk.PrintPreparing} // the answer is on its way
	}
	return k.centre(area, func(c *column) {
		switch job.State {
		case kiosk.PrintPrepared:
			s.offerPrint(c, p, job)
		case kiosk.PrintQueued, kiosk.PrintPrinting:
			c.add(c.disc("ui/printer", 140, hues[0])).space(22)
			c.title(c.say(textPrintGoing)).space(10)
			if job.Page > 0 {
				c.text(c.texts.in(c.lang, textPrintPage, map[string]any{"Page": job.Page, "Pages": job.Pages}), words{size: 34, bold: true}).space(10)
			}
			c.text(c.say(textPrintOnce), words{size: 28})
		case kiosk.PrintStopped:
			c.add(c.disc("ui/printer", 140, hues[2])).space(22)
			c.title(c.say(troubleWords(job.Trouble))).space(10)
			c.text(c.say(textPrintGoesOn), words{size: 28}).space(34)
			c.add(c.button("ui/help", c.say(textBarHelp), c.primarySkin(), 480, s.help))
		case kiosk.PrintDone:
			c.add(c.disc("ui/check", 140, hues[1])).space(22)
			c.title(c.say(textPrintDone)).space(10)
			c.text(c.say(textPrintTake), words{size: 30, bold: true}).space(34)
			c.add(c.button("ui/document", c.say(textDocumentsTitle), c.plainSkin(), 480, s.documentsBack))
		case kiosk.PrintFailed, kiosk.PrintUnreadable:
			title, text := textPrintFailed, textPrintFailedText
			if job.State == kiosk.PrintUnreadable {
				title, text = textPrintLocked, textPrintLockedText
			}
			c.add(c.disc("ui/printer", 140, hues[2])).space(22)
			c.title(c.say(title)).space(10)
			c.text(c.say(text), words{size: 28}).space(34)
			c.add(c.button("ui/help", c.say(textBarHelp), c.primarySkin(), 480, s.help)).space(18)
			c.add(c.button("ui/previous", c.say(textDocumentsTitle), c.plainSkin(), 480, s.documentsBack))
		default:
			c.add(c.disc("ui/wait", 140, hues[0])).space(22)
			c.title(c.say(textPrintCounting))
		}
	})
}

// offerPrint says what it costs before anything is printed.
func (s *Shell) offerPrint(c *column, p *kiosk.PrintOffer, job kiosk.PrintJob) {
	pages := c.texts.in(c.lang, textPrintPages, map[string]any{"Pages": job.Pages})
	back := c.button("ui/previous", c.say(textPickCancel), c.plainSkin(), 480, s.documentsBack)
	if job.Pages > p.Left {
		c.add(c.disc("ui/printer", 140, hues[2])).space(22)
		c.title(c.say(textPrintTooMany)).space(10)
		c.text(c.texts.in(c.lang, textPrintTooManyText, map[string]any{"Pages": job.Pages, "Left": p.Left}), words{size: 28}).space(34)
		c.add(back)
		return
	}
	price := c.say(textPrintFree)
	if cents := p.CentsPerPage * job.Pages; cents > 0 {
		price = c.texts.in(c.lang, textPrintPrice, map[string]any{"Price": c.money(cents)})
	}
	c.add(c.disc("ui/printer", 140, hues[0])).space(22)
	c.title(pages).space(10)
	c.text(price, words{size: 34, bold: true}).space(34)
	id := job.Document
	c.add(c.button("ui/printer", c.say(textDocumentsPrint), c.primarySkin(), 480, func() { s.print(id) })).space(18)
	c.add(back)
}

// troubleWords are what a person who stands before the printer can see.
func troubleWords(t kiosk.PrintTrouble) textID {
	switch t {
	case kiosk.NoPaper:
		return textPrintNoPaper
	case kiosk.CoverOpen:
		return textPrintCover
	case kiosk.PaperJam:
		return textPrintJam
	case kiosk.NoInk:
		return textPrintInk
	}
	return textPrintStopped
}

// money says a price as people do: 0,30 €.
func (k kit) money(cents int) string {
	tag, err := language.Parse(k.lang.Web() + "-u-nu-latn") // the digits of coins, and of the pages above
	if err != nil {
		tag = language.French
	}
	return message.NewPrinter(tag).Sprintf("%.2f", float64(cents)/100) + "\u00a0€"
}
