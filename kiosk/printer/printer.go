package printer

import (
	"context"
	"fmt"
	"io"
	"strings"

	"borne/kiosk"

	"github.com/OpenPrinting/goipp"
)

// Status is what a queue says of its printer.
type Status struct {
	// Queue is its name.
	Queue string
	// Trouble is what keeps it from printing, none when it can.
	Trouble kiosk.PrintTrouble
	// Reasons are its own words, for a technician (RFC 8011, 5.4.12).
	Reasons []string
}

// Look asks a queue how it is; an empty name asks the default one. ErrNone
// says that there is none.
func (p *Printer) Look(ctx context.Context, queue string) (Status, error) {
	ctx, cancel := context.WithTimeout(ctx, answerLimit)
	defer cancel()
	path, op := "/printers/"+queue, goipp.OpGetPrinterAttributes
	if queue == "" {
		path, op = "/", goipp.OpCupsGetDefault
	}
	m := p.request(op, queue)
	wanted := goipp.MakeAttribute("requested-attributes", goipp.TagKeyword, goipp.String("printer-name"))
	for _, name := range []string{"printer-state", "printer-state-reasons", "printer-is-accepting-jobs"} {
		wanted.Values.Add(goipp.TagKeyword, goipp.String(name))
	}
	m.Operation.Add(wanted)
	answer, err := p.do(ctx, path, m, nil)
	if err != nil {
		return Status{}, fmt.Errorf("ask the printer how it is: %w", err)
	}
	return status(answer.Printer), nil
}

// status reads what a queue says of itself.
func status(as goipp.Attributes) Status {
	s := Status{}
	if names := texts(as, "printer-name"); len(names) > 0 {
		s.Queue = names[0]
	}
	for _, r := range texts(as, "printer-state-reasons") {
		if r == "none" || r == "" {
			continue
		}
		s.Reasons = append(s.Reasons, r)
		if t := trouble(r); weight[t] > weight[s.Trouble] {
			s.Trouble = t
		}
	}
	const stopped = 5 // RFC 8011, 5.4.11
	if number(as, "printer-state") == stopped && s.Trouble == kiosk.NoTrouble {
		s.Trouble = kiosk.OtherTroubles
	}
	return s
}

// weight says which of several troubles is told: what a person can see and
// mend at the printer first.
var weight = map[kiosk.PrintTrouble]int{
	kiosk.OtherTroubles: 1, kiosk.PrinterAway: 2, kiosk.NoInk: 3, kiosk.NoPaper: 4, kiosk.CoverOpen: 5, kiosk.PaperJam: 6,
}

// trouble reads one of printer-state-reasons (RFC 8011, 5.4.12; PWG 5100.9).
// What only warns or reports keeps nothing from printing, but an empty tray
// does so whatever it is called: CUPS passes it on as a report.
func trouble(reason string) kiosk.PrintTrouble {
	name, warns := strings.CutSuffix(reason, "-warning")
	if cut, is := strings.CutSuffix(name, "-report"); is {
		name, warns = cut, true
	}
	name = strings.TrimSuffix(name, "-error")
	switch name {
	case "media-empty", "media-needed", "input-tray-missing":
		return kiosk.NoPaper
	case "media-jam":
		return kiosk.PaperJam
	case "cover-open", "door-open", "interlock-open":
		return kiosk.CoverOpen
	}
	if warns {
		return kiosk.NoTrouble
	}
	switch name {
	case "toner-empty", "marker-supply-empty", "developer-empty":
		return kiosk.NoInk
	case "offline", "shutdown", "timed-out", "connecting-to-device":
		return kiosk.PrinterAway
	case "paused", "moving-to-paused", "stopped-partly", "stopping", "spool-area-full", "other",
		"output-area-full", "output-tray-missing", "marker-waste-full", "fuser-over-temp", "fuser-under-temp",
		"cups-insecure-filter", "cups-missing-filter":
		return kiosk.OtherTroubles
	}
	return kiosk.NoTrouble
}

// Options say how a document is printed.
type Options struct{ Colour, TwoSided bool }

