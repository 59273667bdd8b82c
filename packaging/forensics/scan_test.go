package forensics_test

import (
	"context"
	"errors"
	"fmt"
	"image"

	"borne/kiosk"
	"borne/packaging/forensics"
)

// wordRows is how far apart rows with the word are on the paper.
const wordRows = 40

// scanPaper scans a paper on which the word stands, as points, and looks into the process that holds pages. Then the paper
// is one of the visit's documents.
func (s *scene) scanPaper(ctx context.Context, visit int) error {
	word := forensics.Pixels(s.words.Word(visit, "sc"))
	s.scanner.Lay(func(width, height int) image.Image {
		m := image.NewRGBA(image.Rect(0, 0, width, height))
		for i := range m.Pix {
			m.Pix[i] = 0xff
		}
		for y := wordRows; y < height; y += wordRows {
			copy(m.Pix[m.PixOffset(width/2, y):], word)
		}
		return m
	})
	if err := s.ordered(ctx, kiosk.ScanPage, kiosk.ScanShown); err != nil {
		return err
	}
	if !s.soonMet(ctx, "borned scan-pages", "sc") {
		return errors.New("the paper is not met where pages are held")
	}
	return s.ordered(ctx, kiosk.ScanKeep, kiosk.ScanKept)
}

// ordered gives an order to the scanner, and waits for what comes of it.
func (s *scene) ordered(ctx context.Context, o kiosk.ScanOrder, want kiosk.ScanState) error {
	if err := s.bus.Scan(ctx, o); err != nil {
		return err
	}
	return quickly(ctx, "a paper that is "+string(want), func() (bool, error) {
		offer, err := s.bus.Documents(ctx)
		if err != nil || offer.Scanning == nil {
			return false, errors.Join(errors.New("nothing can be scanned"), err)
		}
		return offer.Scanning.Job.State == want, fmt.Errorf("it is %+v", offer.Scanning.Job)
	})
}
