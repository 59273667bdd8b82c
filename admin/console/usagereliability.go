package console

import (
	"context"
	"fmt"
	"math"
	"net/http"
	"time"

	"borne/admin"
	"borne/admin/indicators"
	"borne/kiosk"
)

type reliabilityBody struct {
	usageHead
	Figures  []figure
	StepWord string
	// Hours are those in each state, and those of which nothing is known.
	Hours         []hoursRow
	OpenByStep    pairChart
	MissingDays   []missingDay
	More          bool
	Wipes, Faults listed
	Refusals      listed
	Friction      []frictionRow
	Files         listed
}

type hoursRow struct {
	Name, Text, Part string
	Hours            string
}

// missingDay is one of which bornes have not told all.
type missingDay struct {
	Day                time.Time
	Received, Expected int
}

type frictionRow struct {
	Name                       string
	Pages, Noise, Added, Files uint64
}

// maxMissingDays is how many days without all their bornes a page lists.
const maxMissingDays = 15

func (c *console) usageReliability(w http.ResponseWriter, r *http.Request, who admin.Operator) error {
	return c.showUsage(w, r, who, "/usages/fiabilite", "fiabilite", "Fiabilité – Usages", func(ctx context.Context, p usagePeriod, head usageHead) (any, error) {
		f, err := c.facts(ctx, p, kiosk.CellSession, kiosk.CellDevice, kiosk.CellRefusal)
		if err != nil {
			return nil, err
		}
		f.Coverage = head.Coverage
		q := p.query(kiosk.CellAvailability)
		minutes, err := c.Store.Usage(ctx, q)
		if err != nil {
			return nil, err
		}
		f.Add(minutes)
		_, received, err := c.coverage(ctx, p)
		if err != nil {
			return nil, err
		}
		enrolled, err := c.Store.Enrolled(ctx, p.sites())
		if err != nil {
			return nil, err
		}
		today := c.today().Format(time.DateOnly)
		b := reliabilityBody{usageHead: head, StepWord: stepWord(p.period.Unit()),
			Figures: figuresOf(f, indicators.Availability, indicators.MinutesOfOutage, indicators.WipeFaults, indicators.SessionFaults, indicators.RefusedPages, indicators.CoverageShare),
			Hours:   hoursOf(f, indicators.Unheard(p.period, received, minutes, today, c.location)),
			Wipes: newListed("Effacements", "Après chaque session, la borne cherche ce qui pourrait rester et ne rouvre que si elle ne trouve rien.", "Effacement",
				listTable([]string{kiosk.DeviceWipeClean, kiosk.DeviceWipeFault}, deviceWord, func(v string) uint64 { return f.First(kiosk.CellDevice, v) }), f),
			Faults: newListed("Pannes surmontées et compteurs perdus", "Ce que la borne a relancé d’elle-même, et ce qui manque aux chiffres.", "Fait",
				listTable([]string{kiosk.DeviceBrowserHung, kiosk.DevicePrintFault, kiosk.DeviceSaveFault, kiosk.DeviceShellRenewed, kiosk.DeviceEvicted, kiosk.DeviceLogLost}, deviceWord, func(v string) uint64 { return f.First(kiosk.CellDevice, v) }), f),
			Files: newListed("Documents et sites ajoutés", "Combien de fois, jamais quoi.", "Fait",
				listTable([]string{kiosk.DeviceUpload, kiosk.DeviceDownload, kiosk.DeviceSaved, kiosk.DeviceHostAdded}, deviceWord, func(v string) uint64 { return f.First(kiosk.CellDevice, v) }), f),
		}
		refusals := listTable(kiosk.RefusalReasons(), refusalWord, func(v string) uint64 { return f.First(kiosk.CellRefusal, v) })
		refusals.Rows = withoutZeros(refusals.Rows)
		sortTrends(refusals.Rows, func(r usageRow) (uint64, string) { return r.Total, r.Name })
		b.Refusals = newListed("Ce que les verrous ont refusé", "La cause seulement ; l’adresse n’est notée nulle part.", "Cause", refusals, f)
		b.OpenByStep = minutesChart(p.period, minutes)
		for _, d := range indicators.Missing(p.period, enrolled, received, today, c.location) {
			if b.More = len(b.MissingDays) == maxMissingDays; b.More {
				break
			}
			day, err := time.Parse(time.DateOnly, d.Day)
			if err != nil {
				return nil, fmt.Errorf("day %q: %w", d.Day, err)
			}
			b.MissingDays = append(b.MissingDays, missingDay{day, d.Received, d.Expected})
		}
		b.Friction, err = c.friction(ctx, p)
		return b, err
	})
}

