package usage

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"
)

// toldFor is how long a file that was set aside is told of in the borne's health.
const toldFor = 7 * 24 * time.Hour

// setAsideName dates the files.
const setAsideName = ".corrupt-20060102T150405.000"

// lately is the newest file that was set aside within toldFor, "" for none.
func lately(path string, now time.Time) string {
	names, err := filepath.Glob(path + ".corrupt-*[0-9]")
	if err != nil || len(names) == 0 {
		return ""
	}
	last := slices.Max(names)
	at, err := time.Parse(setAsideName, strings.TrimPrefix(last, path))
	if age := now.Sub(at); err != nil || age < -toldFor || age > toldFor {
		return ""
	}
	return last
}

func exists(name string) bool {
	_, err := os.Stat(name)
	return err == nil
}

// maxSetAside is how many corrupt files are kept for a technician to look at.
const maxSetAside = 3

// errIntegrity is a finding of quick_check.
var errIntegrity = errors.New("integrity check failed")

// check reads the whole file once: milliseconds for a usual log.
func check(ctx context.Context, db *sql.DB) error {
	var finding string
	if err := db.QueryRowContext(ctx, "PRAGMA quick_check(1)").Scan(&finding); err != nil {
		return err
	}
	if finding != "ok" {
		return fmt.Errorf("%w: %s", errIntegrity, finding)
	}
	return nil
}

// keepSetAside is how long a file that was set aside is kept for a technician,
// or for the retention of cells, whichever is less.
const keepSetAside = 90 * 24 * time.Hour

// dropSetAside removes files that were set aside too long ago. One whose name
// says no time, or a later one than now, is left: the clock may be wrong.
func dropSetAside(path string, now time.Time, months int) error {
	names, err := filepath.Glob(path + ".corrupt-*[0-9]")
	if err != nil {
		return fmt.Errorf("list corrupt files: %w", err)
	}
	before := now.Add(-keepSetAside)
	if retained := now.AddDate(0, -months, 0); retained.After(before) {
		before = retained
	}
	var faults error
	for _, name := range names {
		at, err := time.Parse(setAsideName, strings.TrimPrefix(name, path))
		if err != nil || !at.Before(before) {
			continue
		}
		faults = errors.Join(faults, removeSetAside(name))
	}
	return faults
}

func removeSetAside(name string) error {
	for _, suffix := range []string{"-wal", "-shm", "-journal", ""} {
		if err := os.Remove(name + suffix); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return fmt.Errorf("remove an old corrupt file: %w", err)
		}
	}
	return nil
}

// setAside renames the database and its write-ahead log, and returns the new
// name. A usable number of earlier ones stays.
func setAside(path string, now time.Time) (string, error) {
	aside := path + now.UTC().Format(setAsideName)
	if err := os.Rename(path, aside); err != nil {
		return "", fmt.Errorf("set the corrupt file aside: %w", err)
	}
	// A write-ahead log left behind would be played into the new database.
	for _, suffix := range []string{"-wal", "-shm", "-journal"} {
		if err := os.Rename(path+suffix, aside+suffix); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return "", fmt.Errorf("set the corrupt file aside: %w", err)
		}
	}
	old, err := filepath.Glob(path + ".corrupt-*[0-9]")
	if err != nil {
		return "", fmt.Errorf("list corrupt files: %w", err)
	}
	slices.Sort(old)
	for _, name := range old[:max(0, len(old)-maxSetAside)] {
		if err := removeSetAside(name); err != nil {
			return "", err
		}
	}
	return aside, nil
}
