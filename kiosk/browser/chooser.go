package browser

import (
	"context"
	"errors"
	"slices"
	"strings"

	"borne/kiosk"
)

// ErrNoChooser is returned when no page wants a file.
var ErrNoChooser = errors.New("no page wants a file")

// chooser is the field that wants files.
type chooser struct {
	page     *page
	session  string
	node     int
	multiple bool
}

// intercept turns a session's file dialogs into events: Chromium's own would
// show the machine's file system.
func (b *Browser) intercept(session string) {
	b.conn.tell(session, "Page.setInterceptFileChooserDialog", map[string]any{"enabled": true})
}

// chooserOpened keeps the field that asks, the last one when several do. A
// field for whole folders is left without an answer: it would be given nothing
// that it could use.
func (b *Browser) chooserOpened(session string, p struct {
	Mode          string `json:"mode"`
	BackendNodeID int    `json:"backendNodeId"`
}) {
	multiple := p.Mode == "selectMultiple"
	accept, folders := b.describeField(session, p.BackendNodeID)
	b.mu.Lock()
	page := b.owner(session)
	// A window behind the front one cannot be seen to ask.
	wanted := page != nil && p.BackendNodeID != 0 && !folders && len(b.steps) > 0 && page == b.steps[len(b.steps)-1]
	if wanted {
		b.chooser = &chooser{page, session, p.BackendNodeID, multiple}
	}
	b.mu.Unlock()
	if wanted {
		b.control.Handle(FileWanted{Multiple: multiple, Accept: accept})
		return
	}
	b.control.Handle(Refused{kiosk.ReasonUpload})
}

// describeField reads a field's attributes accept and webkitdirectory. A page
// that does not answer has neither.
func (b *Browser) describeField(session string, node int) (accept []string, folders bool) {
	ctx, cancel := context.WithTimeout(context.Background(), answerPatience)
	defer cancel()
	var described struct {
		Node struct{ Attributes []string } // name, value, name, value…
	}
	if err := b.conn.call(ctx, session, "DOM.describeNode", map[string]any{"backendNodeId": node}, &described); err != nil {
		return nil, false
	}
	for pair := range slices.Chunk(described.Node.Attributes, 2) {
		switch strings.ToLower(pair[0]) {
		case "webkitdirectory":
			folders = true
		case "accept":
			if len(pair) == 2 {
				accept = acceptList(pair[1])
			}
		}
	}
	return accept, folders
}

// maxAccept bounds what a page may say of the files that it takes.
const maxAccept = 32

// acceptList splits the attribute accept (HTML, 4.10.5.1.17): extensions with
// their dot, and MIME types, in lower case.
func acceptList(attribute string) []string {
	var list []string
	for part := range strings.SplitSeq(attribute, ",") {
		if part = strings.ToLower(strings.TrimSpace(part)); part != "" && len(list) < maxAccept && len(part) <= 127 {
			list = append(list, part)
		}
	}
	return list
}

// GiveFile gives files to the field that last asked, by their paths as the
// browser sees them: the first one only, unless it takes several. No path
// leaves the field as it was; it asks again when it is touched again. It
// returns ErrNoChooser when none is asking, or its page is gone.
func (b *Browser) GiveFile(ctx context.Context, paths []string) error {
	b.mu.Lock()
	c := b.chooser
	b.chooser = nil
	b.mu.Unlock()
	switch {
	case c == nil:
		return ErrNoChooser
	case len(paths) == 0:
		return nil
	case !c.multiple:
		paths = paths[:1]
	}
	return b.conn.call(ctx, c.session, "DOM.setFileInputFiles", map[string]any{"files": paths, "backendNodeId": c.node}, nil)
}
