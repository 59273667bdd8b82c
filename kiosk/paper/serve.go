package paper

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strconv"
	"strings"

	"borne/kiosk"
)

// Poppler's programs, by where Debian has them.
const (
	countProgram = "/usr/bin/pdfinfo"
	drawProgram  = "/usr/bin/pdftocairo"
)

// Serve reads a document, says how many pages it has, and, if they are at most
// most, writes them. Receive reads that. What fails says nothing.
func Serve(ctx context.Context, document *os.File, most int, w io.Writer) error {
	head := make([]byte, kiosk.DocumentHeadBytes)
	n, err := document.ReadAt(head, 0)
	if err != nil && !errors.Is(err, io.EOF) {
		return fmt.Errorf("read the document: %w", err)
	}
	out := writer{w}
	switch kiosk.KindOf(head[:n]) {
	case kiosk.DocumentPDF:
		return drawPDF(ctx, document, most, out)
	case kiosk.DocumentJPEG, kiosk.DocumentPNG:
		if err := out.pages(1); err != nil {
			return err
		}
		if err := drawPicture(io.NewSectionReader(document, 0, maxPictureBytes), out); err != nil {
			return err
		}
		return out.end()
	}
	return errors.New("a document of no kind that is printed")
}

// drawPDF counts first: a visitor is told how many pages there are before
// anybody waits for them.
func drawPDF(ctx context.Context, document *os.File, most int, out writer) error {
	var said bytes.Buffer
	if err := program(ctx, document, &said, countProgram, "-"); err != nil {
		return err
	}
	pages, err := pagesOf(said.String())
	if err != nil {
		return err
	}
	if err := out.pages(pages); err != nil {
		return err
	}
	if pages <= most {
		if err := program(ctx, document, out, drawProgram, "-pdf", "-paper", "A4", "-", "-"); err != nil {
			return err
		}
	}
	return out.end()
}

// pagesOf finds the line that pdfinfo(1) writes.
func pagesOf(said string) (int, error) {
	for line := range strings.Lines(said) {
		if value, is := strings.CutPrefix(line, "Pages:"); is {
			n, err := strconv.Atoi(strings.TrimSpace(value))
			if err != nil || n < 1 || n > maxPages {
				return 0, fmt.Errorf("a document of %q pages", strings.TrimSpace(value))
			}
			return n, nil
		}
	}
	return 0, errors.New("nobody says how many pages the document has")
}

// program runs one of poppler's programs on the document, from its start.
func program(ctx context.Context, document *os.File, w io.Writer, path string, args ...string) error {
	if _, err := document.Seek(0, io.SeekStart); err != nil {
		return err
	}
	cmd := exec.CommandContext(ctx, path, args...)
	cmd.Env = []string{"LC_ALL=C.UTF-8", "HOME=/tmp"}
	cmd.Stdin, cmd.Stdout = document, w
	if err := cmd.Run(); err != nil {
		return fmt.Errorf("%s: %w", path, err)
	}
	return nil
}
