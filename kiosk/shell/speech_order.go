package shell

import (
	"slices"
	"strings"

	"borne/kiosk"

	"fyne.io/fyne/v2"
)

// part is what one object of a container says, and where it stands.
type part struct {
	says                  []kiosk.Utterance
	left, top, wide, tall float32
}

// utterances are what objects say, in the order in which they are read: from
// the top, and in a row from the side where words begin. What stands together in
// a container is said together. What is typed is drawn without saying, so it is
// not among them, nor is a keyboard, nor the bar.
func utterances(objects []fyne.CanvasObject, fromRight bool) (all []kiosk.Utterance) {
	var parts []part
	for _, o := range objects {
		if says := saysOf(o, fromRight); len(says) > 0 {
			at, size := o.Position(), o.Size()
			parts = append(parts, part{says, at.X, at.Y, size.Width, size.Height})
		}
	}
	for _, p := range inOrder(parts, fromRight) {
		all = append(all, p.says...)
	}
	return all
}

// named says a button's name, then what it is: a choice that was made, or a button.
func (s *Shell) named(p *pressable) []kiosk.Utterance {
	kind := textSpeechButton
	if p.chosen {
		kind = textSpeechChosen
	}
	return append(say(p.language, p.label), say(p.language, s.options.Texts.in(p.language, kind, nil))...)
}

func saysOf(o fyne.CanvasObject, fromRight bool) []kiosk.Utterance {
	switch o := o.(type) {
	case *pressable: // what it says is all that is in it
		return say(o.language, o.label)
	case *fyne.Container:
		switch layout := o.Layout.(type) {
		case *saying:
			return say(layout.language, layout.text)
		case barLayout:
			return nil
		}
		return utterances(o.Objects, fromRight)
	}
	return nil
}

func say(l kiosk.Language, text string) []kiosk.Utterance {
	if strings.TrimSpace(text) == "" || l == unsaid {
		return nil
	}
	return []kiosk.Utterance{{Language: l, Text: text}}
}

// barUtterances are what the bar says.
func barUtterances(objects []fyne.CanvasObject) (all []kiosk.Utterance) {
	for _, o := range objects {
		if c, ok := o.(*fyne.Container); ok {
			if _, ok := c.Layout.(barLayout); ok {
				for _, p := range pressables(c.Objects) {
					all = append(all, say(p.language, p.label)...)
				}
			}
		}
	}
	return all
}

// inOrder sorts parts by rows. Two are in one row when they stand beside each
// other for half of the lower one's height.
func inOrder(parts []part, fromRight bool) (sorted []part) {
	slices.SortStableFunc(parts, func(a, b part) int { return int(a.top - b.top) })
	for len(parts) > 0 {
		first, row := parts[0], 1
		for row < len(parts) && min(first.top+first.tall, parts[row].top+parts[row].tall)-parts[row].top >= min(first.tall, parts[row].tall)/2 {
			row++
		}
		of := slices.Clone(parts[:row])
		slices.SortStableFunc(of, func(a, b part) int {
			if fromRight {
				return int(b.left + b.wide - a.left - a.wide)
			}
			return int(a.left - b.left)
		})
		sorted, parts = append(sorted, of...), parts[row:]
	}
	return sorted
}
