package shell

import (
	"slices"
	"sort"

	"borne/kiosk"

	"fyne.io/fyne/v2"
	"golang.org/x/text/language"
	"golang.org/x/text/message"
)

// pickScreen offers what the visitor may give to the page that asks for a
// file. It changes by itself when a USB key is plugged in or taken away.
func (s *Shell) pickScreen(k kit, _ view, area fyne.Size) *fyne.Container {
	offer := s.shelf.offer
	if len(offer.Documents) > 0 {
		return s.documents(k, area, offer)
	}
	icon, title, text, h := "ui/key", textPickPlugTitle, textPickPlugText, hues[0]
	switch {
	case !s.shelf.known || offer.Key == kiosk.KeyReading:
		icon, title, text = "ui/wait", textPickReading, textPickPlugText
		if !s.shelf.known {
			title = textStartingTitle
		}
	case offer.Key == kiosk.KeyUnreadable:
		title, text, h = textPickUnreadableTitle, textPickUnreadableText, hues[2]
	case offer.Key == kiosk.KeyRead:
		title, text, h = textPickNoneTitle, textPickNoneText, hues[2]
	}
	return k.centre(area, func(c *column) {
		c.add(c.disc(icon, 150, h)).space(24)
		c.title(c.say(title)).space(10)
		c.text(c.say(text), words{size: 28}).space(34)
		c.add(c.button("ui/previous", c.say(textPickCancel), c.plainSkin(), 480, func() { s.give("") }))
	})
}

// documents lists what there is, under the title and a line on the key, with
// the way out beside them.
func (s *Shell) documents(k kit, area fyne.Size, offer kiosk.Offer) *fyne.Container {
	edge := k.px(margin)
	cancel := k.modest().button("ui/previous", k.say(textPickCancel), k.plainSkin(), 240, func() { s.give("") })
	cancel.Move(fyne.NewPos(area.Width-edge-cancel.size.Width, k.px(22)))
	remark := k.remark(offer)
	g := grid{title: k.say(textPickTitle), columns: 2, rows: 3, count: len(offer.Documents), page: s.shelf.page,
		beside: cancel.size.Width + k.px(22), remark: remark}
	if k.portrait() {
		g.columns, g.rows = 1, 6
	}
	g.tile = func(k kit, i int, size fyne.Size) fyne.CanvasObject {
		return s.documentTile(k, offer.Documents[i], size)
	}
	g.turn = func(page int) {
		s.shelf.page = page
		s.shelf.revision++
		s.draw()
	}
	c := g.build(k, area)
	c.Objects = append([]fyne.CanvasObject{cancel}, c.Objects...) // beside the title
	return c
}

// remark is the line under the title.
func (k kit) remark(offer kiosk.Offer) string {
	switch {
	case offer.Key == kiosk.KeyReading:
		return k.say(textPickReading)
	case offer.Key == kiosk.KeyUnreadable:
		return k.say(textPickUnreadableTitle)
	case offer.More:
		return k.say(textPickMore)
	case offer.Others > 0:
		return k.texts.in(k.lang, textPickOthers, map[string]any{"Count": offer.Others})
	case offer.Key == kiosk.NoKey:
		return k.say(textPickPlugHint)
	}
	return ""
}

// documentTile is one document: what it is, its name, its size and where it
// comes from. One that is too large says so and cannot be touched.
func (s *Shell) documentTile(k kit, d kiosk.Document, size fyne.Size) fyne.CanvasObject {
	icon, kind, h := "ui/document", textPickPDF, hues[0]
	if d.Kind != kiosk.DocumentPDF {
		icon, kind, h = "ui/photo", textPickPhoto, hues[1]
	}
	origin := k.say(textPickFromKey)
	if d.Source == kiosk.FromVisit {
		origin = k.say(textPickFromVisit)
	}
	tooLarge := d.Bytes > kiosk.MaxUploadBytes
	if tooLarge {
		h = hues[2]
		origin = k.texts.in(k.lang, textPickTooLarge, map[string]any{"Size": k.bytes(kiosk.MaxUploadBytes)})
	}
	disc := k.disc(icon, 84, h)
	disc.Move(fyne.NewPos(k.px(22), (size.Height-disc.Size().Height)/2))
	left, right := k.px(128), k.px(28)
	content := k.fit(size.Height-k.px(14), func(k kit) *fyne.Container {
		width := size.Width - left - right
		col := k.column(width, fyne.TextAlignLeading)
		w := words{size: 30, bold: true, lines: 2, theirs: true}
		col.text(k.shorten(d.Name, w, width), w)
		col.text(k.parts(k.say(kind), k.bytes(d.Bytes), origin), words{size: sizeSmall, color: inkSoft, lines: 2})
		return col.done()
	})
	content.Move(fyne.NewPos(left, (size.Height-content.Size().Height)/2))
	if tooLarge {
		return k.box(size, k.panel(size), disc, content)
	}
	return k.pressable(d.Name, size, k.plainSkin(), k.box(size, disc, content), func() { s.give(d.ID) })
}

// nameEnd is how much of the end of a long name is kept: it tells one scan
// from the next.
const nameEnd = 12

// shorten makes a file's name fit its lines, leaving out of its middle what is
// too much.
func (k kit) shorten(name string, w words, width float32) string {
	w, lines := words{size: w.size, bold: w.bold, theirs: w.theirs}, w.lines
	fits := func(s string) bool { return len(k.wrap(k.breakable(s, w, width), w, width)) <= lines }
	if fits(name) {
		return k.breakable(name, w, width)
	}
	runes := []rune(name)
	end := string(runes[max(len(runes)-nameEnd, 0):])
	// The most of its beginning that fits.
	n := sort.Search(len(runes), func(n int) bool { return !fits(string(runes[:n]) + "…" + end) })
	return k.breakable(string(runes[:max(n-1, 0)])+"…"+end, w, width)
}

// breakable lets a name without spaces go on in the next line: names of files
// often have none.
func (k kit) breakable(name string, w words, width float32) string {
	var out, part []rune
	for _, r := range name {
		if r == ' ' {
			out, part = append(append(out, part...), r), nil
			continue
		}
		if len(part) > 0 && k.measure(string(part)+string(r), w).Width > width {
			// After a stroke, or before what says of which kind it is, if there is
			// one not too far back.
			at := len(part)
			for i := len(part) - 1; i > len(part)/2 && at == len(part); i-- {
				switch part[i] {
				case '-', '_':
					at = i + 1
				case '.':
					at = i
				}
			}
			out, part = append(append(out, part[:at]...), ' '), slices.Clone(part[at:])
		}
		part = append(part, r)
	}
	return string(append(out, part...))
}

// bytes says a size as people do: 340 ko, 1,2 Mo, 25 Mo.
func (k kit) bytes(n int64) string {
	tag, err := language.Parse(k.lang.Web() + "-u-nu-latn") // the digits of the sites
	if err != nil {
		tag = language.French
	}
	id, format, value := textSizeKilobytes, "%.0f", max(float64(n)/1000, 1)
	if n >= 995_000 {
		id, value = textSizeMegabytes, float64(n)/1_000_000
		if value < 9.95 {
			format = "%.1f"
		}
	}
	return k.texts.in(k.lang, id, map[string]any{"N": message.NewPrinter(tag).Sprintf(format, value)})
}
