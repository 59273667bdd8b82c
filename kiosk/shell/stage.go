package shell

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/widget"
)

// stage is the window's whole content. It tells when its size changes, so that
// the screen is built again for that size.
type stage struct {
	widget.BaseWidget
	objects []fyne.CanvasObject
	resized func()
}

func newStage(resized func()) *stage {
	s := &stage{resized: resized}
	s.ExtendBaseWidget(s)
	return s
}

// set puts other objects in place of those there were, which forget what they
// said: Fyne keeps them for a while.
func (s *stage) set(objects ...fyne.CanvasObject) {
	forgetSaid(s.objects)
	s.objects = objects
	s.Refresh()
}

func (s *stage) CreateRenderer() fyne.WidgetRenderer { return &stageRenderer{s} }

type stageRenderer struct{ s *stage }

func (r *stageRenderer) Layout(fyne.Size)             { r.s.resized() }
func (r *stageRenderer) MinSize() fyne.Size           { return fyne.NewSize(320, 240) }
func (r *stageRenderer) Objects() []fyne.CanvasObject { return r.s.objects }
func (r *stageRenderer) Refresh() {
	if c := fyne.CurrentApp().Driver().CanvasForObject(r.s); c != nil {
		c.Refresh(r.s)
	}
}
func (r *stageRenderer) Destroy() {}
