package console

import "borne/kiosk"

func outcomeWord(o kiosk.Outcome) string {
	return word(map[kiosk.Outcome]string{kiosk.OutcomeDone: "« J’ai fini »", kiosk.OutcomeNotDone: "« Pas fini »",
		kiosk.OutcomeLater: "« Je reviens »", kiosk.OutcomeNone: "Non communiqué"}, o)
}

func faceWord(f kiosk.Face) string {
	return word(map[kiosk.Face]string{kiosk.FaceHappy: "Content", kiosk.FaceNeutral: "Moyen",
		kiosk.FaceUnhappy: "Pas content", kiosk.FaceNone: "Non communiqué"}, f)
}

func autonomyWord(a kiosk.Autonomy) string {
	return word(map[kiosk.Autonomy]string{kiosk.AutonomyAlone: "Autonome", kiosk.AutonomyPartly: "Partiellement autonome",
		kiosk.AutonomyAccompanied: "Entièrement accompagné", kiosk.AutonomyNone: "Non communiqué"}, a)
}

func aidWord(a kiosk.Aid) string {
	return word(map[kiosk.Aid]string{kiosk.AidLargeText: "Grand texte", kiosk.AidContrast: "Contraste renforcé",
		kiosk.AidSpeech: "Lecture à voix haute", kiosk.AidKeyboard: "Grand clavier"}, a)
}

func languageWord(l string) string {
	return word(map[string]string{"fr": "Français", "fr-x-falc": "Français facile à lire (FALC)", "en": "Anglais", "ar": "Arabe", "fa-af": "Dari", "ps": "Pachto",
		"uk": "Ukrainien", "ru": "Russe", "ti": "Tigrinya", "tr": "Turc", "ro": "Roumain", "pt": "Portugais", "es": "Espagnol", kiosk.None: "Non communiqué"}, l)
}

func answerWord(band string) string {
	return word(map[string]string{"0-1": "Moins d’1 minute", "1-5": "1 à 5 minutes", "5-15": "5 à 15 minutes", "15+": "15 minutes et plus",
		kiosk.NotAnswered: "Sans réponse"}, band)
}

// durationWord names a band in words that no spreadsheet takes for a date.
func durationWord(band string) string {
	return word(map[string]string{"0-5": "Moins de 5 minutes", "5-15": "5 à 15 minutes", "15-30": "15 à 30 minutes", "30-60": "30 minutes à 1 heure",
		"60-120": "1 à 2 heures", "120+": "2 heures et plus", kiosk.None: "Non communiqué"}, band)
}

func availabilityWord(what string) string {
	return word(map[string]string{kiosk.AvailableOpen: "Ouverte", kiosk.AvailableOffline: "Ouverte, sans liaison avec le serveur",
		kiosk.AvailableOutOfService: "Hors service", kiosk.AvailableClosed: "Fermée (horaires ou agent)"}, what)
}

func deviceWord(what string) string {
	return word(map[string]string{kiosk.DeviceRefusedHost: "Page refusée à quelqu’un", kiosk.DeviceRefusedNoise: "Appel refusé d’une page ou du navigateur",
		kiosk.DeviceHostAdded: "Site ouvert par un médiateur pour une visite", kiosk.DeviceUpload: "Document envoyé à un site", kiosk.DeviceDownload: "Document reçu",
		kiosk.DeviceWipeClean: "Effacement prouvé", kiosk.DeviceWipeFault: "Effacement non prouvé", kiosk.DeviceEvicted: "Compteurs perdus (place ou âge)",
		kiosk.DeviceLogLost: "Fichier des compteurs abîmé, recommencé", kiosk.DeviceShellRenewed: "Écran relancé entre deux visites",
		kiosk.DeviceBrowserHung: "Navigateur figé, relancé",
		kiosk.DevicePages:       "Pages imprimées", kiosk.DevicePrintFault: "Impressions échouées",
		kiosk.DeviceSaved: "Document gardé sur une clé USB", kiosk.DeviceSaveFault: "Document qu’une clé USB n’a pas pris"}, what)
}

func refusalWord(r kiosk.Reason) string {
	return word(map[kiosk.Reason]string{
		kiosk.ReasonHostNotListed: "Adresse hors de la liste", kiosk.ReasonCollector: "Traceur", kiosk.ReasonIPLiteral: "Adresse écrite en chiffres",
		kiosk.ReasonPort: "Port non permis", kiosk.ReasonScheme: "Protocole non permis", kiosk.ReasonMalformed: "Adresse illisible",
		kiosk.ReasonPrivateAddress: "Adresse d’un réseau privé", kiosk.ReasonNotTLS: "Connexion non chiffrée", kiosk.ReasonSNIMissing: "Connexion qui ne dit pas son nom",
		kiosk.ReasonSNIMismatch: "Connexion à un autre nom", kiosk.ReasonECH: "Connexion au nom caché", kiosk.ReasonNoSession: "Hors session",
		kiosk.ReasonLimit: "Trop de choses à la fois", kiosk.ReasonKey: "Touche de sortie", kiosk.ReasonWindow: "Fenêtre de trop", kiosk.ReasonDialog: "Question répétée",
		kiosk.ReasonDownload: "Document reçu non permis", kiosk.ReasonUpload: "Document donné non permis", kiosk.ReasonPermission: "Caméra, micro ou autre permission",
		kiosk.ReasonCertificate: "Certificat invalide", kiosk.ReasonDevice: "Appareil branché refusé", kiosk.ReasonClock: "Certificat refusé, heure de la borne douteuse",
	}, r)
}
