package main

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"

	"borne/admin"
	"borne/kiosk"
	"borne/packaging/demo/drive"
)

// counters sends what the borne counted, prints what the central office now knows, and checks it against the visit that
// was played.
func (d *demonstration) counters(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, preparation)
	defer cancel()
	said, err := d.stage.Host.Run(ctx, "bornectl", "local", "sync")
	if err != nil {
		return fmt.Errorf("send the counters: %w", err)
	}
	fmt.Fprintln(d.out, "\nbornectl local sync:", strings.TrimSpace(said))

	text, err := d.central.Bornectl(ctx, "usage", "report")
	if err != nil {
		return err
	}
	fmt.Fprintf(d.out, "\nbornectl usage report:\n%s\n", text)
	raw, err := d.central.Bornectl(ctx, "--json", "usage", "report")
	if err != nil {
		return err
	}
	if err := checkVisits(raw); err != nil {
		return err
	}
	device, err := d.central.Usage(ctx, kiosk.CellDevice)
	if err != nil {
		return err
	}
	if err := checkDevice(device); err != nil {
		return err
	}
	// The central office keeps what bornes tell in groups, some seconds late.
	var bornes string
	err = drive.Until(ctx, "a borne that is ready at the central office", func() (bool, error) {
		var err error
		bornes, err = d.central.Bornectl(ctx, "kiosk", "list")
		return err == nil && strings.Contains(bornes, " "+string(kiosk.Ready)+" "), err
	})
	if err != nil {
		return err
	}
	fmt.Fprintf(d.out, "bornectl kiosk list:\n%s\n", bornes)
	return nil
}

// checkVisits wants the visits of the script at the central office: two to the Caf, one to the tax office.
func checkVisits(report string) error {
	var answer struct{ Rows []admin.UsageRow }
	if err := json.Unmarshal([]byte(report), &answer); err != nil {
		return fmt.Errorf("read the report: %w", err)
	}
	visits := map[string]uint64{}
	for _, row := range answer.Rows {
		if row.Kind == kiosk.CellVisit {
			visits[row.First] += row.Count
		}
	}
	return same(visits, map[string]uint64{"caf": 2, "impots": 1})
}

// checkDevice wants the refused link and the two proved wipes at the central office, and no wipe that failed.
func checkDevice(rows []admin.UsageRow) error {
	count := map[string]uint64{}
	for _, row := range rows {
		if row.Kind == kiosk.CellDevice {
			count[row.First] += row.Count
		}
	}
	switch {
	case count[kiosk.DeviceRefusedHost] == 0:
		return fmt.Errorf("the refused link was not counted: %v", count)
	case count[kiosk.DeviceWipeClean] < 2 || count[kiosk.DeviceWipeFault] != 0:
		return fmt.Errorf("wipes counted: %v, want two clean ones at least and no fault", count)
	}
	return nil
}

func same(got, want map[string]uint64) error {
	for id, n := range want {
		if got[id] != n {
			return fmt.Errorf("visits counted: %v, want %v", got, want)
		}
	}
	if len(got) != len(want) {
		return fmt.Errorf("visits counted: %v, want %v", got, want)
	}
	return nil
}
