package visit

import (
	"context"
	"fmt"

	"borne/kiosk"
	"borne/packaging/demo"
	"borne/packaging/demo/drive"
	"borne/packaging/demo/sites"
)

// Play is the demonstration's visit: a dossier at the Caf, a forbidden link, the end, and a second visitor who finds
// nothing. asked tells how many requests each host of the sites has answered.
func (p *Player) Play(ctx context.Context, asked func() map[demo.Host]int) error {
	before := asked()
	parts := []func(context.Context) error{
		func(ctx context.Context) error { return p.Open(ctx, "caf", "Accueil de la Caf") },
		p.dossier,
		p.tracesLeft,
		p.Home,
		func(ctx context.Context) error { return p.Choose(ctx, "impots", "Accueil des impôts") },
		p.forbiddenLink,
		p.End,
		func(ctx context.Context) error { return p.Open(ctx, "caf", "Accueil de la Caf") },
		p.noTraces,
		p.End,
	}
	for _, part := range parts {
		if err := part(ctx); err != nil {
			return err
		}
	}
	after := asked()
	for _, host := range []demo.Host{demo.Forbidden, demo.Collector} {
		if n := after[host] - before[host]; n != 0 {
			return fmt.Errorf("%s answered %d requests: the borne let something out", host, n)
		}
	}
	return nil
}

// dossier goes from the Caf's first page to its certificate.
func (p *Player) dossier(ctx context.Context) error {
	type page struct {
		name, words string
		do          func(context.Context) error
	}
	for _, s := range []page{
		{"caf-connexion", "La page de connexion, sur un autre hôte permis", func(ctx context.Context) error {
			x, y := p.row(0)
			return p.tap(ctx, x, y, "Connexion à la Caf")
		}},
		{"caf-espace", "Numéro et mot de passe : l'espace personnel", func(ctx context.Context) error {
			if err := p.borne.Screen.Type(ctx, sites.CafNumber+"\t"+sites.CafPassword); err != nil {
				return err
			}
			x, y := p.primary()
			return p.tap(ctx, x, y, "Mon espace Caf, prêt")
		}},
		{"caf-etape-1", "Étape 1", func(ctx context.Context) error {
			x, y := p.primary()
			return p.tap(ctx, x, y, "Étape 1 sur 3")
		}},
		{"caf-etape-2", "Étape 2, une réponse choisie", func(ctx context.Context) error {
			if err := p.touchRow(ctx, 1); err != nil {
				return err
			}
			x, y := p.primary()
			return p.tap(ctx, x, y, "Étape 2 sur 3")
		}},
		{"caf-etape-3", "Étape 3, la pièce à fournir", func(ctx context.Context) error {
			if err := p.touchRow(ctx, 0); err != nil {
				return err
			}
			x, y := p.primary()
			return p.tap(ctx, x, y, "Étape 3 sur 3")
		}},
		{"caf-recapitulatif", "« Plus tard » : le récapitulatif", func(ctx context.Context) error {
			x, y := p.secondary()
			return p.tap(ctx, x, y, "Récapitulatif")
		}},
		{"caf-envoye", "Envoyer : la déclaration est faite", func(ctx context.Context) error {
			x, y := p.primary()
			return p.tap(ctx, x, y, "Votre déclaration est envoyée")
		}},
		{"caf-attestation", "Demander l'attestation en PDF : la visite continue", func(ctx context.Context) error {
			x, y := p.primary()
			if err := p.borne.Screen.Tap(ctx, x, y); err != nil {
				return err
			}
			if _, err := p.borne.Screen.Settled(ctx); err != nil {
				return err
			}
			return p.state(ctx, kiosk.Visiting)
		}},
	} {
		if err := p.Step(ctx, s.name, s.words, s.do); err != nil {
			return err
		}
	}
	return nil
}

// tracesLeft shows that a visit does leave traces while it lasts; otherwise their absence later would prove nothing.
func (p *Player) tracesLeft(ctx context.Context) error {
	return p.Step(ctx, "caf-traces-presentes", "Ce que la visite a laissé dans le navigateur", func(ctx context.Context) error {
		x, y := p.onScreen(sites.BrandCentre())
		if err := p.tap(ctx, x, y, "Accueil de la Caf"); err != nil {
			return err
		}
		x, y = p.row(2)
		return p.tap(ctx, x, y, "traces: cookie,localStorage,sessionStorage,indexedDB,cache,serviceWorker,httpCache")
	})
}

// noTraces is the second visitor.
func (p *Player) noTraces(ctx context.Context) error {
	return p.Step(ctx, "caf-traces-aucune", "Le visiteur suivant ne trouve rien du premier", func(ctx context.Context) error {
		x, y := p.row(2)
		return p.tap(ctx, x, y, "traces: aucune")
	})
}

// forbiddenLink follows a link out of the allowlist and comes back.
func (p *Player) forbiddenLink(ctx context.Context) error {
	row, ok := sites.LinkRow("lien-interdit")
	if !ok {
		return fmt.Errorf("the page of links has no forbidden one")
	}
	err := p.Step(ctx, "impots-liens", "Des liens qui ne sont pas permis", func(ctx context.Context) error {
		x, y := p.row(2)
		return p.tap(ctx, x, y, "Liens vers d'autres sites")
	})
	if err != nil {
		return err
	}
	err = p.Step(ctx, "lien-bloque", "Toucher un lien interdit : la borne explique et propose", func(ctx context.Context) error {
		x, y := p.row(row)
		if err := p.borne.Screen.Tap(ctx, x, y); err != nil {
			return err
		}
		if err := p.borne.WaitProperty(ctx, "Notice", string(kiosk.Blocked)); err != nil {
			return err
		}
		_, err := p.borne.Shell.Find(ctx, drive.Primary, 0)
		return err
	})
	if err != nil {
		return err
	}
	return p.Step(ctx, "lien-retour", "Toucher « Retour » : la page d'avant, la visite continue", func(ctx context.Context) error {
		if err := p.borne.Shell.Press(ctx, drive.Primary, 0); err != nil {
			return err
		}
		if err := p.borne.WaitProperty(ctx, "Notice", string(kiosk.NoNotice)); err != nil {
			return err
		}
		return p.waitPage(ctx, "Liens vers d'autres sites")
	})
}
