package console

import (
	"fmt"
	"html/template"
	"strings"
	"time"

	"borne/admin"
	"borne/kiosk"
	"borne/kiosk/facts"
)

// look is how a state is told: a word, a shape and a colour.
type look struct {
	Word string
	// Shape names one of the drawings of parts.html; Class its colour.
	Shape, Class string
	// rank puts first what someone must look at.
	rank int
}

// kioskLook tells what a borne is doing, the most pressing first.
func kioskLook(k admin.Kiosk, now time.Time) look {
	s := k.Status
	switch {
	case k.Standing == admin.Revoked:
		return look{"Révoquée", "cross", "quiet", 9}
	case k.Standing == admin.Quarantined:
		return look{"En quarantaine", "triangle", "bad", 1}
	case s.Seen.IsZero():
		return look{"Jamais vue", "dashed", "quiet", 4}
	case !k.Online(now):
		return look{"Hors ligne", "dashed", "warn", 3}
	case s.State == kiosk.Maintenance || s.State == kiosk.MaintenanceCode:
		return look{"Maintenance", "bar", "warn", 3}
	case s.State == kiosk.OutOfService:
		return look{"Hors service", "cross", "bad", 1}
	case s.Help == kiosk.HelpCalled:
		return look{"Demande d’aide", "star", "help-call", 0}
	case s.Help == kiosk.HelpComing:
		return look{"Aide en route", "star", "warn", 2}
	}
	switch s.State {
	case kiosk.Ready:
		return look{"Libre", "ring", "good", 6}
	case kiosk.Choosing, kiosk.Visiting:
		return look{"Occupée", "disc", "busy", 6}
	case kiosk.Ending:
		return look{"Effacement", "half", "busy", 6}
	case kiosk.Starting:
		return look{"Démarrage", "half", "quiet", 5}
	case kiosk.Closed:
		return look{"Fermée", "bar", "quiet", 5}
	}
	return look{"État inconnu", "dashed", "warn", 3}
}

func levelLook(l kiosk.Level) look {
	switch l {
	case kiosk.LevelOK:
		return look{Word: "Bon", Shape: "tick", Class: "good"}
	case kiosk.LevelFail:
		return look{Word: "En panne", Shape: "cross", Class: "bad"}
	}
	return look{Word: "À surveiller", Shape: "triangle", Class: "warn"}
}

func commandLook(s kiosk.CommandState) look {
	switch s {
	case kiosk.CommandQueued:
		return look{Word: "En file", Shape: "dashed", Class: "quiet"}
	case kiosk.CommandSent:
		return look{Word: "Envoyée", Shape: "half", Class: "busy"}
	case kiosk.CommandAccepted:
		return look{Word: "Acceptée", Shape: "disc", Class: "busy"}
	case kiosk.CommandDone:
		return look{Word: "Faite", Shape: "tick", Class: "good"}
	case kiosk.CommandFailed:
		return look{Word: "Échouée", Shape: "cross", Class: "bad"}
	case kiosk.CommandExpired:
		return look{Word: "Expirée", Shape: "bar", Class: "warn"}
	case kiosk.CommandCancelled:
		return look{Word: "Annulée", Shape: "bar", Class: "quiet"}
	}
	return look{Word: string(s), Shape: "dashed", Class: "quiet"}
}

// word returns the French for a value that has one, the value otherwise: what
// a newer borne tells is shown rather than hidden.
func word[K ~string](words map[K]string, k K) string {
	if w, ok := words[k]; ok {
		return w
	}
	return string(k)
}

func commandWord(k kiosk.CommandKind) string {
	return word(map[kiosk.CommandKind]string{
		kiosk.CommandMessage: "Message", kiosk.CommandEndSession: "Terminer la session", kiosk.CommandRestart: "Redémarrer",
		kiosk.CommandClose: "Fermer", kiosk.CommandOpen: "Ouvrir", kiosk.CommandAllowHost: "Ouvrir un site à la personne présente",
		kiosk.CommandProlong: "Donner du temps à la personne présente",
	}, k)
}

