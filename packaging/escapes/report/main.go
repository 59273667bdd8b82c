package main

import (
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"os"
	"time"

	"borne/packaging/escapes"

	"github.com/google/renameio/v2"
)

func main() {
	results := flag.String("results", "", "file of the attempts' results, one JSON object a line")
	versions := flag.String("versions", "", "file with the versions of what was tried, as JSON")
	page := flag.String("page", "", "page that holds the report between its markers")
	without := flag.String("without", "", "what was not run, and why")
	flag.Parse()
	if err := write(*results, *versions, *page, *without); err != nil {
		fmt.Fprintln(os.Stderr, "report:", err)
		os.Exit(1)
	}
}

// write fails after it wrote when an attempt did not hold.
func write(results, versions, page, without string) error {
	r := escapes.Report{Day: time.Now(), Without: without}
	var err error
	if r.Results, err = escapes.Read(results); err != nil {
		return err
	}
	if len(r.Results) == 0 {
		return errors.New("no attempt left a result: nothing is written")
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
	held := 0
	for _, one := range r.Results {
		if one.Held() {
			held++
			continue
		}
		fmt.Fprintf(os.Stderr, "not closed: %s (%s): denied %v, usable %v: %s\n", one.ID, one.Where, one.Denied, one.Usable, one.Fault)
	}
	fmt.Printf("%d attempts, %d held, %d not closed: %s\n", len(r.Results), held, len(r.Results)-held, page)
	return nil
}
