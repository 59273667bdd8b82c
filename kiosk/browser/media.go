package browser

import "encoding/json"

// maxPlayers bounds how many films of a visit are remembered as playing: a page
// may begin any number.
const maxPlayers = 64

// player is a film or a sound of a page, or of a frame in a process of its own.
type player struct{ session, id string }

// playerEvents follows what plays. Chromium tells of each player as its tools
// show it; a page without sound or picture has none, so a script cannot play
// what is not there, but it may play without end: borned bounds that.
func (b *Browser) playerEvents(session string, p struct {
	PlayerID string `json:"playerId"`
	Events   []struct {
		Value string `json:"value"`
	} `json:"events"`
}) {
	b.changePlaying(func() {
		at := player{session, p.PlayerID}
		for _, e := range p.Events {
			var said struct {
				Event string `json:"event"`
			}
			if json.Unmarshal([]byte(e.Value), &said) != nil {
				continue
			}
			switch said.Event {
			case "kPlay":
				if b.owner(session) != nil && len(b.playing) < maxPlayers {
					b.playing[at] = true
				}
			case "kPause", "kEnded", "kWebMediaPlayerDestroyed":
				delete(b.playing, at)
			}
		}
	})
}

// silence forgets the players of a document that is gone.
func (b *Browser) silence(session string) {
	b.changePlaying(func() {
		for at := range b.playing {
			if at.session == session {
				delete(b.playing, at)
			}
		}
	})
}

// changePlaying tells when the first begins and the last ends.
func (b *Browser) changePlaying(change func()) {
	b.mu.Lock()
	was := len(b.playing) > 0
	change()
	is := len(b.playing) > 0
	b.mu.Unlock()
	if is != was {
		b.control.Handle(Playing{is})
	}
}
