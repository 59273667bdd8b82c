package visit

import (
	"context"
	"fmt"
	"slices"

	"borne/kiosk"
	"borne/packaging/demo"
	"borne/packaging/demo/drive"
)

// Open starts a session in French and opens a service through the shell: language, theme, "Il vous faut", "Commencer".
// The demonstration's themes have one service each, so the shell goes from the theme to its checklist.
func (p *Player) Open(ctx context.Context, id kiosk.ServiceID, firstTitle string) error {
	if err := p.Start(ctx); err != nil {
		return err
	}
	return p.Choose(ctx, id, firstTitle)
}

// Start touches "Français" on the first screen.
func (p *Player) Start(ctx context.Context) error {
	err := p.Step(ctx, "accueil", "La borne attend un visiteur", func(ctx context.Context) error {
		if err := p.state(ctx, kiosk.Ready); err != nil {
			return err
		}
		_, err := p.borne.Shell.Find(ctx, drive.Primary, 0)
		return err
	})
	if err != nil {
		return err
	}
	return p.Step(ctx, "themes", "Toucher « Français » : les thèmes", func(ctx context.Context) error {
		if err := p.borne.Shell.Press(ctx, drive.Primary, 0); err != nil {
			return err
		}
		if err := p.state(ctx, kiosk.Choosing); err != nil {
			return err
		}
		_, err := p.borne.Shell.Find(ctx, drive.Tile, len(themes())-1)
		return err
	})
}

// themes lists the demonstration's services in the order of their tiles.
func themes() []kiosk.ServiceID { return []kiosk.ServiceID{"caf", "info-retraite", "ameli", "impots"} }

// Choose goes from the themes to a service's first page.
func (p *Player) Choose(ctx context.Context, id kiosk.ServiceID, firstTitle string) error {
	tile := slices.Index(themes(), id)
	if tile < 0 {
		return fmt.Errorf("service %q is not one of the demonstration's: %v", id, themes())
	}
	err := p.Step(ctx, string(id)+"-il-vous-faut", "Toucher une tuile : « Il vous faut »", func(ctx context.Context) error {
		if err := p.borne.Shell.Press(ctx, drive.Tile, tile); err != nil {
			return err
		}
		_, err := p.borne.Shell.Find(ctx, drive.Primary, 0)
		return err
	})
	if err != nil {
		return err
	}
	return p.Step(ctx, string(id)+"-page", "Toucher « Commencer » : le site officiel", func(ctx context.Context) error {
		if err := p.borne.Shell.Press(ctx, drive.Primary, 0); err != nil {
			return err
		}
		if err := p.state(ctx, kiosk.Visiting); err != nil {
			return err
		}
		return p.waitPage(ctx, firstTitle)
	})
}

// Home touches "Accueil": back to the themes, the session goes on.
func (p *Player) Home(ctx context.Context) error {
	return p.Step(ctx, "retour-themes", "Toucher « Accueil » : les thèmes, sans finir la visite", func(ctx context.Context) error {
		if err := p.borne.Shell.PressBar(ctx, drive.BarHome); err != nil {
			return err
		}
		if err := p.state(ctx, kiosk.Choosing); err != nil {
			return err
		}
		_, err := p.borne.Shell.Find(ctx, drive.Tile, len(themes())-1)
		return err
	})
}

// nextVisitor is a button under the questions after the end, from the top: after three answers and the one that skips
// them. It comes with the proof.
const nextVisitor = 4

// End touches "Terminer", confirms, and waits until the wipe is proved and the next visitor may come.
func (p *Player) End(ctx context.Context) error {
	err := p.Step(ctx, "terminer", "Toucher « Terminer » : une seule question", func(ctx context.Context) error {
		if err := p.borne.Shell.PressBar(ctx, drive.BarEnd); err != nil {
			return err
		}
		_, err := p.borne.Shell.Find(ctx, drive.Danger, 0)
		return err
	})
	if err != nil {
		return err
	}
	err = p.Step(ctx, "tout-a-ete-efface", "Confirmer : tout est effacé, la borne demande comment c'était", func(ctx context.Context) error {
		if err := p.borne.Shell.Press(ctx, drive.Danger, 0); err != nil {
			return err
		}
		if err := p.state(ctx, kiosk.Ready); err != nil {
			return err
		}
		return p.noPage(ctx)
	})
	if err != nil {
		return err
	}
	return p.Step(ctx, "accueil-suivant", "Retour à l'écran d'accueil", func(ctx context.Context) error {
		if err := p.borne.Shell.Press(ctx, drive.Plain, nextVisitor); err != nil {
			return err
		}
		_, err := p.borne.Shell.Find(ctx, drive.Primary, 0)
		return err
	})
}

// noPage fails when a window still carries the title of a demonstration page.
func (p *Player) noPage(ctx context.Context) error {
	windows, err := p.borne.Screen.Windows(ctx)
	if err != nil {
		return err
	}
	for _, w := range windows {
		if w.ID == p.page.ID || w.Title == p.page.Title {
			return fmt.Errorf("the page of %s is still on the screen: %q", demo.Domain, w.Title)
		}
	}
	return nil
}
