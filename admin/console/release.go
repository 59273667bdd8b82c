package console

import (
	"archive/zip"
	"bytes"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"time"

	"borne/admin"
	"borne/admin/indicators"
	"borne/kiosk"
)

const (
	// releaseAfter is how long after its end a month may be published: by then
	// bornes that were offline have brought theirs, and no second release of
	// the month differs from the first by the few counts of one of them.
	releaseAfter  = 10 * 24 * time.Hour
	releaseMonths = 12
	monthLayout   = "2006-01"
)

// releasable lists the months that may be published, the newest first.
func releasable(now time.Time) []choice {
	var out []choice
	for m := range releaseMonths + 1 {
		first := time.Date(now.Year(), now.Month()-time.Month(m), 1, 0, 0, 0, 0, now.Location())
		if now.Sub(first.AddDate(0, 1, 0)) >= releaseAfter {
			out = append(out, choice{Value: first.Format(monthLayout), Label: fmt.Sprintf("%s %d", months()[first.Month()-1], first.Year())})
		}
	}
	return out
}

// releaseZIP is a data package (Frictionless Data) of one month: a CSV with its
// Table Schema and its licence.
func (c *console) releaseZIP(w http.ResponseWriter, r *http.Request, _ admin.Operator) error {
	month := r.URL.Query().Get("mois")
	published, _, err := c.publication(r.Context(), month)
	if err != nil {
		return err
	}
	sites, err := c.siteNames(r.Context())
	if err != nil {
		return err
	}
	organisation, err := c.Store.Organisation(r.Context())
	if err != nil {
		return err
	}
	services, err := c.services(r.Context())
	if err != nil {
		return err
	}
	lines := [][]string{releaseColumns()}
	line := func(at indicators.Place) {
		site, name, theme, coop := "Ensemble", "Ensemble", "", ""
		if at.Site != "" {
			site = sites[at.Site]
		}
		if !at.Total {
			name, theme = services.of(at.Key)
			coop = services.coop(at.Key)
		}
		figure, count, secret := published.At(at), "", "oui"
		if !figure.Secret {
			count, secret = fmt.Sprint(figure.Count), "non"
		}
		lines = append(lines, []string{month, site, at.Key, name, theme, coop, count, secret})
	}
	keys := published.Keys(kiosk.CellVisit)
	for _, site := range append(published.Sites(kiosk.CellVisit), "") {
		for _, key := range keys {
			line(indicators.Place{Kind: kiosk.CellVisit, Site: site, Key: key})
		}
		if len(keys) > 0 {
			line(indicators.Place{Kind: kiosk.CellVisit, Site: site, Total: true})
		}
	}
	archive, err := dataPackage(month, organisation.Name, lines)
	if err != nil {
		return err
	}
	sendFile(w, "application/zip", "borne-visites-"+month+".zip", archive)
	return nil
}

// releaseFields describes the columns (Table Schema, frictionlessdata.io).
var releaseFields = []struct{ name, kind, description string }{
	{"mois", "yearmonth", "Mois civil, en heure de Paris."},
	{"site", "string", "Lieu d’accueil ; « Ensemble » pour tous."},
	{"service", "string", "Identifiant du service dans le catalogue ; vide pour tous."},
	{"nom_du_service", "string", "Nom du service ; « Ensemble » pour tous."},
	{"theme", "string", "Thème du service sur l’écran d’accueil."},
	{"theme_coop", "string", "Clé du thème dans La Coop de la médiation numérique."},
	{"visites", "integer", "Sites officiels ouverts pendant une session. Une personne peut faire plusieurs visites : ce n’est pas un nombre de personnes. Vide quand le chiffre est secret."},
	{"secret", "boolean", "« oui » quand le chiffre, de moins de 11 ou qui permettrait d’en retrouver un, n’est pas diffusé."},
}

func releaseColumns() []string {
	var names []string
	for _, f := range releaseFields {
		names = append(names, f.name)
	}
	return names
}

func dataPackage(month, organisation string, lines [][]string) ([]byte, error) {
	type object = map[string]any
	fields := []object{}
	for _, f := range releaseFields {
		field := object{"name": f.name, "type": f.kind, "description": f.description}
		if f.kind == "boolean" {
			field["trueValues"], field["falseValues"] = []string{"oui"}, []string{"non"}
		}
		fields = append(fields, field)
	}
	description, err := json.MarshalIndent(object{
		"profile": "tabular-data-package", "name": "borne-visites-" + month,
		"title":       "Visites des bornes en libre-service, " + month,
		"description": "Compteurs anonymes : aucune ligne ne représente une personne, et rien ne relie deux visites.",
		"licenses":    []object{{"name": "etalab-2.0", "title": "Licence Ouverte 2.0", "path": "https://www.etalab.gouv.fr/licence-ouverte-open-licence/"}},
		"sources":     []object{{"title": organisation}},
		"resources": []object{{"name": "visites", "path": "visites.csv", "profile": "tabular-data-resource", "format": "csv", "mediatype": "text/csv",
			"encoding": "utf-8", "dialect": object{"delimiter": ","}, "schema": object{"fields": fields, "missingValues": []string{""}}}},
	}, "", "  ")
	if err != nil {
		return nil, fmt.Errorf("describe the data: %w", err)
	}
	var table, out bytes.Buffer
	writer := csv.NewWriter(&table)
	for _, line := range lines {
		for i := range line {
			line[i] = inert(line[i])
		}
		if err := writer.Write(line); err != nil {
			return nil, fmt.Errorf("write CSV: %w", err)
		}
	}
	if writer.Flush(); writer.Error() != nil {
		return nil, fmt.Errorf("write CSV: %w", writer.Error())
	}
	packed := zip.NewWriter(&out)
	for _, file := range []struct {
		name    string
		content []byte
	}{{"datapackage.json", description}, {"visites.csv", table.Bytes()}} {
		f, err := packed.Create(file.name)
		if err == nil {
			_, err = io.Copy(f, bytes.NewReader(file.content))
		}
		if err != nil {
			return nil, fmt.Errorf("pack the data: %w", err)
		}
	}
	if err := packed.Close(); err != nil {
		return nil, fmt.Errorf("pack the data: %w", err)
	}
	return out.Bytes(), nil
}
