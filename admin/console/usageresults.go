package console

import (
	"context"
	"net/http"

	"borne/admin"
	"borne/admin/indicators"
	"borne/kiosk"
)

// listed is a closed list with its figures, drawn and told.
type listed struct {
	Title, Text, Column string
	Table               usageTable
	Chart               chart
	// Coverage of the figures: "98,5 %".
	Coverage string
}

type resultsBody struct {
	usageHead
	Figures []figure
	// Ends and Durations are of sessions; Answers are what people said.
	Ends, Durations listed
	Answers         []listed
	Answered        bool
	ByService       []answersRow
}

// answersRow is what people said of one service.
type answersRow struct {
	Name                       string
	Answered                   uint64
	Finished, WillReturn, Face string
}

func newListed(title, text, column string, t usageTable, f indicators.Facts) listed {
	return listed{Title: title, Text: typeset(text), Column: column, Table: t, Chart: linesChart(title, t), Coverage: valueText(f.Value(indicators.CoverageShare))}
}

func (c *console) usageResults(w http.ResponseWriter, r *http.Request, who admin.Operator) error {
	return c.showUsage(w, r, who, "/usages/resultats", "resultats", "Résultats – Usages", func(ctx context.Context, p usagePeriod, head usageHead) (any, error) {
		f, err := c.facts(ctx, p, kiosk.CellSession, kiosk.CellOutcome, kiosk.CellSatisfaction)
		if err != nil {
			return nil, err
		}
		f.Coverage = head.Coverage
		b := resultsBody{usageHead: head, Figures: figuresOf(f, indicators.Finished, indicators.WillReturn, indicators.Happy, indicators.Abandoned, indicators.Long, indicators.SessionFaults)}
		b.Ends = newListed("Comment les sessions finissent", "« Sans activité » : la personne est partie sans toucher « Terminer », et la borne a tout effacé d’elle-même.", "Fin de la session",
			listTable(kiosk.EndReasons(), func(e kiosk.EndReason) string { return endWord(string(e)) }, func(v string) uint64 { return f.First(kiosk.CellSession, v) }), f)
		b.Durations = newListed("Durée des sessions", "Les tranches au-dessus de 30 minutes sont celles de La Coop.", "Durée",
			listTable(append(kiosk.DurationBands(), kiosk.None), durationWord, func(v string) uint64 { return f.Second(kiosk.CellSession, v) }), f)
		outcomes := newListed("La démarche", "« Avez-vous fini votre démarche ? »", "Réponse",
			listTable(kiosk.Outcomes(), outcomeWord, func(v string) uint64 { return f.Second(kiosk.CellOutcome, v) }), f)
		faces := newListed("Comment cela s’est passé", "Trois visages.", "Réponse",
			listTable(kiosk.Faces(), faceWord, func(v string) uint64 { return f.Second(kiosk.CellSatisfaction, v) }), f)
		b.Answers, b.Answered = []listed{outcomes, faces}, outcomes.Table.Total+faces.Table.Total > 0
		if b.ByService, err = c.answersByService(ctx, p); err != nil {
			return nil, err
		}
		return b, nil
	})
}

// answersByService says what people said of each service, the most answered
// first.
func (c *console) answersByService(ctx context.Context, p usagePeriod) ([]answersRow, error) {
	services, err := c.services(ctx)
	if err != nil {
		return nil, err
	}
	facts, err := c.factsByFirst(ctx, p, kiosk.CellOutcome, kiosk.CellSatisfaction)
	if err != nil {
		return nil, err
	}
	var rows []answersRow
	for id, f := range facts {
		name, _ := services.of(id)
		rows = append(rows, answersRow{Name: name, Answered: f.Total(kiosk.CellOutcome) - f.Second(kiosk.CellOutcome, kiosk.None),
			Finished: valueText(f.Value(indicators.Finished)), WillReturn: valueText(f.Value(indicators.WillReturn)), Face: valueText(f.Value(indicators.Happy))})
	}
	sortTrends(rows, func(r answersRow) (uint64, string) { return r.Answered, r.Name })
	return rows, nil
}

// factsByFirst sums kinds apart for each first dimension: each service.
func (c *console) factsByFirst(ctx context.Context, p usagePeriod, kinds ...kiosk.CellKind) (map[string]*indicators.Facts, error) {
	facts := map[string]*indicators.Facts{}
	for _, kind := range kinds {
		q := p.query(kind)
		q.Whole, q.BySecond = true, true
		rows, err := c.Store.Usage(ctx, q)
		if err != nil {
			return nil, err
		}
		for _, r := range rows {
			if facts[r.First] == nil {
				facts[r.First] = &indicators.Facts{}
			}
			facts[r.First].Add([]admin.UsageRow{r})
		}
	}
	return facts, nil
}
