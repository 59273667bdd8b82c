package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"borne/kiosk"
)

// kept is what the borne's usage log holds, as it answers over the bus.
type kept struct {
	Epoch           string                `json:"epoch"`
	Open            []kiosk.Cell          `json:"open"`
	Outbox          []kiosk.SequencedCell `json:"outbox"`
	Memory          []kiosk.Cell          `json:"memory"`
	Unread          string                `json:"unread"`
	Acknowledged    uint64                `json:"acknowledged"`
	Evicted         uint64                `json:"evicted"`
	SetAside        []string              `json:"set_aside"`
	File            string                `json:"file"`
	RetentionMonths int                   `json:"retention_months"`
	MaxRows         int                   `json:"max_rows"`
}

type localUsage struct{}

// Run prints every counter that the borne keeps, in words, for a data
// protection officer: nothing else is in its log.
func (localUsage) Run(a *app, g *global) error {
	return a.withLocal(answerLimit, func(ctx context.Context, b localBorne) error {
		var raw json.RawMessage
		if err := b.Usage(ctx, &raw); err != nil {
			return err
		}
		if g.JSON {
			return printJSON(a.stdout, raw)
		}
		var k kept
		if err := json.Unmarshal(raw, &k); err != nil {
			return fmt.Errorf("decode counters: %w", err)
		}
		if k.Unread != "" {
			return fmt.Errorf("the usage log on the disk cannot be read (%s): only what waits in memory is known, %d counters; make the disk writable again, borned then writes them", k.Unread, len(k.Memory))
		}
		return k.print(a.stdout)
	})
}

// print writes first what the log is, then all that is in it.
func (k kept) print(w io.Writer) error {
	fmt.Fprint(w, "Ce que cette borne garde de son usage : les compteurs ci-dessous, et rien d'autre.\n"+
		"Un compteur est un nombre de fois. Aucun ne désigne une personne ni une visite.\n\n")
	say := func(name, words string) { fmt.Fprintf(w, "%-15s %s\n", name, printable(words)) }
	say("Fichier", k.File)
	say("", "« époque » "+k.Epoch+" : un nombre tiré au hasard à la")
	say("", "création du fichier ; il désigne le fichier, et rien d'autre")
	say("Durée", fmt.Sprintf("%d mois au plus, et %s lignes en attente au plus ; au-delà, les plus", k.RetentionMonths, thousands(k.MaxRows)))
	say("", "anciennes sont abandonnées, et leur nombre est compté")
	say("Comptent", plural(len(k.Open), "compteur dont l'heure ou le jour n'est pas fini", "compteurs dont l'heure ou le jour n'est pas fini"))
	say("Attendent", k.waiting())
	if k.Acknowledged > 0 {
		say("", fmt.Sprintf("le bureau central a reçu tout jusqu'au n° %d : c'est effacé ici", k.Acknowledged))
	} else {
		say("", "le bureau central n'a encore rien confirmé")
	}
	if n := len(k.Memory); n > 0 {
		say("En mémoire", plural(n, "compteur que le disque ne prend pas", "compteurs que le disque ne prend pas")+" pour l'instant")
	}
	say("Abandonnés", plural(int(k.Evicted), "compteur", "compteurs")+" dont le bureau central n'a pas encore appris la perte")
	for _, name := range k.SetAside {
		say("Mis de côté", filepath.Base(name)+" : un fichier abîmé, qui contient d'anciens compteurs")
	}
	return k.counters(w)
}

func (k kept) waiting() string {
	words := plural(len(k.Outbox), "compteur clos, à envoyer au bureau central", "compteurs clos, à envoyer au bureau central")
	if n := len(k.Outbox); n > 0 {
		words += fmt.Sprintf(" (n° %d à %d, depuis le %s)", k.Outbox[0].Seq, k.Outbox[n-1].Seq, day(slices.MinFunc(k.Outbox,
			func(a, b kiosk.SequencedCell) int { return strings.Compare(a.Day, b.Day) }).Day))
	}
	return words
}

// counters writes every cell, kind by kind.
func (k kept) counters(w io.Writer) error {
	rows := map[kiosk.CellKind][][]string{}
	add := func(where string, c kiosk.Cell) {
		when := day(c.Day)
		if c.Hour != kiosk.NoHour {
			when += fmt.Sprintf(", %d h", c.Hour)
		}
		row := []string{when}
		d, _ := kiosk.Definition(c.Kind)
		for _, v := range []struct {
			dimension kiosk.Dimension
			value     string
		}{{d.First, c.First}, {d.Second, c.Second}} {
			if used(v.dimension) {
				row = append(row, valueWords(v.dimension.Name, v.value))
			}
		}
		rows[c.Kind] = append(rows[c.Kind], append(row, fmt.Sprint(c.Count), where))
	}
	for _, c := range k.Open {
		add("compte encore", c)
	}
	for _, c := range k.Outbox {
		add(fmt.Sprintf("attend, n° %d", c.Seq), c.Cell)
	}
	for _, c := range k.Memory {
		add("en mémoire", c)
	}
	var none []string
	for _, d := range kiosk.Kinds() {
		words := kindWords()[d.Kind]
		if len(rows[d.Kind]) == 0 {
			none = append(none, words.title)
			continue
		}
		fmt.Fprintf(w, "\n%s (%s)\n%s\n\n", words.title, d.Kind, words.purpose)
		head := []string{"QUAND"}
		for _, dimension := range []kiosk.Dimension{d.First, d.Second} {
			if used(dimension) {
				head = append(head, strings.ToUpper(dimensionWords()[dimension.Name]))
			}
		}
		if err := table(w, append(head, "NOMBRE", "OÙ"), rows[d.Kind]); err != nil {
			return err
		}
	}
	if len(none) > 0 {
		fmt.Fprintf(w, "\nRien n'est gardé en ce moment de : %s.\n", strings.Join(none, " ; "))
	}
	return nil
}

// used: a kind with one dimension has the other only for the table's sake.
func used(d kiosk.Dimension) bool { return len(d.Values) != 1 }

// day writes 2026-09-01 as 01/09/2026.
func day(s string) string {
	t, err := time.Parse(time.DateOnly, s)
	if err != nil {
		return s
	}
	return t.Format("02/01/2006")
}

// plural is a number and its word; French has one for 0 too.
func plural(n int, one, more string) string {
	if n < 2 {
		more = one
	}
	return thousands(n) + " " + more
}

// thousands writes 300000 as 300 000, for eyes.
func thousands(n int) string {
	s := fmt.Sprint(n)
	for i := len(s) - 3; i > 0; i -= 3 {
		s = s[:i] + " " + s[i:]
	}
	return s
}
