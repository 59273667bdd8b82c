package shell

import (
	"slices"

	"time"

	"borne/kiosk"

	"fyne.io/fyne/v2"
)

// card is something to read that needs no site and no network.
type card int

const (
	noCard        card = iota
	urgentCard         // the numbers to call
	directoryCard      // who helps in the house
)

// cardFor is how long a card stays that somebody opened before a visit began,
// on a borne that is closed or out of service.
const cardFor = 90 * time.Second

// showCard opens a card over whatever was there.
func (s *Shell) showCard(c card) {
	s.choice.card, s.choice.cardPage = c, 0
	s.cardTouched()
	s.draw()
}

func (s *Shell) closeCard() {
	s.forgetCard()
	s.draw()
}

// forgetCard is for the next visitor, and for what happens meanwhile.
func (s *Shell) forgetCard() {
	stop(&s.stopCard)
	s.choice.card, s.choice.cardPage = noCard, 0
}

// cardTouched lets a card lapse that nobody reads any more. During a visit
// borned watches over that.
func (s *Shell) cardTouched() {
	stop(&s.stopCard)
	if !s.snapshot.State.InSession() {
		s.stopCard = s.after(cardFor, func() { s.stopCard = nil; s.closeCard() })
	}
}

// cardScreen is the card that is open, "" when none is or the borne is in a
// state that must be seen.
func (c choice) cardScreen(s kiosk.Snapshot) screenID {
	if s.Notice == kiosk.Opening || s.Notice == kiosk.PickFile {
		return ""
	}
	switch c.card {
	case urgentCard:
		return screenUrgent
	case directoryCard:
		return screenDirectory
	}
	return ""
}

func (s *Shell) urgentButton(k kit, width float32) *pressable {
	return k.button("ui/phone", k.say(textUrgentButton), k.urgentSkin(), width, func() { s.showCard(urgentCard) })
}

// directoryButton is nil in a house that names nobody.
func (s *Shell) directoryButton(k kit, width float32) *pressable {
	if len(s.settings.Directory) == 0 {
		return nil
	}
	return k.button("ui/coming", k.say(textDirectoryButton), k.plainSkin(), width, func() { s.showCard(directoryCard) })
}

// aboveCards builds a screen above the ways to both cards, which stand at its
// foot: for those who find no site behind it.
func (s *Shell) aboveCards(k kit, area fyne.Size, build func(area fyne.Size) *fyne.Container) *fyne.Container {
	gap, edge := k.px(22), k.px(18)
	buttons := []*pressable{s.urgentButton(k, 240)}
	if d := s.directoryButton(k, 240); d != nil {
		buttons = append(buttons, d)
	}
	width, height := -gap, float32(0)
	for _, b := range buttons {
		width, height = width+gap+b.size.Width, max(height, b.size.Height)
	}
	if width > area.Width-2*edge { // large letters: one is enough, it leads to the other
		buttons, width = buttons[:1], buttons[0].size.Width
	}
	screen := build(fyne.NewSize(area.Width, area.Height-height-edge))
	objects := []fyne.CanvasObject{screen}
	x := (area.Width - width) / 2
	for _, b := range buttons {
		b.Move(fyne.NewPos(x, area.Height-height-edge))
		x += b.size.Width + gap
		objects = append(objects, b)
	}
	return k.box(area, objects...)
}

// besideTitle puts buttons at the end of a grid's title, as many as leave it
// enough of the width.
func besideTitle(k kit, g *grid, area fyne.Size, buttons ...*pressable) (beside []fyne.CanvasObject) {
	edge, gap := k.px(margin), k.px(18)
	most := area.Width * 0.56
	if g.remark == "" { // a title alone may take two lines
		most = area.Width * 0.68
	}
	x := area.Width - edge
	for _, b := range buttons {
		if b == nil || g.beside+b.size.Width+gap > most {
			continue
		}
		g.beside += b.size.Width + gap
		x -= b.size.Width
		b.Move(fyne.NewPos(x, k.px(22)))
		x -= gap
		beside = append(beside, b)
	}
	slices.Reverse(beside) // in the order of reading
	return beside
}

// closing is the way back from a card where no bar has one, nil elsewhere.
func (s *Shell) closing(k kit, v view) *pressable {
	if v.bar {
		return nil
	}
	return k.button("ui/back", k.say(textBarBack), k.primarySkin(), 220, s.closeCard)
}
