package console

import (
	"net/http"
	"time"

	"borne/admin"
	"borne/kiosk"
)

type kioskBody struct {
	Kiosk    admin.Kiosk
	Look     look
	Commands []admin.Command
	// Form is what was typed when it has to be corrected.
	Form    commandForm
	Choices []commandChoice
	Lives   []choice
	Max     int
	MaySend bool
	// MayHelp is for what is done for the visitor who is there; Somebody says
	// that one is.
	MayHelp, Somebody bool
	// MayDecide is for what becomes of a quarantined borne and of what it
	// brought; Logs are its usage logs.
	MayDecide bool
	Logs      []admin.UsageLog
	// Clock tells the borne's clock; ClockOff that someone must look at it.
	Clock    string
	ClockOff bool
}

// Apart is how many counters are kept apart, of all logs.
func (b kioskBody) Apart() (n int) {
	for _, l := range b.Logs {
		n += l.Apart.Cells
	}
	return n
}

// Missing is how many counters have not come though later ones have.
func (b kioskBody) Missing() (n uint64) {
	for _, l := range b.Logs {
		n += l.Missing()
	}
	return n
}

// LastBrought is when something new last came.
func (b kioskBody) LastBrought() (last time.Time) {
	for _, l := range b.Logs {
		if l.Last.After(last) {
			last = l.Last
		}
	}
	return last
}

// commandChoice explains a command before it is sent.
type commandChoice struct {
	Kind    kiosk.CommandKind
	Help    string
	Checked bool
}

// shownCommands is how many commands of the past a page keeps in sight.
const shownCommands = 30

func (c *console) kiosk(w http.ResponseWriter, r *http.Request, who admin.Operator) error {
	k, err := c.Store.FindKiosk(r.Context(), r.PathValue("kiosk"))
	if err != nil {
		return err
	}
	notice := ""
	switch r.URL.Query().Get("fait") {
	case "commande":
		notice = "La commande est en file. Son état change ici dès que la borne la reçoit."
	case "site":
		notice = "La demande est partie. Le site s’ouvre sur la borne dans quelques secondes. La réponse de la borne s’affiche ici."
	case "temps":
		notice = "La demande est partie. La personne a dix minutes de plus dès que la borne la reçoit. La réponse de la borne s’affiche ici."
	case "statut":
		notice = "C’est fait. La décision est notée dans le journal."
	case "apart":
		notice = "C’est fait. Ce que deviennent ces compteurs est noté dans le journal."
	case "annulation":
		notice = "La commande est annulée."
	}
	return c.showKiosk(w, r, who, k, http.StatusOK, notice, "", commandForm{Life: admin.DefaultCommandLife})
}

func (c *console) showKiosk(w http.ResponseWriter, r *http.Request, who admin.Operator, k admin.Kiosk, status int, notice, problem string, form commandForm) error {
	commands, err := c.Store.Commands(r.Context(), admin.CommandFilter{Kiosk: k.ID, Limit: shownCommands})
	if err != nil {
		return err
	}
	logs, err := c.Store.UsageLogs(r.Context(), k.ID)
	if err != nil {
		return err
	}
	body := kioskBody{Logs: logs, MayDecide: who.May(admin.EnrolKiosks),
		Clock: clockOffset(k.Status.ClockOffset), ClockOff: k.Status.ClockOffset.Abs() > clockTolerance, Kiosk: k, Look: kioskLook(k, c.Now()), Commands: commands, Form: form, Choices: form.choices(), Lives: form.lives(),
		Max: admin.MaxArgument, MaySend: who.May(admin.SendCommands) && k.Standing == admin.Active,
		MayHelp: who.May(admin.HelpVisitors) && k.Standing == admin.Active, Somebody: k.Online(c.Now()) && k.Status.State.InSession()}
	c.write(w, r, status, "borne", page{Title: k.Name, Current: "/bornes", Operator: who, Notice: notice, Problem: problem, Live: true, Body: body})
	return nil
}

// commandForm is what a technician asks.
type commandForm struct {
	Kind    kiosk.CommandKind
	Message string
	Urgent  bool
	Life    time.Duration
	// Site is what was typed to be opened, SiteProblem what to correct in it.
	Site, SiteProblem string
	// Code opens the borne's maintenance screen, nil when none was asked for.
	Code *admin.MaintenanceCode
}

func (f commandForm) choices() []commandChoice {
	all := []commandChoice{
		{kiosk.CommandMessage, "Affiche un texte sur l’écran de la borne.", false},
		{kiosk.CommandEndSession, "Met fin tout de suite à la visite en cours et efface tout.", false},
		{kiosk.CommandClose, "La borne affiche « fermée » et n’accueille plus personne.", false},
		{kiosk.CommandOpen, "La borne accueille de nouveau.", false},
		{kiosk.CommandRestart, "Redémarre le logiciel de la borne.", false},
	}
	for i := range all {
		all[i].Checked = all[i].Kind == f.Kind
	}
	return all
}

// lives are how long a command may wait for its borne.
func (f commandForm) lives() []choice {
	var out []choice
	for _, l := range []struct {
		d     time.Duration
		label string
	}{{10 * time.Minute, "10 minutes"}, {time.Hour, "1 heure"}, {8 * time.Hour, "8 heures"}, {24 * time.Hour, "1 jour"}, {7 * 24 * time.Hour, "7 jours"}} {
		out = append(out, choice{l.d.String(), l.label, l.d == f.Life})
	}
	return out
}
