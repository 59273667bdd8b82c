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
	// Not drawn as buttons: the true ones are on the bar.
	"NEXT": {
		kiosk.French:    "En haut de l’écran, touchez *Retour*, *Accueil* ou *Aide*.",
		kiosk.English:   "At the top of the screen, touch *Back*, *Home* or *Help*.",
		kiosk.Ukrainian: "Угорі екрана торкніться *Назад*, *Головна* або *Допомога*.",
		kiosk.Russian:   "Вверху экрана нажмите *Назад*, *Главная* или *Помощь*.",
	},
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
	pairs := []string{"{LANG}", string(l)}
	for name, key := range map[string]string{"TITLE": "TITLE", "WHY": why, "NEXT": "NEXT"} {
		text := html.EscapeString(pageTexts[key].In(l))
		for open := true; strings.Contains(text, "*"); open = !open {
			text = strings.Replace(text, "*", map[bool]string{true: "<b>", false: "</b>"}[open], 1)
		}
		pairs = append(pairs, "{"+name+"}", text)
	}
	return strings.NewReplacer(pairs...).Replace(refusalPage)
}
