package forensics_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"borne/kiosk"
	"borne/packaging/demo/stage"
	"borne/packaging/forensics"
)

// plant makes the first half of a visit: what pages and hands leave, up to a form that is filled in and not yet sent.
func (s *scene) plant(ctx context.Context, visit int) error {
	s.site.Begin(visit)
	if err := s.ready(ctx); err != nil {
		return err
	}
	if err := s.bus.StartSession(ctx, "fr"); err != nil {
		return err
	}
	if err := s.voiceOn(ctx); err != nil {
		return err
	}
	if err := s.search(ctx, visit); err != nil {
		return err
	}
	if err := s.practise(ctx, visit); err != nil {
		return err
	}
	if err := s.bus.OpenService(ctx, siteService); err != nil {
		return err
	}
	word := func(code string) string { return s.words.Word(visit, code) }
	if err := s.loaded(ctx, forensics.NextPath+word("up")); err != nil {
		return err
	}
	screen := s.borne.Screen
	if err := s.inFront(ctx); err != nil {
		return err
	}
	for _, step := range []func() error{
		func() error { return s.touch(ctx) },
		func() error { return screen.Type(ctx, word("cl")) },
		func() error { return screen.Key(ctx, "ctrl+a", "ctrl+c", "Tab") },
		func() error { return screen.Type(ctx, word("pr")) },
		func() error { return screen.Key(ctx, "ctrl+a", "Tab") },
		func() error { return screen.Type(ctx, word("tx")) },
		func() error { return screen.Key(ctx, "Tab") },
		func() error { return screen.Type(ctx, word("pw")) },
		func() error { return screen.Key(ctx, "Tab") },
		func() error { return s.readPage(ctx) },
		func() error { return s.touchWord(ctx, word("sk")) },
	} {
		if err := step(); err != nil {
			return err
		}
	}
	return nil
}

// touch puts the hands into the first field of the form. A screen that is only being drawn takes no touch.
func (s *scene) touch(ctx context.Context) error {
	tapped := 0
	return quickly(ctx, "a touch in the form", func() (bool, error) {
		if slices.Contains(s.site.State().Said, "touched") {
			return true, nil
		}
		tapped++
		if tapped%60 != 1 {
			return false, nil
		}
		return false, s.borne.Screen.Tap(ctx, 300, fieldY)
	})
}

// fieldY is in the first field of the form, in pixels of the stage's screen.
const fieldY = 215

// goOn makes the second half: the form is sent, a document viewed, saved, given, read aloud by its name, a paper
// scanned, the document kept on a key, printed and shown, a mediator opens a host, and a page that is refused stands at the end.
func (s *scene) goOn(ctx context.Context, visit int) error {
	screen := s.borne.Screen
	if err := screen.Key(ctx, "Return"); err != nil {
		return err
	}
	// What the answer holds is looked for while it is there.
	if err := s.loaded(ctx, forensics.SentPath); err != nil {
		return err
	}
	for _, code := range []string{"qs", "pd"} {
		if !s.soonMet(ctx, "chromium", code) {
			return fmt.Errorf("the answer to the form is there, and %s is met nowhere", code)
		}
	}
	s.site.Pass()
	if err := s.loaded(ctx, forensics.GivePath); err != nil {
		return err
	}
	asked := func() (bool, error) {
		now, err := s.now(ctx)
		return err == nil && now.Notice == kiosk.PickFile, err
	}
	var offer kiosk.Offer
	tapped := 0
	err := quickly(ctx, "a document to give", func() (bool, error) {
		if is, err := asked(); !is {
			tapped++
			if tapped%60 != 1 {
				return false, err
			}
			return false, errors.Join(err, screen.Tap(ctx, stage.Width/2, stage.Height*3/5))
		}
		var err error
		offer, err = s.bus.Documents(ctx)
		return len(offer.Documents) > 0, err
	})
	if err != nil {
		return err
	}
	if err := s.bus.GiveFile(ctx, offer.Documents[0].ID); err != nil {
		return err
	}
	err = quickly(ctx, "the document at the site", func() (bool, error) { return len(s.site.State().Given) > 0, nil })
	if err != nil {
		return err
	}
	if given := string(s.site.State().Given); !strings.Contains(given, s.words.Word(visit, "dl")) {
		return fmt.Errorf("the site was given another document, of %d bytes", len(given))
	}
	if err := s.given(); err != nil {
		return err
	}
	if err := s.hear(ctx); err != nil {
		return err
	}
	if err := s.scanPaper(ctx, visit); err != nil {
		return err
	}
	if err := s.save(ctx, offer.Documents[0].ID); err != nil {
		return err
	}
	if err := s.print(ctx, visit, offer.Documents[0].ID); err != nil {
		return err
	}
	if err := s.show(ctx, offer.Documents[0].ID); err != nil {
		return err
	}
	if err := s.bus.AllowHost(ctx, s.words.Word(visit, "mh")+forensics.MediatorDomain); err != nil {
		return err
	}
	return s.until(ctx, "the page that is refused", func(n kiosk.Snapshot) bool { return n.Notice == kiosk.Blocked })
}

func (s *scene) loaded(ctx context.Context, path string) error {
	return quickly(ctx, "the page "+path[:min(len(path), 8)], func() (bool, error) {
		now := s.site.State()
		return now.Loads[path] > 0, fmt.Errorf("the site heard %v", now.Said)
	})
}

// ends are the ways in which a visit ends. Each does it, and returns at once or when it is over.
func ends() map[string]func(*scene, context.Context) error {
	kill := func(signal, what string) func(*scene, context.Context) error {
		return func(s *scene, ctx context.Context) error {
			// Process 0 would be whoever kills: a visit that is over has no browser.
			_, err := s.run(ctx, "sh", "-c", `hit=1; for p in `+what+`; do [ "$p" -gt 1 ] && kill -`+signal+` "$p" && hit=0; done; exit $hit`)
			return err
		}
	}
	main := func(unit string) string { return "$(systemctl show -P MainPID " + unit + ")" }
	return map[string]func(*scene, context.Context) error{
		"button":         func(s *scene, ctx context.Context) error { return s.bus.EndSession(ctx, kiosk.EndButton) },
		"staff":          func(s *scene, ctx context.Context) error { return s.bus.EndSession(ctx, kiosk.EndStaff) },
		"idle":           (*scene).idle,
		"browser-killed": kill("KILL", main(sessionUnit)),
		"browser-crash":  kill("SEGV", main(sessionUnit)),
		"borned-killed":  kill("KILL", main("borned.service")),
		"borned-stopped": func(s *scene, ctx context.Context) error {
			_, err := s.run(ctx, "systemctl", "restart", "borned.service")
			return err
		},
		"shell-killed":  kill("KILL", "$(pgrep -x borne-shell)"),
		"screen-killed": kill("KILL", "$(pgrep -x Xvnc)"),
	}
}

// idle touches nothing until the borne ends the visit.
func (s *scene) idle(ctx context.Context) error {
	for {
		now, err := s.now(ctx)
		if err == nil && !now.State.InSession() {
			return nil
		}
		if err := s.until(ctx, "the end of patience", func(n kiosk.Snapshot) bool { return !n.State.InSession() }); err == nil || ctx.Err() != nil {
			return err
		}
	}
}
