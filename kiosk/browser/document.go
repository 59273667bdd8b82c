package browser

import (
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"slices"
	"time"
)

// ShowDocument shows a file of the visit over the present page, from where
// Back returns to it, in place of the document that was shown before. Policies
// must allow its address.
func (b *Browser) ShowDocument(ctx context.Context, path string) error {
	b.mu.Lock()
	before := b.document
	if !slices.Contains(b.steps, before) {
		before = nil
	}
	b.document = nil
	b.mu.Unlock()
	if before != nil {
		if err := b.closePage(ctx, before); err != nil {
			return err
		}
	}
	p, err := b.newPage(ctx)
	if err != nil {
		return err
	}
	b.mu.Lock()
	p.fresh, b.document = true, p
	b.mu.Unlock()
	// Without the viewer's own buttons (PDF Open Parameters): they save and
	// print past us, and are too small for a finger.
	return b.conn.call(ctx, p.session, "Page.navigate", map[string]any{"url": "file://" + path + "#toolbar=0&navpanes=0&view=FitH"}, nil)
}

// ErrTooLarge is returned for a page that makes more paper than anybody wants.
var ErrTooLarge = errors.New("the page is too large to be printed")

const (
	// pageLimit is how long a page may take to be laid out on paper.
	pageLimit = 30 * time.Second
	// partBytes is how much is read at once.
	partBytes = 1 << 20
)

// PrintPage writes the page in front as a PDF on A4, of limit bytes at most.
func (b *Browser) PrintPage(ctx context.Context, w io.Writer, limit int64) error {
	p := b.front()
	if p == nil {
		return ErrNoPage
	}
	ctx, cancel := context.WithTimeout(ctx, pageLimit)
	defer cancel()
	var made struct {
		Stream string `json:"stream"`
	}
	const inch = 25.4
	err := b.conn.call(ctx, p.session, "Page.printToPDF", map[string]any{
		"transferMode": "ReturnAsStream", "printBackground": false, "preferCSSPageSize": false,
		"paperWidth": 210 / inch, "paperHeight": 297 / inch,
		"marginTop": 12 / inch, "marginBottom": 12 / inch, "marginLeft": 12 / inch, "marginRight": 12 / inch,
	}, &made)
	if err != nil {
		return fmt.Errorf("lay the page out on paper: %w", err)
	}
	defer b.conn.tell(p.session, "IO.close", map[string]any{"handle": made.Stream})
	for written := int64(0); ; {
		var part struct {
			Data    string `json:"data"`
			Base64  bool   `json:"base64Encoded"`
			EndOfIt bool   `json:"eof"`
		}
		if err := b.conn.call(ctx, p.session, "IO.read", map[string]any{"handle": made.Stream, "size": partBytes}, &part); err != nil {
			return fmt.Errorf("read the page as paper: %w", err)
		}
		data := []byte(part.Data)
		if part.Base64 {
			if data, err = base64.StdEncoding.DecodeString(part.Data); err != nil {
				return fmt.Errorf("read the page as paper: %w", err)
			}
		}
		if written += int64(len(data)); written > limit {
			return ErrTooLarge
		}
		if _, err := w.Write(data); err != nil {
			return err
		}
		if part.EndOfIt {
			return nil
		}
	}
}
