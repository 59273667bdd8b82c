package kiosk

// Aid is a help to see, hear or type that a visitor turned on.
type Aid string

// The aids that are counted, each once a visit. Large text is that of the page
// or of the shell, contrast any other colours than the usual ones; the others are
// named here so that the screens which bring them count them alike, and none
// is counted before.
const (
	AidLargeText Aid = "large-text"
	AidContrast  Aid = "contrast"
	AidSpeech    Aid = "speech"
	AidKeyboard  Aid = "keyboard"
)

// Aids lists every aid.
func Aids() []Aid { return []Aid{AidLargeText, AidContrast, AidSpeech, AidKeyboard} }
