package shell

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
)

// body builds one screen in an area of that size.
type body func(k kit, v view, area fyne.Size) *fyne.Container

// screens lists every screen and what draws it.
func (s *Shell) screens() map[screenID]body {
	return map[screenID]body{
		screenStarting:    s.startingScreen,
		screenReady:       s.readyScreen,
		screenHome:        s.homeScreen,
		screenTheme:       s.themeScreen,
		screenNeeds:       s.needsScreen,
		screenOpening:     s.openingScreen,
		screenPage:        s.pageScreen,
		screenIdle:        s.idleScreen,
		screenLimit:       s.limitScreen,
		screenBlocked:     s.blockedScreen,
		screenUnreachable: s.unreachableScreen,
		screenPick:        s.pickScreen,
		screenDocuments:   s.documentsScreen,
		screenPrint:       s.printScreen,
		screenSave:        s.saveScreen,
		screenScan:        s.scanScreen,
		screenConfirm:     s.confirmScreen,
		screenEnding:      s.endingScreen,
		screenFaces:       s.facesScreen,
		screenOutcome:     s.outcomeScreen,
		screenAutonomy:    s.autonomyScreen,
		screenErased:      s.erasedScreen,
		screenClosed:      s.closedScreen,
		screenOut:         s.outScreen,
		screenUrgent:      s.urgentScreen,
		screenDirectory:   s.directoryScreen,
		screenAids:        s.aidsScreen,
		screenVoice:       s.voiceScreen,
		screenSearch:      s.searchScreen,
		screenAttract:     s.attractScreen,
		screenLesson:      s.lessonScreen,
		screenLessonType:  s.lessonScreen,
		screenCode:        s.codeScreen,
		screenMaintenance: s.maintenanceScreen,
		screenEnrol:       s.enrolScreen,
	}
}

// compose puts a screen under the bar and the band. The screen comes first in
// the keyboard's order, for it is what the visitor came for.
func (s *Shell) compose(k kit, v view) []fyne.CanvasObject {
	top := s.topHeight(k, v)
	area := fyne.NewSize(k.size.Width, k.size.Height-top)
	if v.keyboard {
		area.Height -= k.padHeight()
	}
	screen := s.screens()[v.screen](k, v, area)
	screen.Move(fyne.NewPos(0, top))
	objects := []fyne.CanvasObject{screen}
	y := float32(0)
	if v.bar {
		objects = append(objects, s.bar(k, v))
		y = s.barHeight(k, v)
	}
	if b := s.band(k, v); b != nil {
		b.Move(fyne.NewPos(0, y))
		objects = append(objects, b)
	}
	if c := s.corner(k, v); c != nil {
		objects = append([]fyne.CanvasObject{c}, objects...)
	}
	if !k.tones.usual() {
		behind := canvas.NewRectangle(ground)
		behind.Resize(k.size)
		objects = append([]fyne.CanvasObject{behind}, objects...)
		k.tones.paint(objects)
	}
	if v.keyboard {
		p := s.newPad(k)
		p.Move(fyne.NewPos(0, k.size.Height-p.area.Height))
		objects = append(objects, p)
	}
	if k.lang.RightToLeft() {
		mirror(objects, k.size.Width)
	}
	return objects
}

// pageScreen is empty: the browser's window lies there.
func (s *Shell) pageScreen(k kit, _ view, area fyne.Size) *fyne.Container { return k.box(area) }