// Print hands over a PDF and returns the job's number.
func (p *Printer) Print(ctx context.Context, queue string, o Options, pdf io.Reader) (job int, err error) {
	m := p.request(goipp.OpPrintJob, queue)
	m.Operation.Add(goipp.MakeAttribute("job-name", goipp.TagName, goipp.String(jobName)))
	m.Operation.Add(goipp.MakeAttribute("document-format", goipp.TagMimeType, goipp.String("application/pdf")))
	sides, mode := "one-sided", "monochrome"
	if o.TwoSided {
		sides = "two-sided-long-edge"
	}
	if o.Colour {
		mode = "color"
	}
	m.Job.Add(goipp.MakeAttribute("sides", goipp.TagKeyword, goipp.String(sides)))
	m.Job.Add(goipp.MakeAttribute("print-color-mode", goipp.TagKeyword, goipp.String(mode)))
	m.Job.Add(goipp.MakeAttribute("media", goipp.TagKeyword, goipp.String("iso_a4_210x297mm")))
	// No sheet of the service's own before or after: it would name the job.
	m.Job.Add(goipp.MakeAttribute("job-sheets", goipp.TagName, goipp.String("none")))
	answer, err := p.do(ctx, "/printers/"+queue, m, pdf)
	if err != nil {
		return 0, fmt.Errorf("print: %w", err)
	}
	return number(answer.Job, "job-id"), nil
}

// Progress is how far a job is.
type Progress struct {
	State kiosk.PrintState
	// Trouble is what the printer tells while the job is not at its end.
	Trouble kiosk.PrintTrouble
	// Pages came out so far, as far as the printer tells.
	Pages int
}

// Follow says how far a job is.
func (p *Printer) Follow(ctx context.Context, queue string, job int) (Progress, error) {
	ctx, cancel := context.WithTimeout(ctx, answerLimit)
	defer cancel()
	m := p.request(goipp.OpGetJobAttributes, queue)
	m.Operation.Add(goipp.MakeAttribute("job-id", goipp.TagInteger, goipp.Integer(job)))
	answer, err := p.do(ctx, "/printers/"+queue, m, nil)
	if err != nil {
		return Progress{}, fmt.Errorf("ask for the job: %w", err)
	}
	now := progress(answer.Job)
	if !now.State.Busy() {
		return now, nil
	}
	s, err := p.Look(ctx, queue)
	if err != nil {
		return Progress{}, err
	}
	if s.Trouble != kiosk.NoTrouble {
		now.State, now.Trouble = kiosk.PrintStopped, s.Trouble
	}
	return now, nil
}

// progress reads a job's attributes (RFC 8011, 5.3.7 and 5.3.18).
func progress(as goipp.Attributes) Progress {
	p := Progress{State: kiosk.PrintFailed, Pages: max(number(as, "job-impressions-completed"), number(as, "job-media-sheets-completed"))}
	switch number(as, "job-state") {
	case 3:
		p.State = kiosk.PrintQueued
	case 4: // held: a queue that was paused
		p.State, p.Trouble = kiosk.PrintStopped, kiosk.OtherTroubles
	case 5:
		p.State = kiosk.PrintPrinting
	case 6:
		p.State, p.Trouble = kiosk.PrintStopped, kiosk.OtherTroubles
	case 9:
		p.State = kiosk.PrintDone
	}
	return p
}

// Purge has the service cancel and forget every job of every queue, whoever
// asked for it. A service that is not there has none.
func (p *Printer) Purge(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, answerLimit)
	defer cancel()
	m := p.request(goipp.OpPurgeJobs, "")
	m.Operation.Add(goipp.MakeAttribute("printer-uri", goipp.TagURI, goipp.String("ipp://localhost/printers/")))
	m.Operation.Add(goipp.MakeAttribute("purge-jobs", goipp.TagBoolean, goipp.Boolean(true)))
	if _, err := p.do(ctx, "/admin/", m, nil); err != nil {
		return fmt.Errorf("purge the print jobs: %w", err)
	}
	return nil
}
