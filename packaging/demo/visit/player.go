package visit

import (
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"time"

	"borne/kiosk"
	"borne/packaging/demo/drive"
	"borne/packaging/demo/sites"
	"borne/packaging/demo/stage"
)

// patience is how long one step may take; a borne answers in a second, a busy machine with tests in many.
const patience = 45 * time.Second

// Player plays steps one after the other on a borne.
type Player struct {
	borne *stage.Borne
	// dir receives the pictures; empty keeps none.
	dir string
	// out is told every step.
	out  io.Writer
	step int
	// page is the browser's window as the last page showed it.
	page drive.Window
}

// NewPlayer returns a player on that borne that writes pictures into dir (none where it is empty) and a line a step to
// out.
func NewPlayer(borne *stage.Borne, dir string, out io.Writer) *Player {
	return &Player{borne: borne, dir: dir, out: out}
}

// Step does one thing within its time, takes a picture named after it, and says so. The picture is also taken when the
// step fails.
func (p *Player) Step(ctx context.Context, name, words string, do func(context.Context) error) error {
	p.step++
	limited, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	err := do(limited)
	if err != nil {
		name += "-ECHEC"
	}
	file, pictureErr := p.keep(ctx, name)
	switch {
	case err != nil:
		fmt.Fprintf(p.out, "%02d ÉCHEC  %s\n", p.step, words)
		return fmt.Errorf("step %d, %s: %w", p.step, words, err)
	case pictureErr != nil:
		return fmt.Errorf("step %d, %s: %w", p.step, words, pictureErr)
	}
	fmt.Fprintf(p.out, "%02d  %-58s %s\n", p.step, words, file)
	return nil
}

func (p *Player) keep(ctx context.Context, name string) (file string, err error) {
	if p.dir == "" {
		return "", nil
	}
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	picture, err := p.borne.Screen.Picture(ctx)
	if err != nil {
		return "", err
	}
	if err := os.MkdirAll(p.dir, 0o755); err != nil {
		return "", err
	}
	file = filepath.Join(p.dir, fmt.Sprintf("%02d-%s.png", p.step, name))
	return file, picture.Save(file)
}

// waitPage waits for a page of that title in the browser's window, under the bar and never over it.
func (p *Player) waitPage(ctx context.Context, title string) error {
	w, err := p.borne.Screen.WaitTitle(ctx, title)
	if err != nil {
		return err
	}
	if w.Place.Min.Y <= 0 || w.Place.Max.Y != stage.Height || w.Place.Dx() != stage.Width {
		return fmt.Errorf("the page %q lies at %v, over the bar or off the screen", title, w.Place)
	}
	p.page = w
	_, err = p.borne.Screen.Settled(ctx)
	return err
}

// The places of the sites' large buttons, on the screen.
func (p *Player) primary() (x, y int) {
	return p.onScreen(sites.PrimaryCentre(p.page.Place.Dx(), p.page.Place.Dy()))
}

func (p *Player) secondary() (x, y int) {
	return p.onScreen(sites.SecondaryCentre(p.page.Place.Dx(), p.page.Place.Dy()))
}

func (p *Player) row(n int) (x, y int) { return p.onScreen(sites.RowCentre(p.page.Place.Dx(), n)) }

func (p *Player) onScreen(x, y int) (int, int) { return p.page.Place.Min.X + x, p.page.Place.Min.Y + y }

// tap touches the page and waits for the next one.
func (p *Player) tap(ctx context.Context, x, y int, next string) error {
	if err := p.borne.Screen.Tap(ctx, x, y); err != nil {
		return err
	}
	return p.waitPage(ctx, next)
}

// touchRow touches a row that leads to no other page: an answer to a question.
func (p *Player) touchRow(ctx context.Context, n int) error {
	x, y := p.row(n)
	return p.borne.Screen.Tap(ctx, x, y)
}

func (p *Player) state(ctx context.Context, s kiosk.State) error { return p.borne.WaitState(ctx, s) }