// detailWords are what a borne answers to a mediator, by a part of it.
var detailWords = []struct{ part, words string }{
	{"nobody is at the borne", "Personne n’était à la borne."},
	{"browser is still starting", "La borne prépare encore la visite : recommencez dans quelques secondes."},
	{"follows visitors", "Ce site suit les visiteurs d’une page à l’autre : il n’est jamais ouvert."},
	{"does not know the command", "Cette borne est trop ancienne pour cela : un technicien doit la mettre à jour."},
}

// detailWord tells a borne's answer in French, "" where nobody has put it so.
func detailWord(detail string) string {
	for _, d := range detailWords {
		if strings.Contains(detail, d.part) {
			return d.words
		}
	}
	return ""
}

func roleWord(r admin.Role) string {
	return word(map[admin.Role]string{admin.Manager: "pilotage", admin.Mediator: "médiation", admin.Technician: "technique", admin.Administrator: "administration"}, r)
}

func factWord(name string) string { return facts.Name(name) }

func endWord(reason string) string {
	return word(map[kiosk.EndReason]string{
		kiosk.EndButton: "Bouton « Terminer »", kiosk.EndIdle: "Sans activité", kiosk.EndLimit: "Temps écoulé", kiosk.EndStaff: "Agent",
		kiosk.EndBrowser: "Panne du navigateur", kiosk.EndShell: "Panne de l’écran", kiosk.EndStop: "Arrêt de la borne", kiosk.EndPower: "Coupure de courant",
	}, kiosk.EndReason(reason))
}

func auditWord(a admin.AuditAction) string {
	return word(map[admin.AuditAction]string{
		admin.AuditLogin: "Connexion", admin.AuditLoginFailed: "Connexion refusée", admin.AuditLogout: "Déconnexion",
		admin.AuditLinkCreate: "Lien de connexion créé", admin.AuditTokenCreate: "Jeton créé", admin.AuditPasswordSet: "Mot de passe choisi",
		admin.AuditOperatorCreate: "Personne ajoutée", admin.AuditOperatorChange: "Personne modifiée", admin.AuditOperatorErase: "Compte effacé",
		admin.AuditCodeCreate: "Code d’enrôlement créé", admin.AuditEnrol: "Borne enrôlée", admin.AuditRegister: "Clé de borne enregistrée", admin.AuditKioskChange: "Borne modifiée",
		admin.AuditKioskQuarantine: "Borne mise en quarantaine", admin.AuditKioskRevoke: "Borne révoquée",
		admin.AuditMaintenanceCode: "Code de maintenance montré",
		admin.AuditCommandCreate:   "Commande envoyée", admin.AuditCommandCancel: "Commande annulée",
		admin.AuditUsageExpire: "Compteurs trop anciens supprimés", admin.AuditUsageRefuse: "Compteurs de plus de 25 mois refusés", admin.AuditExpire: "Anciennes lignes du journal supprimées",
		admin.AuditUsageKeep: "Compteurs mis à part, repris", admin.AuditUsageDrop: "Compteurs mis à part, supprimés",
		admin.AuditReleasePublish: "Configuration publiée", admin.AuditSiteCreate: "Site ajouté", admin.AuditSiteChange: "Site modifié",
		admin.AuditOrganisation: "Organisation renommée", admin.AuditBackup: "Sauvegarde", admin.AuditRestore: "Sauvegarde restaurée",
	}, a)
}

