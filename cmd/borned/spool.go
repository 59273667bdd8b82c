package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"regexp"
)

const (
	// cupsUnit is the print service; what it holds of a visit is memory, or in
	// file systems that end with it (packaging/systemd/cups.conf).
	cupsUnit = "cups.service"
	// spoolFolder is where it would keep documents on the disk without them.
	spoolFolder = "var/spool/cups"
)

// endPrinting has the print service forget the visit: its jobs are cancelled,
// so that the printer hears of it, and the service starts anew, without its
// memory. Then it is searched for. What it left is returned. Whether a former
// borned had something printed is not known, so the first end searches too.
func (e *engine) endPrinting(ctx context.Context, visited bool) (left []string) {
	if !e.printing.forget() {
		return nil
	}
	if visited {
		if err := e.printing.service.Purge(ctx); err != nil {
			e.log.Warn("the printer is not told that the visit is over", "error", err)
		}
	}
	pid, others, err := e.sandbox.RenewService(ctx, cupsUnit)
	if err != nil {
		return []string{"the print service could not be ended: " + err.Error()}
	}
	if others > 0 {
		left = append(left, fmt.Sprintf("%d × process of the print service", others))
	}
	roots := []string{"/"}
	if pid != 0 {
		roots = append(roots, fmt.Sprintf("/proc/%d/root", pid))
	}
	for _, root := range roots {
		n, err := spooled(os.DirFS(root))
		if err != nil {
			left = append(left, "the search for print jobs was not complete: "+nameless(err).Error())
		} else if n > 0 {
			left = append(left, fmt.Sprintf("%d × file of a print job", n))
		}
	}
	if len(left) == 0 {
		e.printing.forgotten()
	}
	return left
}

// jobFile is the name of a job's attributes (c00001) or of one of its
// documents (d00001-001) in a spool.
var jobFile = regexp.MustCompile(`^[cd][0-9]{5}`)

// spooled counts what a spool holds of jobs, and what filters left beside it.
func spooled(root fs.FS) (files int, err error) {
	for _, folder := range []string{spoolFolder, path.Join(spoolFolder, "tmp")} {
		entries, err := fs.ReadDir(root, folder)
		if errors.Is(err, fs.ErrNotExist) {
			continue
		} else if err != nil {
			return files, err
		}
		for _, entry := range entries {
			if jobFile.MatchString(entry.Name()) || folder != spoolFolder && entry.Type().IsRegular() {
				files++
			}
		}
	}
	return files, nil
}
