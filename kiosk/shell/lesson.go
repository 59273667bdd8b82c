package shell

import (
	"time"
	"unicode"
)

// lessonStep is where somebody is in the lesson for who never used a screen
// like this one. The zero value is nowhere.
type lessonStep int

// The steps.
const (
	lessonAway lessonStep = iota
	lessonTouch
	lessonScroll
	lessonType
	lessonBack
	lessonHome
	lessonDone
)

// lessonFor is how long the lesson stays on the first screen when nobody
// touches anything. During a visit borned watches over that.
const lessonFor = 90 * time.Second

// screen is what shows the step, "" outside of the lesson. That of the keyboard
// is one of its own, since text is typed there.
func (l lessonStep) screen() screenID {
	switch l {
	case lessonAway:
		return ""
	case lessonType:
		return screenLessonType
	}
	return screenLesson
}

// learn goes to a step. The letter of the step before is forgotten.
func (s *Shell) learn(step lessonStep) {
	s.choice.lesson, s.choice.letter = step, ""
	stop(&s.stopLesson)
	if step != lessonAway && !s.snapshot.State.InSession() {
		s.stopLesson = s.after(lessonFor, func() { s.stopLesson = nil; s.learn(lessonAway) })
	}
	s.draw()
}

// keepLesson is for who practises without going on.
func (s *Shell) keepLesson() {
	if s.stopLesson != nil {
		stop(&s.stopLesson)
		s.stopLesson = s.after(lessonFor, func() { s.stopLesson = nil; s.learn(lessonAway) })
	}
}

// lessonWrite takes the letter that was tried: one, and no more.
func (s *Shell) lessonWrite(text string) {
	step := s.choice.lesson
	s.learn(step)
	for _, r := range text {
		if unicode.IsPrint(r) && r != ' ' {
			s.choice.letter = string(r)
		}
	}
	s.draw()
}

// lessonBackOne is what "Retour" does in the lesson: it is what one step asks for.
func (s *Shell) lessonBackOne() {
	if s.choice.lesson == lessonBack {
		s.learn(lessonHome)
		return
	}
	s.learn(s.choice.lesson - 1)
}

// lessonHomeward is what "Accueil" does in the lesson.
func (s *Shell) lessonHomeward() {
	if s.choice.lesson == lessonHome {
		s.learn(lessonDone)
		return
	}
	s.learn(lessonAway)
}
