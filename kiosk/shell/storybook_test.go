package shell

import (
	"fmt"
	"strings"
	"time"

	"borne/kiosk"
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

func stories() []story { return append(visitStories(), cardStories()...) }

func visitStories() []story {
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
	lesson := func(name string, step lessonStep) story {
		return story{name, func(f *fixture, l kiosk.Language) { f.at(l, kiosk.Choosing, nil); f.learn(step) }}
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
	saving := func(name string, key kiosk.KeyState, job kiosk.SaveJob) story {
		job.Document, job.Bytes = "0", 3_400_000
		return received(name, kiosk.Offer{Documents: sampleReceived(), Key: key, Saving: &kiosk.SaveOffer{Job: job}},
			func(f *fixture) {
				f.askSave("0")
				f.clock.advance(lookEvery)
			})
	}
	scanning := func(name string, job kiosk.ScanJob) story {
		return received(name, kiosk.Offer{Scanning: &kiosk.ScanOffer{Job: job}}, func(f *fixture) {
			f.askScan()
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
		{"06a-needs-next", func(f *fixture, l kiosk.Language) {
			f.at(l, kiosk.Choosing, nil)
			f.show(choice{service: "caf"})
			if next := find(f.stage.objects, f.options.Texts.in(l, textPageNext, nil)); next != nil {
				next.Tapped(nil)
			}
		}},
		{"07-needs-nothing", func(f *fixture, l kiosk.Language) { f.at(l, kiosk.Choosing, nil); f.show(choice{service: "colonies"}) }},
		notice("08-opening", kiosk.Opening, 0),
		notice("09-page", kiosk.NoNotice, 9*time.Minute),
		{"09a-page-practice", func(f *fixture, l kiosk.Language) {
			f.at(l, kiosk.Visiting, func(s *kiosk.Snapshot) { s.Service = kiosk.Practice })
		}},
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
		received("50-documents-key", kiosk.Offer{Documents: sampleReceived(), Printing: &kiosk.PrintOffer{Most: 20, Left: 20}, Saving: &kiosk.SaveOffer{}}, func(*fixture) {}),
		received("51-documents-key-no-printer", kiosk.Offer{Documents: sampleReceived(), Saving: &kiosk.SaveOffer{}}, func(*fixture) {}),
		saving("52-save-plug", kiosk.NoKey, kiosk.SaveJob{}),
		saving("53-save-going", kiosk.KeyPlugged, kiosk.SaveJob{State: kiosk.Saving, Held: 1_048_576}),
		saving("54-save-done", kiosk.KeyPlugged, kiosk.SaveJob{State: kiosk.Saved, Name: "attestation-de-paiement-janvier-2026 (2).pdf"}),
		saving("55-save-full", kiosk.KeyPlugged, kiosk.SaveJob{State: kiosk.SaveFull}),
		saving("56-save-locked", kiosk.KeyPlugged, kiosk.SaveJob{State: kiosk.SaveReadOnly}),
		saving("57-save-unreadable", kiosk.KeyPlugged, kiosk.SaveJob{State: kiosk.SaveUnreadable}),
		saving("58-save-gone", kiosk.KeyPlugged, kiosk.SaveJob{State: kiosk.SaveGone}),
		saving("59-save-failed", kiosk.KeyPlugged, kiosk.SaveJob{State: kiosk.SaveFailed}),
		received("60-documents-none-scanner", kiosk.Offer{Scanning: &kiosk.ScanOffer{}}, func(*fixture) {}),
		received("61-documents-scanner", kiosk.Offer{Documents: sampleReceived(), Printing: &kiosk.PrintOffer{Most: 20, Left: 20}, Saving: &kiosk.SaveOffer{},
			Scanning: &kiosk.ScanOffer{}}, func(*fixture) {}),
		scanning("62-scan-place", kiosk.ScanJob{}),
		scanning("63-scan-next", kiosk.ScanJob{Pages: 2}),
		scanning("64-scan-going", kiosk.ScanJob{State: kiosk.ScanGoing, Percent: 45}),
		scanning("65-scan-check", kiosk.ScanJob{State: kiosk.ScanShown, View: 1}),
		scanning("66-scan-cropped", kiosk.ScanJob{State: kiosk.ScanShown, View: 1, Cropped: true, Pages: 9}),
		scanning("67-scan-making", kiosk.ScanJob{State: kiosk.ScanMaking}),
		scanning("68-scan-kept", kiosk.ScanJob{State: kiosk.ScanKept, Document: "scan-1"}),
		scanning("69-scan-away", kiosk.ScanJob{State: kiosk.ScanAway}),
		scanning("69a-scan-cover", kiosk.ScanJob{State: kiosk.ScanCover}),
		scanning("69b-scan-failed", kiosk.ScanJob{State: kiosk.ScanFailed, Pages: 1}),
		{"59a-confirm-saving", func(f *fixture, l kiosk.Language) {
			f.borne.shelve(kiosk.Offer{Key: kiosk.KeyPlugged, Saving: &kiosk.SaveOffer{Job: kiosk.SaveJob{State: kiosk.Saving}}})
			f.at(l, kiosk.Visiting, nil)
			f.keyed = true
			f.askEnd()
		}},
		{"59b-confirm-key", func(f *fixture, l kiosk.Language) {
			f.borne.shelve(kiosk.Offer{Key: kiosk.KeyPlugged})
			f.at(l, kiosk.Visiting, nil)
			f.keyed, f.printed = true, true
			f.askEnd()
		}},
		{"30-aids", func(f *fixture, l kiosk.Language) { f.at(l, kiosk.Choosing, nil); f.openAids() }},
		{"31-aids-first", func(f *fixture, l kiosk.Language) {
			f.settings.Languages = append([]kiosk.Language{l}, f.settings.Languages...)
			f.at("", kiosk.Ready, nil)
			f.clock.advance(settle)
			f.language = l
			f.openAids()
		}},
		{"31a-voice", func(f *fixture, l kiosk.Language) {
			f.at(l, kiosk.Choosing, nil)
			f.aids.manner = kiosk.Manner{Volume: 1, Pace: -kiosk.MannerSteps}
			f.openAids()
			f.openVoice()
		}},
		{"09b-page-read", func(f *fixture, l kiosk.Language) {
			f.borne.text = kiosk.PageText{Said: []kiosk.Utterance{{Text: "Bonjour."}}}
			f.at(l, kiosk.Visiting, nil)
			f.toggleSpeech()
		}},
		{"40-keyboard", func(f *fixture, l kiosk.Language) { f.at(l, kiosk.Visiting, nil); f.toggleKeyboard() }},
		{"41-keyboard-shift", func(f *fixture, l kiosk.Language) {
			f.at(l, kiosk.Visiting, nil)
			f.toggleKeyboard()
			f.struck(key{act: actShift})
		}},
		{"42-keyboard-latin", func(f *fixture, l kiosk.Language) {
			f.at(l, kiosk.Visiting, nil)
			f.toggleKeyboard()
			f.struck(key{act: actLayer, to: layerLatin})
		}},
		{"43-keyboard-signs", func(f *fixture, l kiosk.Language) {
			f.at(l, kiosk.Visiting, nil)
			f.toggleKeyboard()
			f.struck(key{act: actLayer, to: layerSigns})
		}},
		{"44-keyboard-accents", func(f *fixture, l kiosk.Language) {
			f.at(l, kiosk.Visiting, nil)
			f.toggleKeyboard()
			f.struck(key{act: actLayer, to: layerAccents})
		}},
		{"50-attract", func(f *fixture, l kiosk.Language) {
			f.settings.Languages = append([]kiosk.Language{l}, f.settings.Languages...)
			f.at("", kiosk.Ready, nil)
			f.clock.advance(attractAfter + 2*settle)
		}},
		lesson("51-lesson-touch", lessonTouch), lesson("52-lesson-scroll", lessonScroll), lesson("53-lesson-type", lessonType),
		lesson("54-lesson-back", lessonBack), lesson("55-lesson-home", lessonHome), lesson("56-lesson-done", lessonDone),
		{"57-lesson-letter", func(f *fixture, l kiosk.Language) {
			f.at(l, kiosk.Choosing, nil)
			f.learn(lessonType)
			f.write("m")
		}},
		{"58-lesson-first", func(f *fixture, l kiosk.Language) {
			f.settings.Languages = append([]kiosk.Language{l}, f.settings.Languages...)
			f.at("", kiosk.Ready, nil)
			f.clock.advance(settle)
			f.language = l
			f.learn(lessonBack)
		}},
		{"45-search", func(f *fixture, l kiosk.Language) { f.at(l, kiosk.Choosing, nil); f.openSearch() }},
		{"46-search-found", func(f *fixture, l kiosk.Language) {
			f.at(l, kiosk.Choosing, nil)
			f.openSearch()
			f.write("a")
		}},
		{"46a-search-more", func(f *fixture, l kiosk.Language) {
			f.at(l, kiosk.Choosing, nil)
			f.openSearch()
			f.write("a")
			if next := find(f.stage.objects, f.options.Texts.in(l, textPageNext, nil)); next != nil {
				next.Tapped(nil)
			}
		}},
		{"47-search-nothing", func(f *fixture, l kiosk.Language) {
			f.at(l, kiosk.Choosing, nil)
			f.openSearch()
			f.write("Élodie 12")
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