// auditDetail says in French what the store notes in its own words.
func auditDetail(e admin.AuditEntry) string {
	switch e.Action {
	case admin.AuditCommandCreate, admin.AuditCommandCancel:
		kind, _, _ := strings.Cut(e.Detail, " ") // the command's id follows
		return commandWord(kiosk.CommandKind(kind))
	case admin.AuditLogin, admin.AuditLoginFailed:
		return word(map[string]string{"link": "par un lien", "password": "par mot de passe"}, e.Detail)
	case admin.AuditOperatorCreate:
		return roleWord(admin.Role(e.Detail))
	case admin.AuditOperatorChange:
		role, state, _ := strings.Cut(e.Detail, " ")
		return roleWord(admin.Role(role)) + word(map[string]string{"disabled=true": ", accès fermé", "disabled=false": ", accès ouvert"}, state)
	case admin.AuditEnrol:
		return ""
	}
	return e.Detail
}

// ago tells how long it has been: "il y a 2 min", with a space that no line
// breaks at.
func ago(now, t time.Time) string {
	d := now.Sub(t)
	switch {
	case t.IsZero():
		return "jamais"
	case d < 10*time.Second:
		return "à l’instant"
	case d < time.Minute:
		return fmt.Sprintf("il y a %d\u00a0s", int(d.Seconds()))
	case d < time.Hour:
		return fmt.Sprintf("il y a %d\u00a0min", int(d.Minutes()))
	case d < 24*time.Hour:
		return fmt.Sprintf("il y a %d\u00a0h", int(d.Hours()))
	}
	return "il y a " + counted(int(d.Hours()/24), "jour", "jours")
}

// remaining tells how long is left: "dans 8 min".
func remaining(now, t time.Time) string {
	d := t.Sub(now)
	switch {
	case d <= 0:
		return "passé"
	case d < time.Minute:
		return "dans moins d’une minute"
	case d < time.Hour:
		return fmt.Sprintf("dans %d\u00a0min", int(d.Minutes()))
	case d < 48*time.Hour:
		return fmt.Sprintf("dans %d\u00a0h", int(d.Hours()))
	}
	return "dans " + counted(int(d.Hours()/24), "jour", "jours")
}

// counted is a number with its noun; French counts 0 and 1 as singular.
func counted(n int, one, many string) string {
	if n < 2 {
		many = one
	}
	return number(n) + "\u00a0" + many
}

// number writes thousands apart with a narrow space.
func number(n any) string {
	s := fmt.Sprint(n)
	for i := len(s) - 3; i > 0 && s[i-1] != '-'; i -= 3 {
		s = s[:i] + "\u202f" + s[i:]
	}
	return s
}

func months() []string {
	return strings.Fields("janvier février mars avril mai juin juillet août septembre octobre novembre décembre")
}

// longDay writes "1er septembre 2026".
func longDay(t time.Time) string {
	day := fmt.Sprint(t.Day())
	if day == "1" {
		day = "1er"
	}
	return fmt.Sprintf("%s %s %d", day, months()[t.Month()-1], t.Year())
}

// functions are what templates may call.
func (c *console) functions() template.FuncMap {
	return template.FuncMap{
		"asset": c.static.address, "level": levelLook, "command": commandLook, "commandWord": commandWord, "role": roleWord, "detail": detailWord,
		"fact": factWord, "factDetail": factDetail, "fault": faultWord, "reason": reasonWord, "audit": auditWord, "end": endWord, "number": number, "counted": counted,
		"ago":       func(t time.Time) string { return ago(c.Now(), t) },
		"remaining": func(t time.Time) string { return remaining(c.Now(), t) },
		"moment":    func(t time.Time) string { return t.In(c.location).Format("02/01/2006 à 15:04") },
		"iso":       func(t time.Time) string { return t.UTC().Format(time.RFC3339) },
		"day":       func(t time.Time) string { return longDay(t.In(c.location)) },
		// date is for days, which belong to no zone.
		"date": longDay, "standing": standingReason, "isoDay": isoDay, "value": valueText, "bands": coopBands,
		"bundle": func(version uint64) string {
			if version == 0 {
				return "d’origine"
			}
			return fmt.Sprint(version)
		},
	}
}
