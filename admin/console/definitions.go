package console

import (
	"fmt"
	"math"
	"strings"

	"borne/admin/indicators"
)

// definition says in French what a figure is, for people who did not make it.
// It is printed beside the figure wherever that stands.
type definition struct{ Name, Text string }

var definitions = map[indicators.Indicator]definition{
	indicators.Sessions:        {"Sessions", "Du premier toucher de l’écran jusqu’à l’effacement, comptée à l’heure où elle finit. Ce n’est pas un nombre de personnes : rien ne relie deux sessions."},
	indicators.PerOpenDay:      {"Sessions par jour d’ouverture", "Sessions divisées par les jours où le site a ouvert au moins une borne. Repère : une maison France Services reçoit 11 visites par jour."},
	indicators.Occupancy:       {"Occupation", "Part du temps d’ouverture où quelqu’un était devant la borne. Estimée : chaque session compte pour le milieu de sa tranche de durée."},
	indicators.Visits:          {"Visites de sites", "Un site officiel ouvert pendant une session. Une session en compte plusieurs, une seule ou aucune."},
	indicators.Finished:        {"Démarches finies", "« J’ai fini », parmi les personnes qui ont répondu à la fin. La borne ne regarde pas les pages : elle le demande."},
	indicators.WillReturn:      {"Reviendront", "« Je reviens », parmi les personnes qui ont répondu à la fin."},
	indicators.Abandoned:       {"Abandons", "Sessions finies parce que plus personne ne touchait l’écran."},
	indicators.Long:            {"Sessions de 30 minutes et plus", "Parmi les sessions dont la durée est connue. Une coupure de courant fait perdre la durée."},
	indicators.HelpCalls:       {"Appels à l’aide", "Le bouton « Aide » touché pour appeler un médiateur."},
	indicators.HelpSoon:        {"Aide en moins de 5 minutes", "Part des appels auxquels quelqu’un a répondu avant cinq minutes."},
	indicators.HelpUnanswered:  {"Appels sans réponse", "Part des appels restés sans réponse jusqu’à la fin de la session."},
	indicators.OtherLanguages:  {"Autre langue que le français", "Part des sessions où une autre langue a été choisie, parmi celles où une langue l’a été."},
	indicators.WithAid:         {"Aides à la lecture", "Sessions où une aide a été utilisée (grand texte, contraste, lecture à voix haute, grand clavier). Une session compte une fois par aide."},
	indicators.Alone:           {"Autonomes", "« Personne ne m’a aidé », parmi les personnes qui ont répondu. Mots de La Coop : autonome, partiellement autonome, entièrement accompagné."},
	indicators.Happy:           {"Contents", "Visage content, parmi les personnes qui en ont choisi un."},
	indicators.RefusedPages:    {"Pages refusées", "Pages que quelqu’un a demandées et qui ne sont pas dans la liste autorisée. L’adresse n’est notée nulle part."},
	indicators.SessionFaults:   {"Sessions coupées par une panne", "Sessions finies par une panne du navigateur, de l’écran ou du courant."},
	indicators.WipeFaults:      {"Effacements non prouvés", "Fins de session où la borne n’a pas pu prouver que tout était effacé. Elle n’accueille alors plus personne."},
	indicators.Availability:    {"Disponibilité", "Part du temps où la borne accueillait, sur le temps où elle aurait dû : hors horaires de fermeture."},
	indicators.MinutesOfOutage: {"Sans réseau", "Part de ce même temps où la borne marchait, mais sans liaison avec le serveur."},
	indicators.CoverageShare:   {"Couverture", "Journées de bornes reçues, sur celles attendues depuis leur enrôlement. En dessous de 100 %, les chiffres sont trop petits, pas faux."},
}

// notPeople stands on every page of figures.
const notPeople = "Les compteurs sont anonymes : ils ne permettent pas de savoir combien de personnes différentes sont venues."

// unknown is the value of what nobody told.
const unknown = "non communiqué"

// valueText writes a value with its unit: "1 234", "45,2 %", "12,3".
func valueText(v indicators.Value) string {
	switch {
	case !v.Known():
		return unknown
	case v.Form == indicators.Share:
		return percent(v.Figure())
	case v.Form == indicators.Rate:
		return decimal(v.Figure(), 1)
	}
	return number(uint64(math.Round(v.Figure())))
}

// percent writes 0.452 as "45,2 %"; whole from ten per cent on would hide
// changes of small sites, so one decimal is kept everywhere but at the ends.
func percent(share float64) string {
	if share == 0 || share == 1 {
		return fmt.Sprintf("%.0f\u00a0%%", share*100)
	}
	return decimal(share*100, 1) + "\u00a0%"
}

// decimal writes a number with a comma, its thousands apart.
func decimal(f float64, digits int) string {
	whole, rest, _ := strings.Cut(fmt.Sprintf("%.*f", digits, f), ".")
	if rest == "" {
		return number(whole)
	}
	return number(whole) + "," + rest
}

// changeText writes how much a value changed: "+12 %" for counts and rates,
// "−3,2 points" for shares; "" when that is not known.
func changeText(v, earlier indicators.Value) string {
	change, known := v.Change(earlier)
	if !known {
		return ""
	}
	sign, size := "+", change*100
	if size < 0 {
		sign, size = "−", -size
	}
	digits, unit := 0, "\u00a0%"
	if v.Form == indicators.Share {
		digits, unit = 1, "\u00a0points"
		if size < 1.95 { // French counts up to 1,9 as singular
			unit = "\u00a0point"
		}
	}
	text := decimal(size, digits)
	if strings.Trim(text, "0,") == "" {
		return "="
	}
	return sign + text + unit
}

// coopNames are La Coop's own words for its themes.
var coopNames = map[string]string{
	"papiers_elections_citoyennete": "Papiers – Élections – Citoyenneté", "famille_scolarite": "Famille – Scolarité", "social_sante": "Social – Santé",
	"travail_formation": "Travail – Formation", "logement": "Logement", "transports_mobilite": "Transports – Mobilité",
	"argent_impots": "Argent – Impôts", "justice": "Justice", "etrangers_europe": "Étrangers – Europe",
	"loisirs_sports_culture": "Loisirs – Sports – Culture", "associations": "Associations", "culture_numerique": "Culture numérique",
	indicators.NoTheme: "Non communiqué",
}

func coopName(key string) string { return word(coopNames, key) }
