package main

import (
	"context"
	"encoding/json"
	"fmt"

	"borne/kiosk"
)

// kept is what the borne's usage log holds, as it answers over the bus.
type kept struct {
	Open         []kiosk.Cell          `json:"open"`
	Outbox       []kiosk.SequencedCell `json:"outbox"`
	Memory       []kiosk.Cell          `json:"memory"`
	Unread       string                `json:"unread"`
	Acknowledged uint64                `json:"acknowledged"`
}

type localUsage struct{}

// Run prints every counter that the borne keeps: nothing else is in its log.
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
		var rows [][]string
		add := func(where string, c kiosk.Cell) {
			rows = append(rows, []string{where, c.Day, hour(c.Hour), string(c.Kind), c.First, c.Second, fmt.Sprint(c.Count)})
		}
		for _, c := range k.Outbox {
			add(fmt.Sprintf("waits, n° %d", c.Seq), c.Cell)
		}
		for _, c := range k.Memory {
			add("not on disk yet", c)
		}
		for _, c := range k.Open {
			add("counting", c)
		}
		if k.Unread != "" {
			return fmt.Errorf("the usage log on the disk cannot be read (%s): only what waits in memory is known, %d counters; make the disk writable again, borned then writes them", k.Unread, len(k.Memory))
		}
		fmt.Fprintf(a.stdout, "The central office holds every counter up to n° %d.\n", k.Acknowledged)
		return table(a.stdout, []string{"WHERE", "DAY", "HOUR", "KIND", "WHAT", "BY", "COUNT"}, rows)
	})
}

func hour(h int) string {
	if h == kiosk.NoHour {
		return "-"
	}
	return fmt.Sprintf("%d h", h)
}
