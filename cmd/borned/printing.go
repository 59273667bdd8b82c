package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"os"
	"strings"
	"sync"
	"time"

	"borne/kiosk"
	"borne/kiosk/paper"
	"borne/kiosk/printer"
	"borne/kiosk/sandbox"
	"borne/kiosk/session"

	"golang.org/x/sys/unix"
)

// printService is CUPS, as kiosk/printer speaks to it.
type printService interface {
	Look(ctx context.Context, queue string) (printer.Status, error)
	Print(ctx context.Context, queue string, o printer.Options, pdf io.Reader) (job int, err error)
	Follow(ctx context.Context, queue string, job int) (printer.Progress, error)
	Purge(ctx context.Context) error
}

// printing looks after the paper of a visit: one document at a time, counted
// first, printed once, and nothing of it kept.
type printing struct {
	service printService
	// settings are the organisation's.
	settings func() kiosk.Printing
	log      *slog.Logger

	mu     sync.Mutex
	status lookedAt
	job    kiosk.PrintJob
	pages  *os.File // what is to be printed, in memory alone
	turn   int      // grows with each document that is prepared
	used   int      // pages of this visit that were sent to the printer
	// sent is true once the service got something since it was last ended: at
	// first nobody knows.
	sent bool
	tell func(kiosk.Busy, bool)
	says func(session.Event)
}

// lookedAt is what a queue said, and when.
type lookedAt struct {
	status printer.Status
	err    error
	at     time.Time
}

const (
	// lookAgain is how long an answer of the queue holds: a look starts the
	// service.
	lookAgain = 4 * time.Second
	// followEvery is how often a job is asked how far it is.
	followEvery = 500 * time.Millisecond
	// handOver bounds giving the document to the service.
	handOver = 30 * time.Second
	// maxPaperBytes bounds what a document becomes.
	maxPaperBytes = 64 << 20
	// makePages bounds the work on one document.
	makePages = 80 * time.Second
)

func newPrinting(service printService, settings func() kiosk.Printing, log *slog.Logger) *printing {
	return &printing{service: service, settings: settings, log: log, sent: true}
}

// begin belongs to a browser that starts: from now on its visit is told.
func (p *printing) begin(busy *busy, says func(session.Event)) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.tell, p.says = busy.say, says
}

// look asks the queue how it is, unless it was asked lately.
func (p *printing) look(ctx context.Context, holds time.Duration) (printer.Status, error) {
	p.mu.Lock()
	last := p.status
	p.mu.Unlock()
	if !last.at.IsZero() && time.Since(last.at) < holds {
		return last.status, last.err
	}
	status, err := p.service.Look(ctx, p.settings().Printer)
	p.mu.Lock()
	p.status = lookedAt{status, err, time.Now()}
	p.mu.Unlock()
	return status, err
}

// factHolds is how long a look at the printer is good for its health.
const factHolds = time.Minute

// fact tells staff of the printer; ok is false where nothing is to be printed.
func (p *printing) fact() (f kiosk.Fact, ok bool) {
	if !p.settings().Enabled {
		return kiosk.Fact{}, false
	}
	holds := factHolds
	p.mu.Lock()
	if p.job.State.Busy() {
		holds = 0 // what is asked all the time anyway
	}
	p.mu.Unlock()
	f = kiosk.Fact{Name: "printer", Level: kiosk.LevelOK, Detail: "ready"}
	status, err := p.look(context.Background(), holds)
	switch {
	case errors.Is(err, fs.ErrNotExist): // no print service: a borne of the fleet that has no printer
		f.Detail = "none"
	case err != nil:
		f.Level, f.Detail = kiosk.LevelWarn, err.Error()
	case status.Trouble != kiosk.NoTrouble:
		f.Level, f.Detail = kiosk.LevelWarn, string(status.Trouble)+": "+strings.Join(status.Reasons, ", ")
	}
	return f, true
}

