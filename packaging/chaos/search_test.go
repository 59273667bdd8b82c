package chaos_test

import (
	"context"
	"errors"
	"fmt"
	"image/color"
	"strings"

	"borne/packaging/demo/drive"
)

// look is a pair of eyes on the page: it is this visit's, and no other's is there.
func (s *scene) look(ctx context.Context) error {
	p, err := s.borne.Screen.Picture(ctx)
	if err != nil {
		return err
	}
	own, others := purple(p, s.witness.seen().colour)
	if others > 0 {
		s.witness.tell(fmt.Sprintf("the screen shows %d pixels of another visit's page", others))
	}
	if own == 0 {
		return errors.New("the page is not on the screen")
	}
	return nil
}

// tell notes something that was seen beside the site.
func (w *witness) tell(leak string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.leaks = append(w.leaks, leak)
}

// purple counts the pixels of this visit's page and of others'. What a font or an edge mixes is between colours: only
// whole areas count as another's.
func purple(p drive.Picture, own color.RGBA) (ours, others int) {
	found := map[color.RGBA]int{}
	for i := 0; i+3 < len(p.Pix); i += 4 {
		c := color.RGBA{p.Pix[i], p.Pix[i+1], p.Pix[i+2], 0xff}
		if isPurple(c) {
			found[c]++
		}
	}
	for c, n := range found {
		switch {
		case c == own:
			ours += n
		case n > 500:
			others += n
		}
	}
	return ours, others
}

// searched are the places that somebody of the borne may write to. The disk below them is the host's own.
const searched = "/run /tmp /var/tmp /dev/shm /dev/mqueue /var/lib /var/log /var/cache/borne-shell /var/spool /root /home /etc/chromium"

// search looks for what the visit left, on the screen and in files, when the next one may begin.
func (s *scene) search(ctx context.Context) ([]string, error) {
	var leaks []string
	p, err := s.borne.Screen.Picture(ctx)
	if err != nil {
		return nil, err
	}
	if own, others := purple(p, color.RGBA{}); own+others > 0 {
		leaks = append(leaks, fmt.Sprintf("the first screen shows %d pixels of a page", own+others))
	}
	said, err := s.shell(ctx, "grep -rlaF --exclude-dir=systemd --devices=skip "+markPrefix+" "+searched+" 2>/dev/null; true")
	if err != nil {
		return nil, err
	}
	names, err := s.shell(ctx, "find "+searched+" -name '*"+markPrefix+"*' 2>/dev/null; true")
	if err != nil {
		return nil, err
	}
	// The print service's own file systems are seen from within.
	spooled, err := s.shell(ctx, `p=$(systemctl show -P MainPID cups.service); [ "$p" -gt 0 ] && cd /proc/$p/root &&
		{ grep -rlaF `+markPrefix+` var/spool/cups var/cache/cups var/log/cups tmp; find var/spool/cups -type f -name '[cd]0*'; } 2>/dev/null; true`)
	if err != nil {
		return nil, err
	}
	for _, file := range strings.Fields(said + " " + names + " " + spooled) {
		leaks = append(leaks, "a mark is left in "+file)
	}
	return leaks, nil
}
