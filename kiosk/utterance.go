package kiosk

// Utterance is something to be said, in the language that it is written in.
type Utterance struct {
	Language Language
	Text     string
}