// offer is nil where nothing can be printed.
func (p *printing) offer(ctx context.Context) *kiosk.PrintOffer {
	s := p.settings()
	if !s.Enabled {
		return nil
	}
	if _, err := p.look(ctx, lookAgain); err != nil {
		return nil
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	return &kiosk.PrintOffer{CentsPerPage: s.CentsPerPage, Most: s.MaxPages, Left: max(s.MaxPages-p.used, 0), Job: p.job}
}

// prepare takes the next document, and returns its turn; false while another
// is on its way to paper.
func (p *printing) prepare(document string) (turn int, ok bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.job.State.Busy() || p.job.State == kiosk.PrintPreparing {
		return 0, false
	}
	p.drop()
	p.turn++
	p.job = kiosk.PrintJob{Document: document, State: kiosk.PrintPreparing}
	return p.turn, true
}

// prepared says what became of a document, unless the visit is another.
func (p *printing) prepared(turn, count int, pages *os.File, err error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if turn != p.turn {
		if pages != nil {
			pages.Close()
		}
		return
	}
	if err != nil {
		p.log.Warn("make pages of a document", "error", err)
		p.job.State = kiosk.PrintUnreadable
		return
	}
	p.job.State, p.job.Pages, p.pages = kiosk.PrintPrepared, count, pages
}

// drop closes what was prepared. The lock is held.
func (p *printing) drop() {
	if p.pages != nil {
		p.pages.Close()
	}
	p.pages = nil
}

// errPages is the answer to more pages than the visit may print.
var errPages = errors.New("more pages than this visit may print")

// take hands out what was prepared, once: whoever touches again gets nothing,
// and no fault either.
func (p *printing) take(document string) (pages *os.File, turn int, err error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	switch {
	case p.job.Document == document && p.job.State.Busy():
		return nil, 0, nil
	case p.job.Document != document || p.job.State != kiosk.PrintPrepared:
		return nil, 0, fmt.Errorf("%w: nothing was prepared to be printed", kiosk.ErrBadArgument)
	case p.pages == nil || p.used+p.job.Pages > p.settings().MaxPages:
		return nil, 0, fmt.Errorf("%w: %w", kiosk.ErrBadArgument, errPages)
	}
	pages, p.pages = p.pages, nil
	p.job.State, p.sent = kiosk.PrintQueued, true
	p.used += p.job.Pages
	p.tell(kiosk.BusyPrint, true)
	return pages, p.turn, nil
}

// print gives the pages to the service and follows them until they are out, or
// over ends.
func (p *printing) print(over context.Context, turn int, pages *os.File) {
	defer pages.Close()
	failed := kiosk.PrintFailed
	s := p.settings()
	status, err := p.look(over, lookAgain)
	if err == nil {
		ctx, cancel := context.WithTimeout(over, handOver)
		var job int
		job, err = p.service.Print(ctx, status.Queue, printer.Options{Colour: s.Colour, TwoSided: s.TwoSided}, pages)
		cancel()
		if err == nil {
			failed, err = p.follow(over, turn, status.Queue, job)
		}
	}
	if over.Err() != nil {
		return
	}
	if err != nil {
		p.log.Warn("print", "error", err)
	}
	p.finished(turn, failed)
}

// missedMost is how many times in a row a job may not be found: the service is
// started anew, or somebody restarts it.
const missedMost = 6

// follow tells how far the job is.
func (p *printing) follow(over context.Context, turn int, queue string, job int) (kiosk.PrintState, error) {
	tick := time.NewTicker(followEvery)
	defer tick.Stop()
	for missed := 0; ; {
		now, err := p.service.Follow(over, queue, job)
		switch {
		case over.Err() != nil:
			return kiosk.PrintFailed, over.Err()
		case err != nil:
			if missed++; missed == missedMost {
				return kiosk.PrintFailed, err
			}
		default:
			missed = 0
			p.progress(turn, now)
			if !now.State.Busy() {
				return now.State, nil
			}
		}
		select {
		case <-tick.C:
		case <-over.Done():
		}
	}
}

func (p *printing) progress(turn int, now printer.Progress) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if turn == p.turn && now.State.Busy() {
		p.job.State, p.job.Trouble, p.job.Page = now.State, now.Trouble, min(now.Pages, p.job.Pages)
	}
}

// finished counts what came out. What did not is given back to the visitor,
// who may print it again.
func (p *printing) finished(turn int, state kiosk.PrintState) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if turn != p.turn {
		return
	}
	p.job.State, p.job.Trouble = state, kiosk.NoTrouble
	if state == kiosk.PrintDone {
		p.job.Page = p.job.Pages
		p.says(session.Counted{What: kiosk.DevicePages, Times: uint64(p.job.Pages)})
	} else {
		p.used -= p.job.Pages
		p.says(session.Counted{What: kiosk.DevicePrintFault})
	}
	p.tell(kiosk.BusyPrint, false)
}

// forget drops what is known of the visit, and tells whether the print service
// may still hold some of it.
func (p *printing) forget() (sent bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.drop()
	p.turn++
	p.job, p.used = kiosk.PrintJob{}, 0
	return p.sent
}

// forgotten notes that the service was ended, and holds nothing.
func (p *printing) forgotten() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.sent, p.status = false, lookedAt{}
}

// inMemory is a file that no disk has.
func inMemory(name string) (*os.File, error) {
	fd, err := unix.MemfdCreate(name, unix.MFD_CLOEXEC)
	if err != nil {
		return nil, fmt.Errorf("hold pages in memory: %w", err)
	}
	return os.NewFile(uintptr(fd), name), nil
}

// convert has a process of its own make pages of a document.
func convert(ctx context.Context, u *sandbox.Unit, document *os.File, most int) (count int, pages *os.File, err error) {
	self, err := os.Executable()
	if err != nil {
		return 0, nil, err
	}
	ctx, cancel := context.WithTimeout(ctx, makePages)
	defer cancel()
	c, err := u.StartConverter(ctx, sandbox.ConverterSpec{
		Arguments: []string{self, "convert-document", fmt.Sprintf("--most=%d", most)}, Document: document})
	if err != nil {
		return 0, nil, err
	}
	defer c.Control.Close()
	stop := context.AfterFunc(ctx, func() { _ = c.Control.Close() })
	defer stop()
	if pages, err = inMemory("pages"); err != nil {
		return 0, nil, err
	}
	count, written, err := paper.Receive(c.Control, pages, maxPaperBytes)
	if err == nil && written > 0 {
		_, err = pages.Seek(0, io.SeekStart)
	}
	if err != nil || written == 0 {
		pages.Close()
		pages = nil
	}
	return count, pages, err
}
