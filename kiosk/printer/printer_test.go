package printer

import (
	"errors"
	"io"
	"net"
	"net/http"
	"path/filepath"
	"strings"
	"testing"

	"borne/kiosk"

	"github.com/OpenPrinting/goipp"
)

// queue answers as CUPS does.
func queue(state int, reasons ...string) goipp.Attributes {
	all := goipp.MakeAttribute("printer-state-reasons", goipp.TagKeyword, goipp.String(reasons[0]))
	for _, r := range reasons[1:] {
		all.Values.Add(goipp.TagKeyword, goipp.String(r))
	}
	return goipp.Attributes{
		goipp.MakeAttribute("printer-name", goipp.TagName, goipp.String("accueil")),
		goipp.MakeAttribute("printer-state", goipp.TagEnum, goipp.Integer(state)), all,
	}
}

func TestTroubles(t *testing.T) {
	for _, tt := range []struct {
		name    string
		state   int
		reasons []string
		want    kiosk.PrintTrouble
	}{
		{"well", 3, []string{"none"}, kiosk.NoTrouble},
		{"no paper, as CUPS passes it on", 4, []string{"media-empty-report"}, kiosk.NoPaper},
		{"no paper", 4, []string{"media-needed-error"}, kiosk.NoPaper},
		{"little toner is no reason to stop", 3, []string{"toner-low-warning", "marker-supply-low-warning"}, kiosk.NoTrouble},
		{"a jam is told before paper", 4, []string{"media-empty-error", "media-jam-error"}, kiosk.PaperJam},
		{"a cover", 4, []string{"door-open-error"}, kiosk.CoverOpen},
		{"no toner", 4, []string{"toner-empty-error"}, kiosk.NoInk},
		{"away", 3, []string{"offline-report", "connecting-to-device"}, kiosk.PrinterAway},
		{"paused by a technician", 5, []string{"paused"}, kiosk.OtherTroubles},
		{"stopped, and nobody says why", 5, []string{"none"}, kiosk.OtherTroubles},
		{"words of a maker's own", 3, []string{"com.example-coffee"}, kiosk.NoTrouble},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if got := status(queue(tt.state, tt.reasons...)); got.Trouble != tt.want || got.Queue != "accueil" {
				t.Errorf("%+v, want %q", got, tt.want)
			}
		})
	}
}

func TestProgress(t *testing.T) {
	for state, want := range map[int]kiosk.PrintState{0: kiosk.PrintFailed, 3: kiosk.PrintQueued, 4: kiosk.PrintStopped, 5: kiosk.PrintPrinting,
		6: kiosk.PrintStopped, 7: kiosk.PrintFailed, 8: kiosk.PrintFailed, 9: kiosk.PrintDone, 99: kiosk.PrintFailed} {
		got := progress(goipp.Attributes{
			goipp.MakeAttribute("job-state", goipp.TagEnum, goipp.Integer(state)),
			goipp.MakeAttribute("job-impressions-completed", goipp.TagInteger, goipp.Integer(2)),
			goipp.MakeAttribute("job-media-sheets-completed", goipp.TagInteger, goipp.Integer(1)),
		})
		if got.State != want || got.Pages != 2 {
			t.Errorf("job-state %d: %+v, want %s", state, got, want)
		}
	}
}

// TestNothingNamesTheDocument reads what goes over the socket.
func TestNothingNamesTheDocument(t *testing.T) {
	socket := filepath.Join(t.TempDir(), "cups.sock")
	l, err := net.Listen("unix", socket)
	if err != nil {
		t.Fatal(err)
	}
	heard := make(chan goipp.Message, 1)
	server := &http.Server{Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		var m goipp.Message
		if err := m.Decode(r.Body); err != nil {
			t.Error(err)
		}
		if rest, _ := io.ReadAll(r.Body); string(rest) != "%PDF-1.7" {
			t.Errorf("the document arrives as %q", rest)
		}
		heard <- m
		answer := goipp.NewResponse(goipp.DefaultVersion, goipp.StatusOk, m.RequestID)
		answer.Job.Add(goipp.MakeAttribute("job-id", goipp.TagInteger, goipp.Integer(7)))
		b, _ := answer.EncodeBytes()
		_, _ = w.Write(b)
	})}
	go server.Serve(l)
	t.Cleanup(func() { server.Close() })
	job, err := New(socket).Print(t.Context(), "accueil", Options{TwoSided: true}, strings.NewReader("%PDF-1.7"))
	if err != nil || job != 7 {
		t.Fatalf("job %d, %v", job, err)
	}
	m := <-heard
	if got := texts(m.Operation, "job-name"); len(got) != 1 || got[0] != "borne" {
		t.Errorf("the job is called %q", got)
	}
	if len(texts(m.Operation, "document-name")) > 0 {
		t.Error("the document has a name")
	}
	if sides, mode := texts(m.Job, "sides"), texts(m.Job, "print-color-mode"); sides[0] != "two-sided-long-edge" || mode[0] != "monochrome" {
		t.Errorf("it is printed %q, %q", sides, mode)
	}
}

func TestNoPrintService(t *testing.T) {
	p := New(filepath.Join(t.TempDir(), "none.sock"))
	if _, err := p.Look(t.Context(), ""); !errors.Is(err, ErrNone) {
		t.Errorf("look: %v", err)
	}
	if _, err := p.Print(t.Context(), "a", Options{}, strings.NewReader("")); !errors.Is(err, ErrNone) {
		t.Errorf("print: %v", err)
	}
}

// FuzzDecode: whatever the service answers is read or refused, and its
// attributes can be looked at.
func FuzzDecode(f *testing.F) {
	for _, s := range []goipp.Status{goipp.StatusOk, goipp.StatusErrorNotFound, goipp.StatusErrorBusy} {
		m := goipp.NewResponse(goipp.DefaultVersion, s, 1)
		for _, a := range queue(4, "media-empty-report", "none") {
			m.Printer.Add(a)
		}
		b, err := m.EncodeBytes()
		if err != nil {
			f.Fatal(err)
		}
		f.Add(b)
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		m, err := decode(b)
		if err != nil {
			return
		}
		status(m.Printer)
		progress(m.Job)
	})
}
