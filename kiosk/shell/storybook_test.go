package shell

import (
	"fmt"
	"image/png"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"borne/kiosk"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/driver/software"
)

// story brings a fixture to one screen.
type story struct {
	name string
	tell func(f *fixture, l kiosk.Language)
}

func (f *fixture) at(l kiosk.Language, state kiosk.State, change func(*kiosk.Snapshot)) {
	n := kiosk.Snapshot{State: state, Language: l}
	if change != nil {
		change(&n)
	}
	f.Update(n)
}

func stories() []story {
	notice := func(name string, n kiosk.Notice, left time.Duration) story {
		return story{name, func(f *fixture, l kiosk.Language) {
			f.at(l, kiosk.Visiting, func(s *kiosk.Snapshot) {
				s.Notice = n
				if left > 0 {
					s.Deadline = f.clock.Now().Add(left)
				}
			})
		}}
	}
	blocked := func(name, host string, reason kiosk.Reason) story {
		return story{name, func(f *fixture, l kiosk.Language) {
			f.at(l, kiosk.Visiting, func(s *kiosk.Snapshot) { s.Notice, s.BlockedHost, s.BlockedReason = kiosk.Blocked, host, reason })
		}}
	}
	state := func(name string, s kiosk.State) story {
		return story{name, func(f *fixture, l kiosk.Language) { f.at(l, s, nil); f.clock.advance(settle) }}
	}
	closed := func(name string, opens time.Duration) story {
		return story{name, func(f *fixture, l kiosk.Language) {
			f.settings.Opening = sampleHours()
			f.settings.Languages = append([]kiosk.Language{l}, f.settings.Languages...)
			f.at("", kiosk.Closed, func(s *kiosk.Snapshot) { s.OpensAt = f.clock.Now().Add(opens) })
			f.clock.advance(settle)
		}}
	}
	after := func(name string, questions bool, tell func(f *fixture)) story {
		return story{name, func(f *fixture, l kiosk.Language) {
			f.at(l, kiosk.Visiting, nil)
			f.at(l, kiosk.Ending, func(s *kiosk.Snapshot) { s.Questions = questions })
			tell(f)
		}}
	}
	proved := func(f *fixture) { f.Update(kiosk.Snapshot{State: kiosk.Ready, Questions: f.snapshot.Questions}) }
	received := func(name string, o kiosk.Offer, tell func(f *fixture)) story {
		return story{name, func(f *fixture, l kiosk.Language) {
			f.borne.shelve(o)
			f.at(l, kiosk.Visiting, func(s *kiosk.Snapshot) { s.Service = "caf" })
			f.showDocuments()
			tell(f)
		}}
	}
	printing := func(name string, cents int, job kiosk.PrintJob) story {
		job.Document = "0"
		return received(name, kiosk.Offer{Documents: sampleReceived(), Printing: &kiosk.PrintOffer{CentsPerPage: cents, Most: 20, Left: 18, Job: job}},
			func(f *fixture) {
				f.askPrint("0")
				f.clock.advance(lookEvery)
			})
	}
	return []story{
		state("01-starting", kiosk.Starting),
		state("02-ready", kiosk.Ready),
		state("03-home", kiosk.Choosing),
		{"04-home-last", func(f *fixture, l kiosk.Language) {
			f.at(l, kiosk.Choosing, func(s *kiosk.Snapshot) { s.Help = kiosk.HelpCalled })
			f.show(choice{homePage: 2})
		}},
		{"05-theme", func(f *fixture, l kiosk.Language) { f.at(l, kiosk.Choosing, nil); f.show(choice{theme: "famille"}) }},
		{"06-needs", func(f *fixture, l kiosk.Language) { f.at(l, kiosk.Choosing, nil); f.show(choice{service: "caf"}) }},
		{"07-needs-nothing", func(f *fixture, l kiosk.Language) { f.at(l, kiosk.Choosing, nil); f.show(choice{service: "colonies"}) }},
		notice("08-opening", kiosk.Opening, 0),
		notice("09-page", kiosk.NoNotice, 9*time.Minute),
		{"10-page-help", func(f *fixture, l kiosk.Language) {
			f.at(l, kiosk.Visiting, func(s *kiosk.Snapshot) { s.Help = kiosk.HelpComing })
		}},
		notice("11-idle", kiosk.IdleWarning, 34*time.Second),
		notice("12-limit", kiosk.LimitWarning, 4*time.Minute),
		notice("13-blocked", kiosk.Blocked, 0),
		blocked("13a-blocked-host", "www.achats-et-jeux.example", kiosk.ReasonHostNotListed),
		blocked("13b-blocked-long", strings.Repeat("tres-long-nom-de-machine.", 8)+"example", kiosk.ReasonHostNotListed),
		blocked("13c-blocked-letters", "xn--mdiathque-53af.example", kiosk.ReasonHostNotListed),
		blocked("13d-untrusted", "demarches.example.fr", kiosk.ReasonCertificate),
		blocked("13f-clock", "demarches.example.fr", kiosk.ReasonClock),
		blocked("13e-blocked-link", "", kiosk.ReasonScheme),
		notice("14-unreachable", kiosk.Unreachable, 0),
		{"15-confirm", func(f *fixture, l kiosk.Language) { f.at(l, kiosk.Visiting, nil); f.askEnd() }},
		{"15a-confirm-themes", func(f *fixture, l kiosk.Language) { f.at(l, kiosk.Choosing, nil); f.askEnd() }},
		state("16-ending", kiosk.Ending),
		after("16a-faces", true, func(*fixture) {}),
		after("16b-faces-proved", true, proved),
		after("16c-outcome", true, func(f *fixture) { proved(f); f.answer(func(*kiosk.Report) {}) }),
		after("16g-autonomy", true, func(f *fixture) { proved(f); f.answer(func(*kiosk.Report) {}); f.answer(func(*kiosk.Report) {}) }),
		after("16d-ending-asked", true, func(f *fixture) { f.askNoMore() }),
		after("16e-over", false, func(*fixture) {}),
		after("16f-over-erased", false, proved),
		{"17-erased", func(f *fixture, l kiosk.Language) {
			f.thanked(l)
		}},
		state("18-closed", kiosk.Closed),
		closed("18a-closed-tomorrow", 21*time.Hour),
		closed("18b-closed-later", 12*24*time.Hour),
		state("19-out-of-service", kiosk.OutOfService),
		{"19a-out-reason", func(f *fixture, l kiosk.Language) {
			f.at(l, kiosk.OutOfService, func(s *kiosk.Snapshot) {
				s.Reason = "the last session could not be proved gone: 2 processes of the session, 1 file in /dev/shm"
			})
			f.clock.advance(settle)
		}},
		{"21-pick-nothing", func(f *fixture, l kiosk.Language) { f.pick(l, kiosk.Offer{}) }},
		{"22-pick-reading", func(f *fixture, l kiosk.Language) { f.pick(l, kiosk.Offer{Key: kiosk.KeyReading}) }},
		{"23-pick-unreadable", func(f *fixture, l kiosk.Language) { f.pick(l, kiosk.Offer{Key: kiosk.KeyUnreadable}) }},
		{"24-pick-none", func(f *fixture, l kiosk.Language) { f.pick(l, kiosk.Offer{Key: kiosk.KeyRead, Others: 12}) }},
		{"25-pick-visit", func(f *fixture, l kiosk.Language) { f.pick(l, kiosk.Offer{Documents: sampleDocuments()[:1]}) }},
		{"26-pick", func(f *fixture, l kiosk.Language) {
			f.pick(l, kiosk.Offer{Documents: sampleDocuments(), Key: kiosk.KeyRead, Others: 3})
		}},
		{"27-pick-more", func(f *fixture, l kiosk.Language) {
			f.pick(l, kiosk.Offer{Documents: sampleDocuments(), Key: kiosk.KeyRead, More: true})
			f.shelf.page = 1
			f.drawn = view{}
			f.draw()
		}},
		{"28-erased-key", func(f *fixture, l kiosk.Language) {
			f.borne.shelve(kiosk.Offer{Key: kiosk.KeyPlugged})
			f.thanked(l)
		}},
		received("30-documents-none", kiosk.Offer{}, func(*fixture) {}),
		received("31-documents-none-printer", kiosk.Offer{Printing: &kiosk.PrintOffer{Most: 20, Left: 20}}, func(*fixture) {}),
		received("32-documents", kiosk.Offer{Documents: sampleReceived(), Printing: &kiosk.PrintOffer{Most: 20, Left: 20}}, func(*fixture) {}),
		received("33-documents-no-printer", kiosk.Offer{Documents: sampleReceived()}, func(*fixture) {}),
		printing("34-print-counting", 0, kiosk.PrintJob{State: kiosk.PrintPreparing}),
		printing("35-print-free", 0, kiosk.PrintJob{State: kiosk.PrintPrepared, Pages: 3}),
		printing("36-print-price", 10, kiosk.PrintJob{State: kiosk.PrintPrepared, Pages: 3}),
		printing("37-print-too-many", 10, kiosk.PrintJob{State: kiosk.PrintPrepared, Pages: 240}),
		printing("38-print-queued", 0, kiosk.PrintJob{State: kiosk.PrintQueued, Pages: 3}),
		printing("39-print-page", 0, kiosk.PrintJob{State: kiosk.PrintPrinting, Pages: 3, Page: 2}),
		printing("40-print-no-paper", 0, kiosk.PrintJob{State: kiosk.PrintStopped, Trouble: kiosk.NoPaper, Pages: 3, Page: 2}),
		printing("41-print-away", 0, kiosk.PrintJob{State: kiosk.PrintStopped, Trouble: kiosk.PrinterAway, Pages: 3}),
		printing("42-print-done", 0, kiosk.PrintJob{State: kiosk.PrintDone, Pages: 3, Page: 3}),
		printing("43-print-failed", 0, kiosk.PrintJob{State: kiosk.PrintFailed, Pages: 3}),
		printing("44-print-locked", 0, kiosk.PrintJob{State: kiosk.PrintUnreadable}),
		{"45-confirm-printed", func(f *fixture, l kiosk.Language) {
			f.at(l, kiosk.Visiting, nil)
			f.printed = true
			f.askEnd()
		}},
		{"46-confirm-printing", func(f *fixture, l kiosk.Language) {
			f.borne.shelve(kiosk.Offer{Printing: &kiosk.PrintOffer{Job: kiosk.PrintJob{State: kiosk.PrintPrinting}}})
			f.at(l, kiosk.Visiting, nil)
			f.printed = true
			f.askEnd()
		}},
		{"47-erased-printed", func(f *fixture, l kiosk.Language) {
			f.borne.shelve(kiosk.Offer{Key: kiosk.KeyPlugged})
			f.at(l, kiosk.Visiting, nil)
			f.printed = true
			f.thanked(l)
		}},
		{"20-message", func(f *fixture, l kiosk.Language) {
			f.at(l, kiosk.Choosing, func(s *kiosk.Snapshot) {
				s.Message = "La borne redémarre à 12 h 30 pour une mise à jour. Terminez avant, s’il vous plaît."
			})
		}},
	}
}

