package console

import (
	"bytes"
	"errors"
	"fmt"
	"net/http"
	"time"

	"borne/admin"
	"borne/admin/indicators"
	"borne/admin/xlsx"
)

// usageXLSX answers with a workbook: the indicators with their definitions,
// then a sheet for each table.
func (c *console) usageXLSX(w http.ResponseWriter, r *http.Request, _ admin.Operator) error {
	ctx := r.Context()
	p, err := c.readPeriod(r)
	if err != nil {
		return err
	}
	organisation, err := c.Store.Organisation(ctx)
	if err != nil {
		return err
	}
	services, err := c.services(ctx)
	if err != nil {
		return err
	}
	facts, err := c.threePeriods(ctx, p)
	if err != nil {
		return err
	}
	book := xlsx.Book{Title: "Usages des bornes, " + periodText(p.period), Author: organisation.Name, Created: c.Now(),
		Sheets: []xlsx.Sheet{readMe(organisation.Name, p, c.today()), indicatorSheet(p, facts)}}
	sites, err := c.siteNames(ctx)
	if err != nil {
		return err
	}
	byMonth, left := p.period.Unit() != indicators.ByDay, maxBookRows
	for _, e := range exports() {
		q := p.query(e.kind)
		q.BySite, q.BySecond, q.ByMonth = true, true, byMonth
		rows, err := c.Store.Usage(ctx, q)
		if err != nil {
			return err
		}
		if left -= len(rows); left < 0 {
			return errLongBook
		}
		sheet := xlsx.Sheet{Name: e.title}
		for i, title := range e.header() {
			sheet.Columns = append(sheet.Columns, xlsx.Column{Title: title, Width: map[bool]int{true: 12, false: 26}[i == 0]})
		}
		sheet.Columns[len(sheet.Columns)-1].Width = 12
		if byMonth {
			sheet.Columns[0].Title = "Mois (du)"
		}
		for i, line := range e.lines(services, sites, rows) {
			day, err := time.Parse(time.DateOnly, rows[i].Day)
			if err != nil {
				return fmt.Errorf("day %q: %w", rows[i].Day, err)
			}
			cells := []xlsx.Cell{xlsx.Day(day)}
			for j, text := range line[1:] {
				if sheet.Columns[j+1].Title == "Heure" {
					cells = append(cells, xlsx.Integer(uint64(rows[i].Hour)))
					continue
				}
				cells = append(cells, xlsx.Text(text))
			}
			sheet.Rows = append(sheet.Rows, append(cells, xlsx.Integer(rows[i].Count)))
		}
		book.Sheets = append(book.Sheets, sheet)
	}
	var out bytes.Buffer
	if err := xlsx.Write(&out, book); err != nil {
		return err
	}
	sendFile(w, "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", fileName("usages", p, "xlsx"), out.Bytes())
	return nil
}

// maxBookRows bounds a workbook, which is made in memory; a table alone, as
// CSV, may be of any length.
const maxBookRows = 600_000

// errLongBook refuses a workbook of more.
var errLongBook = errors.New("the workbook would be too long")

// readMe is the first sheet: what the workbook is, and what it must not become.
func readMe(organisation string, p usagePeriod, now time.Time) xlsx.Sheet {
	site := p.site.Name
	if site == "" {
		site = "Tous les sites"
	}
	s := xlsx.Sheet{Name: "À lire d’abord", Columns: []xlsx.Column{{Title: "Ce classeur", Width: 24}, {Title: "", Width: 90}}}
	for _, line := range [][2]string{
		{"Organisation", organisation}, {"Site", site}, {"Période", "du " + p.period.From() + " au " + p.period.To() + ", jours et heures de Paris"},
		{"Écrit le", longDay(now)},
		{"Lignes", "Une par jour ; au-delà de 31 jours, une par mois civil, ou par ce que la période en contient. Les tableaux en CSV sont toujours par jour."},
		{"Usage", "Chiffres entiers, pour l’organisation. Ne les diffusez pas : en dessous de 11, un nombre pourrait parler d’une personne à qui connaît les lieux. Le rapport « à diffuser » et les « données à diffuser » de la console sont faits pour cela."},
		{"Personnes", notPeople},
		{"Non communiqué", "Ce que personne n’a dit est une valeur comme les autres, et n’est jamais compté comme zéro."},
	} {
		s.Rows = append(s.Rows, []xlsx.Cell{xlsx.Text(typeset(line[0])), xlsx.Wrapped(typeset(line[1]))})
	}
	return s
}

func indicatorSheet(p usagePeriod, facts [3]indicators.Facts) xlsx.Sheet {
	s := xlsx.Sheet{Name: "Indicateurs", Columns: []xlsx.Column{{Title: "Indicateur", Width: 32}, {Title: periodText(p.period), Width: 18},
		{Title: "Avant : " + periodText(p.period.Before()), Width: 18}, {Title: "Un an avant : " + periodText(p.period.YearBefore()), Width: 18}, {Title: "Définition", Width: 90}}}
	for _, i := range indicators.All() {
		d := definitions[i]
		row := []xlsx.Cell{xlsx.Text(d.Name)}
		for _, f := range facts {
			row = append(row, valueCell(f.Value(i)))
		}
		s.Rows = append(s.Rows, append(row, xlsx.Wrapped(typeset(d.Text))))
	}
	return s
}

func valueCell(v indicators.Value) xlsx.Cell {
	switch {
	case !v.Known():
		return xlsx.Text(unknown)
	case v.Form == indicators.Share:
		return xlsx.Percent(v.Figure())
	case v.Form == indicators.Rate:
		return xlsx.Decimal(v.Figure())
	}
	return xlsx.Integer(uint64(v.Figure()))
}
