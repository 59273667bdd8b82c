package facts

import "strings"

// problems are what borned answers when something asked of it fails, by a part of
// its words.
var problems = []struct{ part, words string }{
	{"does not know this enrolment code", "Le serveur central ne connaît pas ce code de rattachement : vérifiez-le, ou faites-en un autre dans la console."},
	{"enrolment code is used or expired", "Ce code de rattachement a déjà servi ou a expiré : faites-en un autre dans la console."},
	{"too many attempts", "Trop d’essais : attendez quelques minutes."},
	{"central office cannot be reached", "Le serveur central ne répond pas : vérifiez l’adresse, le réseau et le proxy."},
	{"certificate of the central office is not trusted", "Le certificat du serveur central n’est pas reconnu. Vérifiez l’adresse ; s’il vient d’une autorité privée, donnez-la à la borne (BORNE_CA_FILE)."},
	{"not a central office's", "Ce qui répond n’est pas un serveur central : un portail ou un proxy est entre les deux, ou l’adresse est fausse."},
	{"not the address of a central office", "Ce n’est pas l’adresse d’un serveur central. Elle ressemble à https://bornes.exemple.fr."},
	{"the central office answered 5", "Le serveur central a une panne : réessayez plus tard."},
	{"the central office answered 4", "Le serveur central refuse : lisez ce qu’il dit."},
	{"clock was suspected", "L’heure de la borne est sans doute fausse : réglez-la."},
	{"the borne is not enrolled", "La borne n’est rattachée à aucun serveur central."},
	{"printing is off", "L’impression n’est pas permise par la configuration."},
	{"no printer is set up", "Aucune imprimante n’est installée : faites une file avec lpadmin."},
	{"the print service refuses", "Le service d’impression refuse."},
	{"the print service answers", "Le service d’impression répond mal."},
	{"look at the printer", "L’imprimante ne se laisse pas interroger : vérifiez le service d’impression (CUPS)."},
	{"ask the printer", "L’imprimante ne se laisse pas interroger : vérifiez le service d’impression (CUPS)."},
	{"maintenance screen is not open", "L’écran de maintenance s’est fermé."},
	{"context deadline exceeded", "Pas de réponse à temps : réessayez."},
}

// Problem is the meaning in French of an error of borned's that a technician reads,
// "" where nobody has put it so.
func Problem(text string) string {
	for _, p := range problems {
		if strings.Contains(text, p.part) {
			return p.words
		}
	}
	return ""
}
