package main

import "borne/kiosk"

// kindWord says what a kind of counter is, and what it is for.
type kindWord struct{ title, purpose string }

// kindWords are in French: a data protection officer reads them. docs/usage.md
// says the same at length.
func kindWords() map[kiosk.CellKind]kindWord {
	return map[kiosk.CellKind]kindWord{
		kiosk.CellSession:      {"Sessions terminées", "L'affluence par heure, les abandons et les pannes, le temps dont les personnes ont besoin."},
		kiosk.CellVisit:        {"Services ouverts", "Les services utilisés, et ceux où la démarche est longue."},
		kiosk.CellInclusion:    {"Langues choisies", "Les langues à prévoir à l'accueil. Elles ne sont croisées avec rien."},
		kiosk.CellAid:          {"Aides utilisées", "Les aides à garder et à améliorer. Elles ne sont croisées avec rien."},
		kiosk.CellHelp:         {"Appels d'un médiateur", "Les services où l'on appelle, et si l'aide arrive à temps."},
		kiosk.CellOutcome:      {"Démarches finies ou non", "Ce que la personne dit à la fin, si elle le veut."},
		kiosk.CellSatisfaction: {"Satisfaction", "Comment cela s'est passé, en trois visages, si la personne le veut."},
		kiosk.CellAutonomy:     {"Autonomie", "Si quelqu'un a aidé la personne, si elle le dit."},
		kiosk.CellRefusal:      {"Refus", "Les verrous qui ont servi ; jamais l'adresse refusée."},
		kiosk.CellDevice:       {"Fonctionnement de la borne", "Les blocages, la preuve des effacements, les pannes."},
		kiosk.CellAvailability: {"Disponibilité", "Le nombre de minutes dans chaque état."},
	}
}

// dimensionWords name the dimensions.
func dimensionWords() map[string]string {
	return map[string]string{
		"end": "fin", "duration": "durée", "service": "service", "language": "langue", "aid": "aide", "answer": "réponse en",
		"outcome": "réponse", "face": "réponse", "autonomy": "réponse", "reason": "refusé", "what": "quoi",
	}
}

// valueWords names a value of a dimension: the services by their ids, which a
// bundle may give any words.
func valueWords(dimension, value string) string {
	if words, ok := valuesInWords()[dimension][value]; ok {
		return words
	}
	if value == kiosk.None {
		return "aucun"
	}
	return value
}

func valuesInWords() map[string]map[string]string {
	return map[string]map[string]string{
		"end": {
			"button": "bouton « Terminer »", "idle": "personne n'était plus là", "limit": "temps écoulé", "staff": "un agent",
			"browser-fault": "panne du navigateur", "shell-fault": "panne de l'écran", "stop": "arrêt de la borne", "power": "coupure de courant",
		},
		"duration": {
			"0-5": "moins de 5 min", "5-15": "5 à 15 min", "15-30": "15 à 30 min", "30-60": "30 à 60 min", "60-120": "1 à 2 h",
			"120+": "2 h ou plus", kiosk.None: "non connue",
		},
		"language": {"fr": "français", "fr-x-falc": "français facile à lire (FALC)", "en": "anglais", "ar": "arabe", "fa-af": "dari", "ps": "pachto", "uk": "ukrainien", "ru": "russe",
			"ti": "tigrinya", "tr": "turc", "ro": "roumain", "pt": "portugais", "es": "espagnol", kiosk.None: "aucune"},
		"aid":     {"large-text": "grands caractères", "contrast": "contraste", "speech": "lecture à voix haute", "keyboard": "grand clavier"},
		"answer":  {"0-1": "moins d'1 min", "1-5": "1 à 5 min", "5-15": "5 à 15 min", "15+": "15 min ou plus", "unanswered": "sans réponse"},
		"outcome": {"done": "« J'ai fini »", "not-done": "« Pas fini »", "later": "« Je reviens »", kiosk.None: "non communiqué"},
		"face":    {"happy": "« Bien »", "neutral": "« Moyen »", "unhappy": "« Mal »", kiosk.None: "non communiqué"},
		"autonomy": {
			"alone": "« Non » : autonome", "partly": "« Oui, un peu » : partiellement autonome", "accompanied": "« Oui, pour tout » : entièrement accompagné",
			kiosk.None: "non communiqué",
		},
		"reason": {
			"host-not-listed": "un site hors de la liste", "collector": "un traceur", "ip-literal": "une adresse en chiffres", "port": "un port",
			"scheme": "un protocole", "malformed": "une adresse illisible", "private-address": "une adresse privée", "not-tls": "une connexion non chiffrée",
			"sni-missing": "une connexion sans nom", "sni-mismatch": "une connexion sous un autre nom", "ech": "une connexion au nom caché",
			"no-session": "une connexion hors visite", "limit": "trop à la fois", "key": "une touche", "window": "une fenêtre", "dialog": "une boîte de dialogue",
			"download": "un fichier à recevoir", "upload": "un fichier à donner", "permission": "une permission (caméra…)", "certificate": "un certificat invalide",
			"device": "un appareil branché", "clock": "un certificat, l'horloge étant fausse",
		},
		"what": {
			"refused-host": "page hors de la liste", "refused-noise": "appel du navigateur refusé", "host-added": "site ouvert par un médiateur",
			"upload": "fichier donné à un site", "download": "fichier reçu d'un site", "wipe-clean": "effacement prouvé", "wipe-fault": "effacement non prouvé",
			"evicted": "compteur abandonné", "log-lost": "journal abîmé, recommencé", "shell-renewed": "écran relancé", "browser-hung": "navigateur figé",
			"pages": "pages imprimées", "print-fault": "impression échouée",
			"saved": "document gardé sur une clé USB", "save-fault": "document que la clé n'a pas pris",
			"open": "en service", "out-of-service": "hors service", "offline": "sans réseau", "closed": "fermée",
		},
	}
}
