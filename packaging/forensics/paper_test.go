package forensics_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"syscall"
	"time"

	"borne/kiosk"
	"borne/packaging/demo/stage"
)

// given looks into the page that read the document.
func (s *scene) given() error {
	pids, err := s.scene.Called("chromium")
	if err != nil {
		return err
	}
	places, err := s.scene.Part(pids)
	if err == nil && !s.seen(places, "dg") {
		err = errors.New("the document that was given is met in no page")
	}
	return err
}

// show shows the document, and looks for the copy that is shown.
func (s *scene) show(ctx context.Context, document string) error {
	if err := s.bus.ShowDocument(ctx, document); err != nil {
		return err
	}
	if err := s.inFront(ctx); err != nil {
		return err
	}
	pids, err := s.scene.Called("chromium")
	if err != nil || len(pids) == 0 {
		return errors.Join(errors.New("no browser"), err)
	}
	places, err := s.scene.Part(pids[:1], "/var/lib/borne")
	if err == nil && !s.seen(places, "dv") {
		err = errors.New("the copy that is shown is not met")
	}
	return err
}

// print has pages made of the document, and looks at all that they go through. In every other visit the printer has paper
// in the end, and other pages are made that nobody prints; in the others the visit ends while the printer waits.
func (s *scene) print(ctx context.Context, visit int, document string) error {
	if err := s.printer.Empty(ctx); err != nil {
		return err
	}
	if err := s.makePages(ctx, document); err != nil {
		return err
	}
	borned, err := s.scene.Called("borned")
	if err != nil {
		return err
	}
	places, err := s.scene.Part(borned)
	if err != nil {
		return err
	}
	if !s.seen(places, "pm") {
		return errors.New("the pages that were made are not met")
	}
	if err := s.bus.Print(ctx, document); err != nil {
		return err
	}
	title := s.words.Word(visit, "pj")
	if _, err := s.run(ctx, "lp", "-d", stage.PrinterQueue, "-H", "indefinite", "-t", title, "-U", title, "/etc/hostname"); err != nil {
		return err
	}
	err = quickly(ctx, "the document in the print service's spool", func() (bool, error) {
		service, err := s.scene.Called("cupsd")
		if err != nil {
			return false, err
		}
		places, err := s.scene.Part(service, "/var/spool/cups")
		job, spool := s.seen(places, "pj"), s.seen(places, "ps")
		return job && spool, err
	})
	if err != nil || visit%2 == 1 {
		return err
	}
	if err := s.printer.Fill(ctx); err != nil {
		return err
	}
	if err := s.printing(ctx, kiosk.PrintDone); err != nil {
		return err
	}
	if texts, err := s.printer.Take(ctx); err != nil || len(texts) == 0 || !strings.Contains(texts[len(texts)-1], s.words.Word(visit, "dl")) {
		return fmt.Errorf("on paper is %q: %w", texts, errors.Join(err, errors.New("the document is not")))
	}
	if err := s.bus.PreparePrint(ctx, document); err != nil {
		return err
	}
	return s.printing(ctx, kiosk.PrintPrepared)
}

// printing waits until the borne says that of what is printed.
func (s *scene) printing(ctx context.Context, state kiosk.PrintState) error {
	return quickly(ctx, "a job that is "+string(state), func() (bool, error) {
		offer, err := s.bus.Documents(ctx)
		if err != nil || offer.Printing == nil {
			return false, errors.Join(errors.New("nothing can be printed"), err)
		}
		return offer.Printing.Job.State == state, fmt.Errorf("it is %+v", offer.Printing.Job)
	})
}

// makePages has pages made, and holds the process that makes them for a look.
func (s *scene) makePages(ctx context.Context, document string) error {
	return s.passes(ctx, "pdftocairo", "mp", func() error {
		if err := s.bus.PreparePrint(ctx, document); err != nil {
			return err
		}
		return s.printing(ctx, kiosk.PrintPrepared)
	})
}

// save keeps the document on a key of this visit's, and holds the process that writes it for a look. The key stays
// plugged in until the visit is over.
func (s *scene) save(ctx context.Context, document string) (err error) {
	if s.stick, err = s.PlugStick(ctx, s.t.TempDir()); err != nil {
		return err
	}
	return s.passes(ctx, "borned write-stick", "ky", func() error {
		if err := s.bus.SaveDocument(ctx, document); err != nil {
			return err
		}
		return quickly(ctx, "the document on the key", func() (bool, error) {
			offer, err := s.bus.Documents(ctx)
			if err != nil || offer.Saving == nil {
				return false, errors.Join(errors.New("nothing is kept on keys"), err)
			}
			return offer.Saving.Job.State == kiosk.Saved, fmt.Errorf("it is %+v", offer.Saving.Job)
		})
	})
}

// unplug takes the key out, where there is one: what it holds is the visitor's.
func (s *scene) unplug(ctx context.Context) error {
	if s.stick == nil {
		return nil
	}
	stick := s.stick
	s.stick = nil
	return stick.Unplug(ctx)
}

// passes does something again until the document is met in the program that it goes through, which lives for a moment.
func (s *scene) passes(ctx context.Context, program, code string, do func() error) error {
	for range 2 * tries {
		met := make(chan bool, 1)
		looking, stop := context.WithCancel(ctx)
		go func() { met <- s.lookAt(looking, program, code) }()
		err := do()
		stop()
		if seen := <-met; seen || err != nil {
			return err
		}
	}
	return fmt.Errorf("the document is never met in %s", program)
}

// lookAt stops a program again and again, until the document is met in its memory.
func (s *scene) lookAt(ctx context.Context, program, code string) bool {
	tick := time.NewTicker(2 * time.Millisecond)
	defer tick.Stop()
	for ctx.Err() == nil {
		pids, err := s.scene.Called(program)
		if err == nil && len(pids) > 0 && syscall.Kill(pids[0], syscall.SIGSTOP) == nil {
			places, _ := s.scene.Part(pids[:1]) // one that is gone holds nothing
			_ = syscall.Kill(pids[0], syscall.SIGCONT)
			if s.seen(places, code) {
				return true
			}
		}
		select {
		case <-tick.C:
		case <-ctx.Done():
		}
	}
	return false
}
