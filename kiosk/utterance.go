package kiosk

// Utterance is something to be said, in the language that it is written in.
type Utterance struct {
	Language Language
	Text     string
}

// MannerSteps is how many steps there are to either side of the usual.
const MannerSteps = 2

// Manner is how things are said, in steps from the usual: louder and faster
// above 0, at most MannerSteps to either side. The zero value is the usual.
type Manner struct{ Volume, Pace int }

// Louder is the manner with another volume, Faster with another pace, by a step
// or more, as far as there are any.
func (m Manner) Louder(by int) Manner { m.Volume = mannerStep(m.Volume + by); return m }
func (m Manner) Faster(by int) Manner { m.Pace = mannerStep(m.Pace + by); return m }

func mannerStep(n int) int { return max(-MannerSteps, min(n, MannerSteps)) }
