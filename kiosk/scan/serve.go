package scan

import (
	"context"
	"encoding/binary"
	"errors"
	"io"

	"borne/kiosk"
)

// Serve obeys the orders that come over control until it ends, and holds the
// pages of one paper meanwhile. name is what SANE calls the scanner. What fails
// says nothing but which failure it is.
func Serve(ctx context.Context, control io.ReadWriter, name string) error {
	return serve(ctx, control, sane{program: saneProgram, folders: saneFolders, name: name})
}

func serve(ctx context.Context, control io.ReadWriter, machine sane) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	orders := make(chan order)
	go func() {
		defer close(orders)
		for {
			o, err := readOrder(control)
			if err != nil {
				return // borned let go
			}
			select {
			case orders <- o:
			case <-ctx.Done():
				return
			}
		}
	}()
	s := &server{orders: orders, out: control, machine: machine}
	for o := range orders {
		if err := s.obey(ctx, o); err != nil {
			return err
		}
	}
	return nil
}

// server is the process: one page that is looked at, and those that were taken.
type server struct {
	orders  <-chan order
	out     io.Writer
	machine sane
	present *page
	taken   []kept
}

// obey carries out one order. Its error is one of the stream.
func (s *server) obey(ctx context.Context, o order) error {
	switch o.kind {
	case orderPage:
		return s.told(s.scan(ctx), s.show)
	case orderTurn:
		return s.change(func(p *page) { p.quarters = (p.quarters + 1) % 4 })
	case orderCrop:
		return s.change(func(p *page) { p.cropped = !p.cropped })
	case orderMore:
		return s.told(s.take(), s.done)
	case orderKeep:
		var b []byte
		err := s.take()
		if err == nil {
			b, err = document(s.taken, int(o.most))
		}
		return s.told(err, func() error {
			s.taken = nil
			return parts(s.out, b)
		})
	case orderDrop:
		s.present, s.taken = nil, nil
		return s.done()
	case orderStop: // the page was there before it
		return nil
	}
	return errors.New("an order that there is not")
}

func (s *server) done() error { return answer(s.out, answerDone) }

// told answers with what went wrong, or with what there is.
func (s *server) told(err error, otherwise func() error) error {
	if err == nil {
		return otherwise()
	}
	for code, known := range failures {
		if errors.Is(err, known) {
			return answer(s.out, answerFailed, []byte{code})
		}
	}
	return answer(s.out, answerFailed, []byte{failedOther})
}

func (s *server) change(f func(*page)) error {
	if s.present == nil {
		return s.told(ErrPages, nil)
	}
	f(s.present)
	return s.show()
}

// show sends what the page looks like.
func (s *server) show() error {
	m := s.present.picture(viewWidth, viewHeight)
	width, height := m.Bounds().Dx(), m.Bounds().Dy()
	head := binary.BigEndian.AppendUint16(nil, uint16(width))
	head = binary.BigEndian.AppendUint16(head, uint16(height))
	if head = append(head, 0); s.present.cropped {
		head[4] = 1
	}
	pixels := make([]byte, 0, 3*width*height)
	for i := 0; i < len(m.Pix); i += 4 {
		pixels = append(pixels, m.Pix[i:i+3]...)
	}
	return answer(s.out, answerView, head, pixels)
}

// take packs the present page, if there is one, and puts it to the others.
func (s *server) take() error {
	switch {
	case s.present == nil && len(s.taken) > 0:
		return nil
	case s.present == nil || len(s.taken) >= kiosk.MaxScanPages:
		return ErrPages
	}
	k, err := packed(s.present.picture(maxPixels, maxPixels), keptQuality)
	if err != nil {
		return err
	}
	s.taken, s.present = append(s.taken, k), nil
	return nil
}

// scan has the scanner read the page on its glass, and listens meanwhile for
// whoever gives it up.
func (s *server) scan(ctx context.Context) error {
	if len(s.taken) >= kiosk.MaxScanPages {
		return ErrPages
	}
	s.present = nil
	ctx, cancel := context.WithTimeout(ctx, pageLimit)
	defer cancel()
	percents, ended := make(chan int), make(chan error, 1)
	go func() {
		var err error
		s.present, err = s.machine.page(ctx, func(percent int) {
			select {
			case percents <- percent:
			case <-ctx.Done():
			}
		})
		ended <- err
	}()
	stopped := false
	orders := s.orders
	for {
		select {
		case percent := <-percents:
			if err := answer(s.out, answerPercent, []byte{byte(percent)}); err != nil {
				cancel()
			}
		case o, ok := <-orders:
			if stopped = !ok || o.kind == orderStop; stopped {
				cancel()
				orders = nil
			}
		case err := <-ended:
			if stopped {
				s.present = nil
				return ErrStopped
			}
			return err
		}
	}
}
