package shell

import (
	"context"
	"image"

	"borne/kiosk"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
)

// Scanning is the borne's scanner, where it has one.
type Scanning interface {
	// Scan has it do something; Files.Documents tells how that goes.
	Scan(ctx context.Context, o kiosk.ScanOrder) error
	// ScanView returns the page that is looked at, three bytes for each pixel,
	// row by row.
	ScanView(ctx context.Context) (width, height int, pixels []byte, err error)
}

// scanView is what a scanned page looks like, as far as the shell has it.
type scanView struct {
	// number is the view's (kiosk.ScanJob), asked the one that is on its way.
	number, asked int
	pixels        *image.NRGBA
	picture       *canvas.Image
}

// askScan begins with a paper.
func (s *Shell) askScan() {
	s.choice.documents = documentsScan
	s.orderScan(kiosk.ScanDrop)
}

// orderScan has the scanner do something, and shows at once what can be told
// of it: no button is there to be touched again.
func (s *Shell) orderScan(o kiosk.ScanOrder) {
	if offer := s.shelf.offer.Scanning; offer != nil {
		job := offer.Job
		switch o {
		case kiosk.ScanDrop:
			job = kiosk.ScanJob{View: job.View}
		case kiosk.ScanPage:
			job = kiosk.ScanJob{State: kiosk.ScanGoing, Pages: job.Pages, View: job.View}
		case kiosk.ScanKeep:
			job.State = kiosk.ScanMaking
		}
		s.shelf.offer.Scanning = &kiosk.ScanOffer{Job: job}
		s.shelf.revision++
	}
	s.draw()
	s.call("Scan", func(ctx context.Context) error { return s.options.Scanning.Scan(ctx, o) })
}

// scanJob is where the paper is.
func (s *Shell) scanJob() kiosk.ScanJob {
	switch {
	case s.shelf.offer.Scanning != nil:
		return s.shelf.offer.Scanning.Job
	case s.shelf.known: // the scanner was taken away
		return kiosk.ScanJob{State: kiosk.ScanFailed}
	}
	return kiosk.ScanJob{}
}

// look brings the picture of the page up to date.
func (s *Shell) lookAtScan() {
	job := s.scanJob()
	if s.choice.documents != documentsScan || job.State != kiosk.ScanShown || job.View == s.scan.number || job.View == s.scan.asked {
		return
	}
	s.scan.asked = job.View
	s.aside(func() {
		ctx, cancel := context.WithTimeout(context.Background(), callTimeout)
		defer cancel()
		width, height, pixels, err := s.options.Scanning.ScanView(ctx)
		fyne.Do(func() { s.gotScan(job.View, width, height, pixels, err) })
	})
}

func (s *Shell) gotScan(number, width, height int, pixels []byte, err error) {
	s.scan.asked = 0
	switch {
	case err != nil: // asked for again with the next answer of borned
		s.options.Log.Debug("borned does not show the page", "error", err)
	case s.choice.documents == documentsScan && len(pixels) >= 3*width*height:
		s.wipeScan()
		m := image.NewNRGBA(image.Rect(0, 0, width, height))
		for i := range width * height {
			copy(m.Pix[4*i:], pixels[3*i:3*i+3])
			m.Pix[4*i+3] = 0xff
		}
		s.scan.number, s.scan.pixels = number, m
		if s.scan.picture == nil {
			s.scan.picture = canvas.NewImageFromImage(m)
			s.scan.picture.FillMode, s.scan.picture.ScaleMode = canvas.ImageFillContain, canvas.ImageScaleSmooth
		}
		s.scan.picture.Image = m
		s.scan.picture.Refresh()
		s.shelf.revision++
		s.draw()
	}
	clear(pixels)
}

// wipeScan overwrites what was seen of a visitor's paper.
func (s *Shell) wipeScan() {
	if s.scan.pixels != nil {
		clear(s.scan.pixels.Pix)
	}
	s.scan.number, s.scan.pixels = 0, nil
}

// forgetScan lets the picture go with the paper.
func (s *Shell) forgetScan() {
	s.wipeScan()
	if s.scan.picture != nil {
		s.scan.picture.Image = image.NewNRGBA(image.Rect(0, 0, 1, 1))
		s.scan.picture.Refresh()
	}
}
