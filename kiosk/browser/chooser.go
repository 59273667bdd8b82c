package browser

import (
	"context"
	"errors"
)

// ErrNoChooser is returned when no page wants files.
var ErrNoChooser = errors.New("no page wants a file")

// chooser is the field that wants files.
type chooser struct {
	page    *page
	session string
	node    int
}

// intercept turns a session's file dialogs into events: Chromium's own would
// show the machine's file system.
func (b *Browser) intercept(session string) {
	b.conn.tell(session, "Page.setInterceptFileChooserDialog", map[string]any{"enabled": true})
}

func (b *Browser) chooserOpened(session string, p struct {
	Mode          string `json:"mode"`
	BackendNodeID int    `json:"backendNodeId"`
}) {
	b.mu.Lock()
	if page := b.owner(session); page != nil {
		b.chooser = &chooser{page: page, session: session, node: p.BackendNodeID}
	}
	b.mu.Unlock()
	b.control.Handle(FileChooser{Multiple: p.Mode == "selectMultiple"})
}

// SetFiles gives files to the field that last asked, by their paths as the
// browser sees them. It returns ErrNoChooser when none is asking.
func (b *Browser) SetFiles(ctx context.Context, paths ...string) error {
	b.mu.Lock()
	c := b.chooser
	b.chooser = nil
	b.mu.Unlock()
	if c == nil {
		return ErrNoChooser
	}
	return b.conn.call(ctx, c.session, "DOM.setFileInputFiles", map[string]any{"files": paths, "backendNodeId": c.node}, nil)
}