// sampleHours has a lunch break, an afternoon that differs and a closed day.
func sampleHours() (h kiosk.OpeningHours) {
	morning, afternoon := kiosk.Period{From: 9 * 60, To: 12*60 + 30}, kiosk.Period{From: 14 * 60, To: 17*60 + 30}
	for d := time.Monday; d <= time.Friday; d++ {
		h.Week[d] = []kiosk.Period{morning, afternoon}
	}
	h.Week[time.Wednesday] = []kiosk.Period{morning}
	h.Week[time.Saturday] = []kiosk.Period{morning}
	return h
}

// thanked brings a visitor past the questions.
func (f *fixture) thanked(l kiosk.Language) {
	f.at(l, kiosk.Visiting, nil)
	f.at(l, kiosk.Ending, func(s *kiosk.Snapshot) { s.Questions = true })
	f.Update(kiosk.Snapshot{State: kiosk.Ready, Questions: true})
	f.askNoMore()
}

// pick brings the visitor to the choice of a file.
func (f *fixture) pick(l kiosk.Language, o kiosk.Offer) {
	f.borne.shelve(o)
	f.at(l, kiosk.Visiting, func(s *kiosk.Snapshot) { s.Notice = kiosk.PickFile })
}

// sampleReceived is what a visit has, on more than one page.
func sampleReceived() (all []kiosk.Document) {
	for _, d := range sampleDocuments() {
		d.Source = kiosk.FromVisit
		all = append(all, d)
	}
	return all
}

