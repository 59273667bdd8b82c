package egress

import (
	_ "embed"
	"html"
	"strings"

	"borne/kiosk"
	"borne/kiosk/allowlist"
)

// refusalPage is what a visitor sees where the answer to a refused request is
// shown at all: of a plain HTTP request it is, of a CONNECT no browser shows
// it, and the shell says the same.
//
//go:embed refusal.html
var refusalPage string

// The words are those of the shell's own screen and of its bar.
var pageTexts = map[string]kiosk.Text{
	"TITLE": {
		kiosk.French:    "Cette page ne s’ouvre pas ici",
		kiosk.English:   "This page does not open here",
		kiosk.Ukrainian: "Ця сторінка тут не відкривається",
		kiosk.Russian:   "Эта страница здесь не открывается",
	},
	"LISTED": {
		kiosk.French:    "La borne ouvre seulement les sites officiels. Vous n’avez rien fait de mal.",
		kiosk.English:   "The terminal only opens official sites. You did nothing wrong.",
		kiosk.Ukrainian: "Термінал відкриває лише офіційні сайти. Ви не зробили нічого поганого.",
		kiosk.Russian:   "Терминал открывает только официальные сайты. Вы не сделали ничего плохого.",
	},
	"SECURE": {
		kiosk.French:    "L’adresse de cette page n’est pas protégée : ce que vous y écrivez pourrait être lu. Vous n’avez rien fait de mal.",
		kiosk.English:   "The address of this page is not secure: what you type there could be read. You did nothing wrong.",
		kiosk.Ukrainian: "Адреса цієї сторінки не захищена: те, що ви пишете, можуть прочитати. Ви не зробили нічого поганого.",
		kiosk.Russian:   "Адрес этой страницы не защищён: то, что вы пишете, могут прочитать. Вы не сделали ничего плохого.",
	},
	"NEXT": {
		kiosk.French:    "Pour continuer, touchez en haut de l’écran :",
		kiosk.English:   "To go on, touch at the top of the screen:",
		kiosk.Ukrainian: "Щоб продовжити, торкніться вгорі екрана:",
		kiosk.Russian:   "Чтобы продолжить, нажмите вверху экрана:",
	},
	"BACK": {kiosk.French: "Retour", kiosk.English: "Back", kiosk.Ukrainian: "Назад", kiosk.Russian: "Назад"},
	"HOME": {kiosk.French: "Accueil", kiosk.English: "Home", kiosk.Ukrainian: "Головна", kiosk.Russian: "Главная"},
	"HELP": {kiosk.French: "Aide", kiosk.English: "Help", kiosk.Ukrainian: "Допомога", kiosk.Russian: "Помощь"},
}

// renderRefusal returns the page in a language, in French when it has none of
// it. It names no address: nothing that a request says gets into it.
func renderRefusal(l kiosk.Language, r allowlist.Reason) string {
	if _, ok := pageTexts["TITLE"][l]; !ok {
		l = kiosk.French
	}
	why := "LISTED"
	if r == allowlist.Scheme {
		why = "SECURE"
	}
	pairs := []string{"{LANG}", string(l), "{WHY}", html.EscapeString(pageTexts[why].In(l))}
	for name, text := range pageTexts {
		pairs = append(pairs, "{"+name+"}", html.EscapeString(text.In(l)))
	}
	return strings.NewReplacer(pairs...).Replace(refusalPage)
}
