package shell

import "borne/kiosk"

// What a technician reads is French and is not translated: the people who keep
// bornes are the organisation's own. Visitors' texts are in assets/shell/texts.
const (
	wordCodeTitle = "Accès technique"
	wordCodeText  = "Tapez le code à usage unique donné par le serveur central, ou par « bornectl local maintenance-code » sur la machine."
	wordCodeClock = "Heure de la borne : %s"
	wordChecking  = "Vérification…"
	wordNotReady  = "Un instant, la borne se prépare. Touchez « Valider »."
	wordWrongCode = "Ce code n’ouvre pas. Un code ne sert qu’une fois, pendant dix minutes."
	wordWait      = "Trop d’essais : attendez %d s."
	wordErase     = "Effacer"
	wordValidate  = "Valider"

	wordMaintenance = "Maintenance"
	wordLeave       = "Quitter"
	wordBack        = "Retour"
	wordBackMenu    = "Menu"
	wordReading     = "Lecture de l’état de la machine…"
	wordOneMoment   = "Un instant…"
	wordFailed      = "Échec :"
	wordLeft        = "Sans geste, cet écran se ferme au bout de cinq minutes."

	wordNone       = "aucun"
	wordYes        = "branché"
	wordNo         = "rien au bout du câble"
	wordJoined     = "connecté"
	wordNotJoined  = "non connecté"
	wordPlaySound  = "Jouer le son"
	wordPlayed     = "Le son a été joué. Rien entendu ? Vérifiez le haut-parleur et le volume de la machine."
	wordTestPage   = "Imprimer une page de test"
	wordPagePrints = "La page de test est envoyée à l’imprimante."
	wordEnrolHere  = "Rattacher cette borne"
	wordEnrolled   = "La borne est rattachée sous le nom « %s »."
	wordServer     = "Adresse du serveur central"
	wordEnrolCode  = "Code de rattachement"
	wordEnrol      = "Rattacher"

	wordRestartScreen  = "Relancer l’écran"
	wordRestartService = "Relancer la borne"
	wordReboot         = "Redémarrer la machine"
	wordRebootSure     = "La machine s’arrête et revient d’elle-même, en une à deux minutes."
	wordRestarts       = "C’est demandé : l’écran va changer."
	wordRestartText    = "Relancer l’écran : seul l’affichage repart, en quelques secondes. Relancer la borne : le service et l’affichage. Les compteurs restent."

	wordSquare = "Ce carré mesure 20 mm de côté, si la taille de l’écran est juste. Mesurez-le ; sinon, écrivez la diagonale dans settings.yaml (screen_diagonal)."
)

// sections are the menu, in its order, with their words and signs.
var sections = []struct {
	section     section
	words, icon string
}{
	{sectionNetwork, "Réseau", "ui/unreachable"},
	{sectionEnrolment, "Rattachement", "ui/together"},
	{sectionSound, "Son", "ui/listen"},
	{sectionScreen, "Écran", "ui/larger"},
	{sectionPrinter, "Imprimante", "ui/printer"},
	{sectionDiagnostics, "Diagnostic", "ui/check"},
	{sectionVersions, "Versions", "ui/document"},
	{sectionRestart, "Redémarrer", "ui/clock"},
}

// linkWords name a network interface by what it is; one that is no device has the
// word of "".
var linkWords = map[kiosk.LinkKind]string{kiosk.LinkCable: "Câble", kiosk.LinkWiFi: "Wi-Fi", kiosk.LinkMobile: "Réseau mobile", "": "Interface"}

// levelWords say how well something is, so that colour alone does not.
var levelWords = map[kiosk.Level]string{kiosk.LevelOK: "Bien", kiosk.LevelWarn: "À voir", kiosk.LevelFail: "Panne"}