// sampleDocuments has names of every length, kind, size and origin.
func sampleDocuments() []kiosk.Document {
	var all []kiosk.Document
	for i, d := range []struct {
		name   string
		bytes  int64
		kind   kiosk.DocumentKind
		source kiosk.DocumentSource
	}{
		{"attestation-de-paiement-janvier-2026.pdf", 84_213, kiosk.DocumentPDF, kiosk.FromVisit},
		{"Relevé d’identité bancaire.pdf", 1_240_000, kiosk.DocumentPDF, kiosk.FromKey},
		{"IMG_20260302_101512.jpg", 3_512_404, kiosk.DocumentJPEG, kiosk.FromKey},
		{"Avis d’imposition 2025 sur les revenus 2024 – Madame Marie-Antoinette de La Rochefoucauld-Montmorency, original signé.pdf", 640_000, kiosk.DocumentPDF, kiosk.FromKey},
		{"scan_complet_du_dossier_de_demande_de_logement_social_avec_toutes_les_pieces_jointes_et_annexes_numero_2.pdf", 38_000_000, kiosk.DocumentPDF, kiosk.FromKey},
		{"Посвідка на проживання.png", 12, kiosk.DocumentPNG, kiosk.FromKey},
		{"a.pdf", 9_949_999, kiosk.DocumentPDF, kiosk.FromKey},
		{"quittance.pdf", 994_999, kiosk.DocumentPDF, kiosk.FromKey},
	} {
		all = append(all, kiosk.Document{ID: fmt.Sprint(i), Name: d.name, Bytes: d.bytes, Kind: d.kind, Source: d.source})
	}
	return all
}

