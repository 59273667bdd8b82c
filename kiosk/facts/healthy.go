package facts

import "borne/kiosk"

// healthy says of each fact, in French, what it says when all is well. A part of
// the text is taken over as it is.
var healthy = map[string][]saying{
	"service": {
		{string(kiosk.Starting), "La borne se prépare."},
		{string(kiosk.Ready), "La borne attend quelqu’un."},
		{string(kiosk.Choosing), "Quelqu’un est là."},
		{string(kiosk.Visiting), "Quelqu’un est là."},
		{string(kiosk.Ending), "Une visite se termine."},
		{string(kiosk.MaintenanceCode), "Le code de maintenance est demandé à l’écran."},
	},
	"wipe":           {{"proved in %s ms", "Le dernier effacement est prouvé, en %s ms."}},
	"bundle":         {{"version 0", "Celle du paquet."}, {"version %s", "Version %s."}},
	"usage":          {{"counting", "Les compteurs sont tenus."}},
	"disk":           {{"%s MiB free (%s %%) on %s", "%s Mio libres (%s %%) sur %s."}},
	"memory":         {{"%s of %s MiB available", "%s Mio disponibles sur %s."}},
	"usb":            {{"guarded", "Seul ce qui est admis fonctionne (USBGuard)."}},
	"printer":        {{"ready", "Prête."}, {"none", "Aucun service d’impression sur cette machine."}},
	"swap":           {{"none", "Aucune."}, {"in memory", "En mémoire seulement."}, {"encrypted", "Chiffrée."}, {"encrypted with a key that is thrown away", "Chiffrée d’une clé qui est jetée."}},
	"freed-memory":   {{"zeroed", "Remise à zéro."}},
	"core-dumps":     {{"off", "Aucune."}},
	"sites-proxy":    {{"sites are reached through %s", "Les sites passent par %s."}},
	"proxy-file":     {{"the proxy is what %s says", "Le proxy est celui que dit %s."}},
	"central-office": {{"not asked yet", "Pas encore interrogé."}, {"heard by %s", "En contact avec %s."}},
	"maintenance": {
		{"never opened", "Jamais ouvert."},
		{"opened %d times, last %s; %d wrong codes since", "Ouvert %s fois ; la dernière : %s. Codes faux depuis : %s."},
		{"never opened; %d wrong codes since", "Jamais ouvert. Codes faux : %s."},
		{"opened %d times, last %s", "Ouvert %s fois ; la dernière : %s."},
	},
	"clock": {
		{"synchronised; %.1f s from the central office", "À l’heure ; %s s d’écart avec le serveur central."},
		{"synchronised", "À l’heure."},
		{"right within %.1f s, by the central office; no time service synchronises it", "Juste à %s s près, d’après le serveur central. Aucun service de temps ne la règle."},
	},
}