// withoutZeros leaves out rows of nothing.
func withoutZeros(rows []usageRow) (out []usageRow) {
	for _, r := range rows {
		if r.Total > 0 {
			out = append(out, r)
		}
	}
	return out
}

// hoursOf tells where the time of bornes went.
func hoursOf(f indicators.Facts, unheard uint64) []hoursRow {
	all := f.Total(kiosk.CellAvailability) + unheard
	row := func(name, text string, minutes uint64) hoursRow {
		return hoursRow{name, typeset(text), valueText(indicators.Value{Form: indicators.Share, N: float64(minutes), Of: all}), number(uint64(math.Round(float64(minutes) / 60)))}
	}
	var rows []hoursRow
	for _, s := range []struct{ what, text string }{
		{kiosk.AvailableOpen, "La borne accueillait."},
		{kiosk.AvailableOffline, "Elle accueillait aussi, mais ne joignait pas le serveur ; les sites pouvaient manquer."},
		{kiosk.AvailableOutOfService, "Elle n’accueillait personne : démarrage, panne, effacement non prouvé."},
		{kiosk.AvailableClosed, "Hors des horaires, ou fermée par un agent. N’entre pas dans la disponibilité."},
	} {
		rows = append(rows, row(availabilityWord(s.what), s.text, f.First(kiosk.CellAvailability, s.what)))
	}
	return append(rows, row("Éteinte, ou non communiqué", "Minutes d’une journée reçue que personne n’a comptées : la borne était éteinte.", unheard))
}

// minutesChart draws the hours open and those lost, by step.
func minutesChart(p indicators.Period, rows []admin.UsageRow) pairChart {
	var kept []admin.UsageRow
	for _, r := range rows {
		switch r.First {
		case kiosk.AvailableOutOfService:
			r.First = "lost"
		case kiosk.AvailableOpen, kiosk.AvailableOffline:
			r.First = "open"
		default:
			continue
		}
		kept = append(kept, r)
	}
	table := indicators.ByFirst(p, kept)
	var labels []string
	open, lost := series{Label: "Heures ouvertes"}, series{Label: "Heures hors service"}
	for i, s := range table.Steps {
		head := headOf(table.Unit, s)
		labels = append(labels, head.Short)
		for _, of := range []struct {
			key string
			*series
		}{{"open", &open}, {"lost", &lost}} {
			var n uint64
			for _, row := range table.Rows {
				if row.Key == of.key {
					n = (row.Counts[i] + 30) / 60
				}
			}
			of.Counts, of.Details = append(of.Counts, n), append(of.Details, head.Long+", "+of.Label)
		}
	}
	return comparedChart("Heures d’ouverture et hors service", labels, []series{open, lost})
}

// friction says what was refused while each service was open.
func (c *console) friction(ctx context.Context, p usagePeriod) ([]frictionRow, error) {
	services, err := c.services(ctx)
	if err != nil {
		return nil, err
	}
	q := p.query(kiosk.CellDevice)
	q.Whole, q.BySecond = true, true
	rows, err := c.Store.Usage(ctx, q)
	if err != nil {
		return nil, err
	}
	at := map[string]*frictionRow{}
	for _, r := range rows {
		row := at[r.Second]
		if row == nil {
			row = &frictionRow{}
			row.Name, _ = services.of(r.Second)
			at[r.Second] = row
		}
		switch r.First {
		case kiosk.DeviceRefusedHost:
			row.Pages += r.Count
		case kiosk.DeviceRefusedNoise:
			row.Noise += r.Count
		case kiosk.DeviceHostAdded:
			row.Added += r.Count
		case kiosk.DeviceUpload, kiosk.DeviceDownload:
			row.Files += r.Count
		}
	}
	var out []frictionRow
	for _, row := range at {
		if row.Pages+row.Noise+row.Added+row.Files > 0 {
			out = append(out, *row)
		}
	}
	sortTrends(out, func(r frictionRow) (uint64, string) { return r.Pages, r.Name })
	return out, nil
}
