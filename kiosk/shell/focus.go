package shell

import "fyne.io/fyne/v2"

// focusedLabel returns what the focused button says, "" when none is.
func (s *Shell) focusedLabel() string {
	if p, ok := s.window.Canvas().Focused().(*pressable); ok {
		return p.label
	}
	return ""
}

// focus gives the keyboard to the button that says label, if it is there.
func (s *Shell) focus(label string) {
	if p := find(s.stage.objects, label); p != nil {
		s.window.Canvas().Focus(p)
	}
}

// pressables returns every button under objects, in the order of the
// keyboard.
func pressables(objects []fyne.CanvasObject) (found []*pressable) {
	for _, o := range objects {
		switch o := o.(type) {
		case *pressable:
			found = append(found, o)
		case *fyne.Container:
			found = append(found, pressables(o.Objects)...)
		}
	}
	return found
}

func find(objects []fyne.CanvasObject, label string) *pressable {
	for _, p := range pressables(objects) {
		if p.label == label {
			return p
		}
	}
	return nil
}
