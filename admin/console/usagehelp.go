package console

import (
	"context"
	"net/http"

	"borne/admin"
	"borne/admin/indicators"
	"borne/kiosk"
)

type helpBody struct {
	usageHead
	Figures []figure
	// Calls, Languages, Aids and Autonomy are lists; ByService is of calls.
	Calls, Languages, Aids, Autonomy listed
	ByService                        []helpRow
	AutonomyByService                []autonomyRow
}

type helpRow struct {
	Name             string
	Calls            uint64
	Soon, Unanswered string
}

type autonomyRow struct {
	Name                               string
	Alone, Partly, Accompanied, Untold uint64
}

func (c *console) usageHelp(w http.ResponseWriter, r *http.Request, who admin.Operator) error {
	return c.showUsage(w, r, who, "/usages/accueil", "accueil", "Aide et inclusion – Usages", func(ctx context.Context, p usagePeriod, head usageHead) (any, error) {
		f, err := c.facts(ctx, p, kiosk.CellHelp, kiosk.CellInclusion, kiosk.CellAid, kiosk.CellAutonomy)
		if err != nil {
			return nil, err
		}
		f.Coverage = head.Coverage
		b := helpBody{usageHead: head, Figures: figuresOf(f, indicators.HelpCalls, indicators.HelpSoon, indicators.HelpUnanswered, indicators.OtherLanguages,
			indicators.WithAid, indicators.Alone)}
		b.Calls = newListed("Temps avant l’aide", "Du moment où quelqu’un touche « Aide » à la réponse d’un médiateur.", "Réponse",
			listTable(append(kiosk.AnswerBands(), kiosk.NotAnswered), answerWord, func(v string) uint64 { return f.Second(kiosk.CellHelp, v) }), f)
		b.Languages = newListed("Langues", "La langue choisie sur le premier écran. Elle ne dit rien de la nationalité.", "Langue",
			listTable(valuesOf(kiosk.CellInclusion), languageWord, func(v string) uint64 { return f.First(kiosk.CellInclusion, v) }), f)
		b.Aids = newListed("Aides utilisées", "Sessions où chaque aide a été utilisée au moins une fois. Elle n’est croisée avec rien d’autre.", "Aide",
			listTable(kiosk.Aids(), aidWord, func(v string) uint64 { return f.First(kiosk.CellAid, v) }), f)
		b.Autonomy = newListed("Autonomie", "« Quelqu’un vous a-t-il aidé ? », demandé à la fin ; répondre est facultatif. Les réponses sont celles de La Coop.", "Réponse",
			listTable(kiosk.Autonomies(), autonomyWord, func(v string) uint64 { return f.Second(kiosk.CellAutonomy, v) }), f)
		services, err := c.services(ctx)
		if err != nil {
			return nil, err
		}
		facts, err := c.factsByFirst(ctx, p, kiosk.CellHelp, kiosk.CellAutonomy)
		if err != nil {
			return nil, err
		}
		for id, f := range facts {
			name, _ := services.of(id)
			if n := f.Total(kiosk.CellHelp); n > 0 {
				b.ByService = append(b.ByService, helpRow{name, n, valueText(f.Value(indicators.HelpSoon)), valueText(f.Value(indicators.HelpUnanswered))})
			}
			if f.Total(kiosk.CellAutonomy) > 0 {
				told := func(a kiosk.Autonomy) uint64 { return f.Second(kiosk.CellAutonomy, string(a)) }
				b.AutonomyByService = append(b.AutonomyByService, autonomyRow{name, told(kiosk.AutonomyAlone), told(kiosk.AutonomyPartly),
					told(kiosk.AutonomyAccompanied), told(kiosk.AutonomyNone)})
			}
		}
		sortTrends(b.ByService, func(r helpRow) (uint64, string) { return r.Calls, r.Name })
		sortTrends(b.AutonomyByService, func(r autonomyRow) (uint64, string) { return r.Alone + r.Partly + r.Accompanied, r.Name })
		return b, nil
	})
}

// valuesOf lists the first dimension's values of a kind, "non communiqué" last.
func valuesOf(kind kiosk.CellKind) []string {
	d, _ := kiosk.Definition(kind)
	var out []string
	none := false
	for _, v := range d.First.Values {
		if v == kiosk.None {
			none = true
			continue
		}
		out = append(out, v)
	}
	if none {
		out = append(out, kiosk.None)
	}
	return out
}
