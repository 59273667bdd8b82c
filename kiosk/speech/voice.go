package speech

import "borne/kiosk"

// voices are the languages that espeak-ng 1.52 of Debian 13 speaks, by the name
// that it gives them. It has no Pashto. It speaks the Persian of Iran, which is
// not quite Dari. Easy French is French.
var voices = map[kiosk.Language]string{
	kiosk.French:     "fr",
	kiosk.EasyFrench: "fr",
	kiosk.English:    "en",
	kiosk.Arabic:     "ar",
	kiosk.Dari:       "fa",
	kiosk.Ukrainian:  "uk",
	kiosk.Russian:    "ru",
	kiosk.Tigrinya:   "ti",
	kiosk.Turkish:    "tr",
	kiosk.Romanian:   "ro",
	kiosk.Portuguese: "pt",
	kiosk.Spanish:    "es",
}

// Voice returns what speech-dispatcher calls the language, and whether there is
// a voice for it. A voice of another language would be noise.
func Voice(l kiosk.Language) (name string, ok bool) {
	name, ok = voices[l]
	return name, ok
}
