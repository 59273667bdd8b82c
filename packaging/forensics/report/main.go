package main

import (
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"os"
	"time"

	"borne/packaging/forensics"

	"github.com/google/renameio/v2"
)

func main() {
	results := flag.String("results", "", "file of the visits' outcomes, one JSON object a line")
	versions := flag.String("versions", "", "file with the versions of what was searched, as JSON")
	page := flag.String("page", "", "page that holds the report between its markers")
	without := flag.String("without", "", "what was not run, and why")
	flag.Parse()
	if err := write(*results, *versions, *page, *without); err != nil {
		fmt.Fprintln(os.Stderr, "report:", err)
		os.Exit(1)
	}
}

// write fails after it wrote when a visit was not clean.
func write(results, versions, page, without string) error {
	r := forensics.Report{Day: time.Now(), Without: without}
	var err error
	if r.Visits, err = forensics.Read(results); err != nil {
		return err
	}
	if len(r.Visits) == 0 {
		return errors.New("no visit left an outcome: nothing is written")
	}
	if text, err := os.ReadFile(versions); err != nil {
		return err
	} else if err := json.Unmarshal(text, &r.Versions); err != nil {
		return fmt.Errorf("read versions: %w", err)
	}
	before, err := os.ReadFile(page)
	if err != nil {
		return err
	}
	after, err := r.Insert(string(before))
	if err != nil {
		return fmt.Errorf("%s: %w", page, err)
	}
	if err := renameio.WriteFile(page, []byte(after), 0o644); err != nil {
		return err
	}
	unclean := 0
	for _, v := range r.Visits {
		if !v.Clean() {
			unclean++
			fmt.Fprintf(os.Stderr, "not clean: visit %d (%s, %s): missed %v, left %v\n", v.Number, v.Where, v.End, v.Missed, v.Left)
		}
	}
	fmt.Printf("%d visits, %d clean: %s\n", len(r.Visits), len(r.Visits)-unclean, page)
	if unclean > 0 {
		return fmt.Errorf("visits that were not clean: %d", unclean)
	}
	return nil
}
