package kiosk

// Outcome is what a visitor says of the procedure at the end: "J'ai fini",
// "Pas fini", "Je reviens". It may be left out.
type Outcome string

// The outcomes; None is "non communiqué".
const (
	OutcomeDone    Outcome = "done"
	OutcomeNotDone Outcome = "not-done"
	OutcomeLater   Outcome = "later"
	OutcomeNone    Outcome = None
)

// Outcomes lists every outcome.
func Outcomes() []Outcome { return []Outcome{OutcomeDone, OutcomeNotDone, OutcomeLater, OutcomeNone} }

// Face is how a visitor says it was. It may be left out.
type Face string

// The three faces; None is "non communiqué".
const (
	FaceHappy   Face = "happy"
	FaceNeutral Face = "neutral"
	FaceUnhappy Face = "unhappy"
	FaceNone    Face = None
)

// Faces lists every face.
func Faces() []Face { return []Face{FaceHappy, FaceNeutral, FaceUnhappy, FaceNone} }

// Autonomy is how far a visitor managed alone, by his own word. It may be left
// out. The values are La Coop de la médiation numérique's: entièrement
// accompagné, partiellement autonome, autonome.
type Autonomy string

// The three of them; None is "non communiqué".
const (
	AutonomyAccompanied Autonomy = "accompanied"
	AutonomyPartly      Autonomy = "partly"
	AutonomyAlone       Autonomy = "alone"
	AutonomyNone        Autonomy = None
)

// Autonomies lists every autonomy.
func Autonomies() []Autonomy {
	return []Autonomy{AutonomyAccompanied, AutonomyPartly, AutonomyAlone, AutonomyNone}
}

// Report is what a visitor answers after the end, when borned has forgotten
// the visit already: the shell alone still knows which service it was, for as
// long as it asks. Each part becomes a counter of its own, which nothing joins.
type Report struct {
	Service  ServiceID `json:"service"`
	Outcome  Outcome   `json:"outcome"`
	Face     Face      `json:"face"`
	Autonomy Autonomy  `json:"autonomy"`
}

// Busy is what keeps a visit from being idle though nobody touches anything.
type Busy string

// What suspends the idle time (WCAG 2.2.1).
const (
	BusyUpload   Busy = "upload"
	BusyDownload Busy = "download"
	BusyPrint    Busy = "print"
	BusyMedia    Busy = "media"
	BusySave     Busy = "save"
)
