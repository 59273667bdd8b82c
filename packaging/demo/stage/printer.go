package stage

import (
	"context"
	"fmt"
	"strings"

	"borne/packaging/demo/drive"
)

// Where the printer keeps things, inside the host. They are the printer's: what stands there left the borne as paper does.
const (
	PrinterFolder = "/root/printer"
	paperFile     = PrinterFolder + "/paper"
	printedFolder = PrinterFolder + "/printed"
	spoolFolder   = PrinterFolder + "/spool"
	printerURL    = "ipp://localhost:8631/ipp/print"
)

// PrinterQueue is what a technician calls the printer.
const PrinterQueue = "accueil"

// PrinterProgram is how the printer's process is called.
const PrinterProgram = "ippeveprinter"

// Printer is one of CUPS's own making (ippeveprinter), which runs on the host and puts each job into a file. It stands for
// a driverless printer of the house.
type Printer struct{ stage *Stage }

// printCommand is what the printer runs for each job.
const printCommand = `#!/bin/sh
if [ ! -e ` + paperFile + ` ]; then
	echo "STATE: +media-empty-error" >&2
	while [ ! -e ` + paperFile + ` ]; do sleep 0.1; done
	echo "STATE: -media-empty-error" >&2
fi
cp "$1" ` + printedFolder + `/$(date +%s%N).pdf
`

// InstallPrinter starts the printer, with paper, and makes its queue as a technician does.
func (s *Stage) InstallPrinter(ctx context.Context) (*Printer, error) {
	p := &Printer{s}
	if err := s.Host.WriteFile(PrinterFolder+"/print", []byte(printCommand), 0o755); err != nil {
		return nil, fmt.Errorf("install a printer: %w", err)
	}
	for _, line := range []string{
		"mkdir -p " + printedFolder + " " + spoolFolder + " && touch " + paperFile,
		// It ends when the bus does, by which it would be announced; a printer that is switched on does not.
		"systemd-run --quiet --unit=test-printer -p Restart=always -p RestartSec=200ms -p StartLimitIntervalSec=0 " + PrinterProgram + " -r off -n localhost -p 8631 -d " + spoolFolder +
			" -f application/pdf -c " + PrinterFolder + "/print Accueil",
	} {
		if err := p.run(ctx, line); err != nil {
			return nil, err
		}
	}
	err := drive.Until(ctx, "the printer to answer", func() (bool, error) {
		err := p.run(ctx, "ipptool -q "+printerURL+" get-printer-attributes.test")
		return err == nil, err
	})
	if err != nil {
		return nil, fmt.Errorf("install a printer: %w", err)
	}
	return p, p.run(ctx, "lpadmin -p "+PrinterQueue+" -E -v "+printerURL+" -m everywhere && lpadmin -d "+PrinterQueue)
}

// Fill gives it paper.
func (p *Printer) Fill(ctx context.Context) error { return p.run(ctx, "touch "+paperFile) }

// Empty takes its paper away: what is printed next waits.
func (p *Printer) Empty(ctx context.Context) error { return p.run(ctx, "rm -f "+paperFile) }

// Take takes what it put out, and returns the words that stand on it, one text for each job, oldest first.
func (p *Printer) Take(ctx context.Context) ([]string, error) {
	out, err := p.stage.Host.Run(ctx, "sh", "-c", "cd "+printedFolder+` && for f in *.pdf; do
	[ -e "$f" ] && { pdftotext "$f" - || exit 1; printf '\001'; rm "$f"; }; done; true`)
	if err != nil {
		return nil, fmt.Errorf("take what was printed: %w", err)
	}
	texts := strings.Split(out, "\x01")
	return texts[:len(texts)-1], nil
}

func (p *Printer) run(ctx context.Context, line string) error {
	if out, err := p.stage.Host.Run(ctx, "sh", "-c", line); err != nil {
		return fmt.Errorf("printer: %w: %s", err, strings.TrimSpace(out))
	}
	return nil
}
