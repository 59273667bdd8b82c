package facts

import (
	"strings"

	"borne/kiosk"
)

// words say in French what a borne's health tells in a technician's English
// words, by the fact and a part of them, and what to do about it. The first that
// fits is taken.
var words = []struct{ fact, part, words string }{
	{"service", "does not stay up", "Le navigateur ne tient pas : la borne réessaie d’elle-même chaque minute. Si cela dure, redémarrez-la."},
	{"service", "could not be proved gone", "L’effacement de la dernière visite n’est pas prouvé : personne ne peut commencer. Enlevez ce qui est nommé ci-dessous ; la borne revient d’elle-même."},
	{"service", "starting again", "La borne relance son navigateur. La machine est peut-être lente ou occupée."},
	{"service", "maintenance screen", "Un technicien est à l’écran de maintenance."},
	{"service", "closed", "La borne est fermée au public."},
	{"wipe", "not proved", "L’effacement de la dernière visite n’est pas prouvé. Enlevez ce qui est nommé ci-dessous ; la borne recommence chaque minute."},
	{"wipe", "none since the start", "La borne vient de démarrer : aucun effacement encore."},
	{"usage", "disk full", "Le disque est plein : les compteurs attendent en mémoire. Libérez de la place."},
	{"usage", "no room is reserved", "Le disque est presque plein : libérez de la place."},
	{"usage", "disk read-only", "Le disque n’accepte plus rien : il est peut-être en fin de vie. Les visites continuent, mais les compteurs sont en mémoire et un arrêt les perdrait."},
	{"usage", "corrupt", "Le fichier des compteurs était abîmé : un nouveau est commencé, ce que l’ancien n’avait pas envoyé manque. Regardez l’état du disque, puis supprimez l’ancien fichier."},
	{"usage", "clock is wrong", "L’heure de la borne est fausse : les compteurs attendent en mémoire qu’elle soit réglée."},
	{"usage", "cannot write", "Les compteurs ne s’écrivent pas : ils attendent en mémoire. Regardez l’état du disque."},
	{"clock", "implausible", "L’heure de la borne est fausse : les sites sécurisés peuvent ne plus s’ouvrir. Réglez-la, puis vérifiez la pile de la machine et le service de temps."},
	{"clock", "wrong by", "L’heure de la borne s’écarte de celle du serveur : vérifiez la pile de la machine et le service de temps."},
	{"clock", "service is off", "Personne ne confirme l’heure de la borne : son service de temps est arrêté ou absent."},
	{"clock", "nobody confirms", "Personne ne confirme l’heure de la borne : vérifiez que le réseau laisse passer le service de temps (NTP)."},
	{"disk", "", "Le disque est presque plein : libérez de la place."},
	{"memory", "", "Il reste peu de mémoire : redémarrez la borne quand elle est libre."},
	{"bundle", "expired", "La configuration a expiré et reste en service : publiez-en une nouvelle."},
	{"bundle", "stays in use", "La dernière configuration publiée a été refusée : la précédente reste en service."},
	{"central-office", "not enrolled", "La borne n’est rattachée à aucun serveur central."},
	{"central-office", "no contact since", "Plus de contact avec le serveur : les visites continuent, les compteurs attendent sur le disque."},
	{"maintenance", "wrong codes", "Quelqu’un a tapé plusieurs codes faux à l’écran de maintenance de la borne."},
	{"printer", "no-paper", "Plus de papier."},
	{"printer", "cover-open", "Un capot est ouvert."},
	{"printer", "jam", "Du papier est coincé."},
	{"printer", "no-ink", "Plus d’encre, ou plus de toner."},
	{"printer", "away", "L’imprimante ne répond pas : vérifiez qu’elle est allumée et branchée."},
	{"printer", "other:", "L’imprimante demande quelque chose : regardez son écran."},
	{"swap", "", "De la mémoire peut être écrite en clair sur un disque."},
	{"freed-memory", "", "La mémoire rendue par les programmes n’est pas remise à zéro."},
	{"core-dumps", "", "Une panne pourrait laisser une image de la mémoire sur le disque."},
	{"usb", "let in", "Tout ce qu’on branche est accepté : USBGuard ne tourne pas."},
	{"usb", "held back", "Un appareil branché est refusé : si c’est celui de la borne, un technicien doit l’admettre."},
	{"sites-proxy", "refuses the user name", "Le proxy refuse le nom ou le mot de passe."},
	{"proxy-file", "stays in use", "Le fichier PAC du proxy ne se lit plus : le dernier bon reste en service. Corrigez-le, ou écrivez l’adresse du proxy à sa place."},
	{"proxy-file", "cannot be used", "Le fichier PAC du proxy ne peut pas servir : corrigez-le, ou écrivez l’adresse du proxy à sa place."},
	{"sites-proxy", "does not answer", "Le proxy ne répond pas : vérifiez son adresse et le réseau."},
	{"sites-proxy", "refused the last site", "Le proxy a refusé le dernier site : demandez à qui le tient de permettre les sites de la borne."},
	{"sites-proxy", "can read its password", "Tout le monde peut lire le mot de passe du proxy sur cette machine : faites ce qui est écrit ci-dessous."},
}

// French is the meaning in French of a fact, "" where nobody has put it so. All of a
// fact that is well is in it; of another, the borne's own words say which and
// how much, and are shown beside it.
func French(f kiosk.Fact) string {
	if f.Level == kiosk.LevelOK {
		words, _ := told(f.Detail, healthy[f.Name])
		return words
	}
	for _, w := range words {
		if w.fact == f.Name && strings.Contains(f.Detail, w.part) {
			return w.words
		}
	}
	switch f.Name {
	case "central-office", "printer":
		return Problem(f.Detail)
	}
	return ""
}

// Reason is the meaning in French of why a borne takes nobody, "" as French. Staff
// write the reason of a closed one themselves.
func Reason(reason string) string {
	for _, w := range words {
		if w.fact == "service" && w.part != "closed" && strings.Contains(reason, w.part) {
			return w.words
		}
	}
	return ""
}

// names are the facts' own, in French.
var names = map[string]string{
	"service": "Service", "wipe": "Effacement", "bundle": "Configuration", "usage": "Compteurs d’usage", "disk": "Disque",
	"memory": "Mémoire", "clock": "Horloge", "central-office": "Liaison avec le serveur", "temperature": "Température",
	"paper": "Papier", "network": "Réseau", "browser": "Navigateur", "display": "Écran",
	"usb": "Prises USB", "sites-proxy": "Proxy des sites", "proxy-file": "Fichier PAC du proxy", "swap": "Mémoire d’échange", "freed-memory": "Mémoire libérée",
	"core-dumps": "Images mémoire des pannes", "maintenance": "Écran de maintenance", "printer": "Imprimante",
}

// Name is the French name of a fact, or the fact's own.
func Name(name string) string {
	if word := names[name]; word != "" {
		return word
	}
	return name
}
