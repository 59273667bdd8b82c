package shell

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
)

// turned are the signs that point along the words, and so the other way where
// these are from right to left.
var turned = map[string]bool{"ui/back": true, "ui/next": true, "ui/previous": true, "ui/end": true, "ui/coming": true, "ui/message": true}

// mirror turns what is laid out from left to right, in a room of that width,
// into its mirror image, save words and signs themselves. Screens know nothing
// of it: the visitor of an Arabic, Dari or Pashto screen reads each from its
// right side, and Tab goes that way too.
func mirror(objects []fyne.CanvasObject, width float32) {
	for _, o := range objects {
		at, size := o.Position(), o.Size()
		o.Move(fyne.NewPos(width-at.X-size.Width, at.Y))
		switch o := o.(type) {
		case *canvas.Text:
			o.Alignment = otherSide(o.Alignment)
		case *pressable:
			o.turned = true
			mirror([]fyne.CanvasObject{o.content}, size.Width)
		case *fyne.Container:
			if line, ok := o.Layout.(*lineOfPieces); ok {
				line.align = otherSide(line.align)
				line.Layout(o.Objects, size)
				continue
			}
			mirror(o.Objects, size.Width)
		}
	}
}

func otherSide(a fyne.TextAlign) fyne.TextAlign {
	switch a {
	case fyne.TextAlignLeading:
		return fyne.TextAlignTrailing
	case fyne.TextAlignTrailing:
		return fyne.TextAlignLeading
	}
	return a
}
