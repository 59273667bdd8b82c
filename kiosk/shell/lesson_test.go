package shell

import (
	"strings"
	"testing"
	"time"

	"borne/kiosk"

	"fyne.io/fyne/v2"
)

// Each step asks for one thing, which leads to the next; the bar's own buttons
// do in the lesson what it says of them.
func TestTheLessonIsLearnt(t *testing.T) {
	for _, tt := range []struct {
		name  string
		state kiosk.State
		back  screenID
	}{{"visit", kiosk.Choosing, screenHome}, {"before", kiosk.Ready, screenReady}} {
		t.Run(tt.name, func(t *testing.T) {
			f := newFixture(t, 1280, 800)
			f.at("", tt.state, nil)
			f.clock.advance(settle)
			say := func(id textID) string { return f.options.Texts.in(kiosk.French, id, nil) }
			f.tap(say(textLessonButton))
			f.tap(say(textLessonTouch))
			if f.choice.lesson != lessonScroll {
				t.Fatalf("the round sign leads to step %d", f.choice.lesson)
			}
			list := slideOf(t, f)
			list.Tapped(&fyne.PointEvent{Position: fyne.NewPos(list.size.Width/2, list.size.Height-4)})
			if f.choice.lesson != lessonScroll {
				t.Fatal("a touch on the list that nobody moved ends the step")
			}
			for range 40 {
				list.Dragged(&fyne.DragEvent{Dragged: fyne.NewDelta(0, -40)})
			}
			if list.offset != list.most() {
				t.Fatalf("pushed by 1600, the list is at %.0f of %.0f", list.offset, list.most())
			}
			list.Tapped(&fyne.PointEvent{Position: fyne.NewPos(list.size.Width/2, list.size.Height-list.row/2)})
			if f.drawn.screen != screenLessonType || !f.drawn.keyboard {
				t.Fatalf("screen %q, keyboard %v, want that of the keyboard", f.drawn.screen, f.drawn.keyboard)
			}
			f.struck(key{text: "m", plain: true})
			if f.drawn.letter != "m" || len(f.search.typed) > 0 || f.borne.typed != "" {
				t.Errorf("letter %q; searched %q, typed on a page %q", f.drawn.letter, string(f.search.typed), f.borne.typed)
			}
			f.tap(say(textPageNext))
			if f.choice.letter != "" {
				t.Error("the letter outlives its step")
			}
			f.tap(say(textBarBack))
			if f.choice.lesson != lessonHome {
				t.Fatalf("Retour leads to step %d", f.choice.lesson)
			}
			f.tap(say(textBarHome))
			if f.choice.lesson != lessonDone {
				t.Fatalf("Accueil leads to step %d", f.choice.lesson)
			}
			f.tap(say(textLanguageStart))
			if f.drawn.screen != tt.back {
				t.Errorf("the lesson ends on %q, want %q", f.drawn.screen, tt.back)
			}
			if len(f.borne.calls) > 0 {
				t.Errorf("borned was asked %q", <-f.borne.calls)
			}
		})
	}
}

// It can be left at every step, goes when nobody is there, and with the visit.
func TestTheLessonIsLeft(t *testing.T) {
	for step := lessonTouch; step < lessonDone; step++ {
		f := newFixture(t, 1280, 800)
		f.at("", kiosk.Ready, nil)
		f.learn(step)
		f.tap(f.options.Texts.in(kiosk.French, textLessonStop, nil))
		if f.drawn.screen != screenReady {
			t.Errorf("step %d: left for %q", step, f.drawn.screen)
		}
		f.learn(step)
		f.clock.advance(lessonFor + time.Second)
		if f.drawn.screen != screenReady {
			t.Errorf("step %d: after %v without a touch there is %q", step, lessonFor, f.drawn.screen)
		}
	}
	f := newFixture(t, 1280, 800)
	f.at("", kiosk.Choosing, nil)
	f.learn(lessonType)
	f.write("m")
	f.clock.advance(lessonFor + time.Second)
	if f.drawn.screen != screenLessonType {
		t.Errorf("during a visit the lesson left for %q", f.drawn.screen)
	}
	f.at("", kiosk.Ending, nil)
	if f.choice.lesson != lessonAway || f.choice.letter != "" {
		t.Error("the lesson outlives the visit")
	}
}

func slideOf(t *testing.T, f *fixture) *slide {
	t.Helper()
	var found *slide
	var look func([]fyne.CanvasObject)
	look = func(objects []fyne.CanvasObject) {
		for _, o := range objects {
			switch o := o.(type) {
			case *slide:
				found = o
			case *fyne.Container:
				look(o.Objects)
			}
		}
	}
	if look(f.stage.objects); found == nil {
		t.Fatal("there is no list to push")
	}
	return found
}

// The lesson names the bar's buttons by the words on them.
func TestTheLessonNamesButtonsAsTheyAre(t *testing.T) {
	for _, l := range written(t) {
		ms := messages(t, l)
		for _, id := range []textID{textLessonBack, textLessonHome, textLessonDone} {
			if !strings.Contains(ms[string(id)]["other"], "{{.Button}}") {
				t.Errorf("%s %s names no button", l, id)
			}
		}
	}
}
