package chaos_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/netip"
	"strings"
	"time"

	"borne/kiosk"
)

// print has the page in front printed, as its visitor does: asked for its pages first, once more where that failed.
func (s *scene) print(ctx context.Context) error {
	var last kiosk.PrintJob
	return soon(ctx, 100*time.Millisecond, "the page on paper", func() (bool, error) {
		limited, cancel := context.WithTimeout(ctx, 2*time.Second)
		defer cancel()
		client, err := s.client()
		if err != nil {
			return false, err
		}
		offer, err := client.Documents(limited)
		if err != nil || offer.Printing == nil {
			return false, errors.Join(errors.New("nothing can be printed"), err)
		}
		last = offer.Printing.Job
		switch last.State {
		case kiosk.PrintDone:
			return true, nil
		case kiosk.PrintPrepared:
			err = client.Print(limited, kiosk.PresentPage)
		case kiosk.NoPrint, kiosk.PrintFailed, kiosk.PrintUnreadable:
			err = client.PreparePrint(limited, kiosk.PresentPage)
		}
		return false, errors.Join(fmt.Errorf("the job is %+v", last), err)
	})
}

// paper takes what came out of the printer since the visit before: only this visit's page may be there, and is where the
// visitor saw that it was printed.
func (s *scene) paper(ctx context.Context, must bool) (leaks []string, err error) {
	texts, err := s.printer.Take(ctx)
	if err != nil {
		return nil, err
	}
	own, visits := 0, s.witness.seen().mark
	for _, text := range texts {
		for _, mark := range markPattern.FindAllString(strings.Join(strings.Fields(text), ""), -1) {
			if mark == visits {
				own++
			} else {
				leaks = append(leaks, "a mark of another visit is on paper")
			}
		}
	}
	if must && own == 0 {
		return leaks, fmt.Errorf("the page was printed, and is not on paper: %q", texts)
	}
	return leaks, nil
}

// pacAddress serves the house's PAC file.
const pacAddress = "127.0.0.8"

// servePAC has the borne ask a file for the way to its central office, which is none but the straight one.
func (s *scene) servePAC() error {
	return s.Serve(s.t.Context(), netip.MustParseAddrPort(pacAddress+":80"), nil, http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		_, _ = io.WriteString(w, `function FindProxyForURL(url, host) { return "DIRECT"; }`)
	}))
}