// TestStorybook builds every screen in every language and size, and looks for
// words and buttons that leave the window, buttons that overlap and targets
// that are too small. With BORNE_STORYBOOK=DIR it also writes the pictures.
func TestStorybook(t *testing.T) {
	dir := os.Getenv("BORNE_STORYBOOK")
	for _, size := range []fyne.Size{{Width: 1280, Height: 800}, {Width: 1024, Height: 768}, {Width: 1920, Height: 1080}, {Width: 1080, Height: 1920}} {
		for _, l := range kiosk.DefaultSettings().Languages {
			for _, st := range stories() {
				name := fmt.Sprintf("%s-%s-%.0fx%.0f", st.name, l, size.Width, size.Height)
				t.Run(name, func(t *testing.T) {
					f := newFixture(t, size.Width, size.Height)
					st.tell(f, l)
					checkInside(t, f.stage.objects, fyne.Position{}, size)
					checkTargets(t, f, size)
					if dir != "" {
						paint(t, f, size, filepath.Join(dir, fmt.Sprintf("%.0fx%.0f", size.Width, size.Height), st.name+"-"+string(l)+".png"))
					}
				})
			}
		}
	}
}

func checkInside(t *testing.T, objects []fyne.CanvasObject, at fyne.Position, window fyne.Size) {
	t.Helper()
	for _, o := range objects {
		p := at.Add(o.Position())
		switch o := o.(type) {
		case *canvas.Text:
			size := o.MinSize()
			if p.X < 0 || p.Y < 0 || size.Width > o.Size().Width+1 || p.X+o.Size().Width > window.Width+1 || p.Y+size.Height > window.Height+1 {
				t.Errorf("text %q is cut: %v wide in %v at %v", o.Text, size, o.Size(), p)
			}
		case *fyne.Container:
			checkInside(t, o.Objects, p, window)
		case *pressable:
			if p.X < 0 || p.Y < 0 || p.X+o.size.Width > window.Width || p.Y+o.size.Height > window.Height {
				t.Errorf("button %q leaves the window: %v at %v", o.label, o.size, p)
			}
			c := o.content.(*fyne.Container)
			checkInside(t, c.Objects, p.Add(c.Position()), window)
			for _, inner := range c.Objects {
				if inner.Position().Y < 0 || inner.Position().Y+inner.Size().Height > o.size.Height+1 {
					t.Errorf("the words of button %q leave it", o.label)
				}
			}
		}
	}
}

// checkTargets holds targets to 20 mm, which is 88 pixels on screens from 15
// inch at 1280×800 to 22 inch at 1920×1080, and apart from each other.
func checkTargets(t *testing.T, f *fixture, window fyne.Size) {
	t.Helper()
	k := newKit(f.look, f.options.Texts, f.language, window)
	type placed struct {
		label    string
		min, max fyne.Position
	}
	var all []placed
	for _, p := range pressables(f.stage.objects) {
		at := absolute(f.stage.objects, p, fyne.Position{})
		if least := sizeTarget*min(k.factor, 1) - 0.5; p.size.Width < least || p.size.Height < least {
			t.Errorf("button %q is %v, want at least %.0f", p.label, p.size, least)
		}
		all = append(all, placed{p.label, *at, at.AddXY(p.size.Width, p.size.Height)})
	}
	for i, a := range all {
		for _, b := range all[:i] {
			if a.min.X < b.max.X && b.min.X < a.max.X && a.min.Y < b.max.Y && b.min.Y < a.max.Y {
				t.Errorf("buttons %q and %q overlap", a.label, b.label)
			}
		}
	}
}

func absolute(objects []fyne.CanvasObject, wanted *pressable, at fyne.Position) *fyne.Position {
	for _, o := range objects {
		p := at.Add(o.Position())
		if o == fyne.CanvasObject(wanted) {
			return &p
		}
		if c, ok := o.(*fyne.Container); ok {
			if found := absolute(c.Objects, wanted, p); found != nil {
				return found
			}
		}
	}
	return nil
}

func paint(t *testing.T, f *fixture, size fyne.Size, path string) {
	t.Helper()
	c := software.NewCanvas()
	c.SetPadded(false)
	c.SetContent(f.stage)
	c.Resize(size)
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	file, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	if err := png.Encode(file, c.Capture()); err != nil {
		t.Fatal(err)
	}
}
