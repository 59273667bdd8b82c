package chaos_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"borne/kiosk"
	"borne/packaging/chaos"
	"borne/packaging/demo/drive"
)

// voiceOn touches « Écouter » on the first screen, once: a second touch would be silence again. A blow may come between.
func (s *scene) voiceOn(ctx context.Context, b *blow) error {
	p, err := s.borne.Screen.Picture(ctx)
	if err != nil {
		return err
	}
	place, ok := s.hand.button(drive.Plain, 0)(p)
	if !ok {
		return errors.New("nothing to listen with is on the screen")
	}
	at := middle(place)
	if err := s.borne.Screen.Tap(ctx, at.X, at.Y); err != nil {
		return err
	}
	limited, cancel := context.WithTimeout(ctx, stepPatience/2)
	defer cancel()
	err = soon(limited, 20*time.Millisecond, "the voice", func() (bool, error) { return s.Speaks() || b.fell(), nil })
	if b.Fault != chaos.Nothing {
		return nil
	}
	return err
}

// noticeBytes is the size of the document that the witness gives: several pieces, as the key's writer reads it.
const noticeBytes = 300_000

// notice is that document.
func notice(mark string) string {
	head, tail := "%PDF-1.4\n% "+mark+"\n%", "\n%%EOF\n"
	return head + strings.Repeat("-", noticeBytes-len(head)-len(tail)) + tail
}

// save plugs a key in and has the document kept on it, as its visitor does: once more where that failed.
func (s *scene) save(ctx context.Context) (err error) {
	if s.stick, err = s.PlugStick(ctx, s.t.TempDir()); err != nil {
		return err
	}
	return soon(ctx, 100*time.Millisecond, "the document on the key", func() (bool, error) {
		limited, cancel := context.WithTimeout(ctx, 2*time.Second)
		defer cancel()
		client, err := s.client()
		if err != nil {
			return false, err
		}
		offer, err := client.Documents(limited)
		if err != nil || offer.Saving == nil || len(offer.Documents) == 0 {
			return false, errors.Join(fmt.Errorf("nothing can be kept: %+v", offer.Saving), err)
		}
		switch job := offer.Saving.Job; job.State {
		case kiosk.Saved:
			return true, nil
		case kiosk.Saving:
			return false, errors.New("it is being kept")
		default:
			return false, errors.Join(fmt.Errorf("it is %q", job.State), client.SaveDocument(limited, offer.Documents[0].ID))
		}
	})
}

// unplug takes the key out, and looks at what is on it: this visit's document, whole, and nothing else. It must be there
// where the visitor saw that it was kept.
func (s *scene) unplug(ctx context.Context, must bool) (leaks []string, err error) {
	if s.stick == nil {
		return nil, nil
	}
	stick := s.stick
	s.stick = nil
	if err := stick.Unplug(ctx); err != nil {
		return nil, err
	}
	files, err := stick.Files(ctx)
	if err != nil {
		return nil, err
	}
	own := notice(s.witness.seen().mark)
	for name, content := range files {
		for _, mark := range markPattern.FindAllString(name+content, -1) {
			if mark != s.witness.seen().mark {
				leaks = append(leaks, "a mark of another visit is on the key")
			}
		}
		if content != own {
			err = errors.Join(err, fmt.Errorf("a document of %d bytes is on the key, not whole", len(content)))
		}
	}
	if must && len(files) == 0 {
		err = errors.Join(err, errors.New("the document was kept, and is not on the key"))
	}
	return leaks, err
}
