package browser

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"

	"borne/kiosk"
)

// Downloads lists the files that this visit received and kept, the oldest
// first.
func (b *Browser) Downloads() []Download {
	b.mu.Lock()
	defer b.mu.Unlock()
	var kept []Download
	for _, d := range b.downloads {
		if d.State == DownloadFinished {
			kept = append(kept, *d)
		}
	}
	slices.SortFunc(kept, func(x, y Download) int { return cmp.Compare(x.order, y.order) })
	return kept
}

func (b *Browser) downloadBegins(_ string, p struct {
	GUID              string `json:"guid"`
	SuggestedFilename string `json:"suggestedFilename"`
}) {
	b.mu.Lock()
	b.count++
	d := &Download{ID: p.GUID, State: DownloadBegun, Name: filepath.Base(p.SuggestedFilename), order: b.count}
	if b.count > b.control.MaxDownloads {
		d.State = DownloadRefused
	}
	if b.count <= 2*b.control.MaxDownloads { // a page that begins a million must not take our memory
		b.downloads[p.GUID] = d
	}
	event := *d
	b.mu.Unlock()
	b.tellDownload(event)
}

func (b *Browser) downloadProgresses(_ string, p struct {
	GUID          string  `json:"guid"`
	TotalBytes    float64 `json:"totalBytes"`
	ReceivedBytes float64 `json:"receivedBytes"`
	State         string  `json:"state"`
	FilePath      string  `json:"filePath"`
}) {
	b.mu.Lock()
	d := b.downloads[p.GUID]
	if d == nil || d.State != DownloadBegun {
		refused := d == nil || d.State == DownloadRefused
		b.mu.Unlock()
		if refused && p.State == "completed" && p.FilePath != "" { // all of it had come before it could be cancelled
			b.removeDownload(filepath.Base(p.FilePath))
		}
		return
	}
	d.Bytes = bytesOf(p.ReceivedBytes)
	var all int64
	for _, other := range b.downloads {
		if other.State == DownloadBegun || other.State == DownloadFinished {
			all += other.Bytes
		}
	}
	announced := max(bytesOf(p.TotalBytes), d.Bytes)
	tooLarge := announced > b.control.MaxDownloadBytes || all-d.Bytes+announced > b.control.MaxDownloadsBytes
	switch {
	case p.State == "completed" && (tooLarge || !b.take(d, p.FilePath)), tooLarge:
		d.State = DownloadRefused
	case p.State == "completed":
		d.State = DownloadFinished
	case p.State == "canceled" && !likely(d.Name):
		// Chromium itself refuses kinds that it calls dangerous, by their names,
		// and says no more of it than of a line that broke.
		d.State = DownloadRefused
	case p.State == "canceled":
		d.State = DownloadCancelled
	}
	event := *d
	b.mu.Unlock()
	if event.State == DownloadBegun {
		return
	}
	if event.State == DownloadRefused && p.State == "completed" {
		b.removeDownload(filepath.Base(p.FilePath))
	}
	b.tellDownload(event)
}

// likely tells whether a name is that of a kind that is taken.
func likely(name string) bool {
	return slices.Contains([]string{"", ".pdf", ".jpg", ".jpeg", ".png"}, strings.ToLower(filepath.Ext(name)))
}

// bytesOf reads a size that Chromium says; JSON has only floats.
func bytesOf(f float64) int64 {
	if !(f > 0) {
		return 0
	}
	return int64(min(f, 1<<62))
}

// tellDownload passes an event on; a refused download is cancelled first.
func (b *Browser) tellDownload(d Download) {
	if d.State == DownloadRefused {
		b.conn.tell("", "Browser.cancelDownload", map[string]any{"guid": d.ID})
	}
	b.control.Handle(d)
	if d.State == DownloadRefused {
		b.control.Handle(Refused{kiosk.ReasonDownload})
	}
}

var errNotPlain = errors.New("it is not a plain file")

// take looks at what has arrived and says whether it is kept: by its content,
// never by its name or by what the site calls it. The lock is held.
func (b *Browser) take(d *Download, path string) bool {
	if b.control.Storage == nil {
		return false
	}
	// The second file of a name has another, and the session may write
	// anything into its folder.
	name := filepath.Base(path)
	f, size, err := b.openDownload(name)
	if err != nil {
		b.control.Log.Warn("a download cannot be read", "error", withoutPath(err))
		return false
	}
	defer f.Close()
	head := make([]byte, kiosk.DocumentHeadBytes)
	n, _ := io.ReadFull(f, head) // shorter is of no kind
	d.Name, d.Path, d.Bytes, d.Kind = name, filepath.Join(b.control.DownloadDir, name), size, kiosk.KindOf(head[:n])
	return d.Kind != "" && size <= b.control.MaxDownloadBytes
}

// openDownload opens a file of the folder of downloads, which the session
// writes: os.Root lets no symbolic link lead out, and a FIFO does not hold us.
func (b *Browser) openDownload(name string) (*os.File, int64, error) {
	if name == "." || name == string(filepath.Separator) {
		return nil, 0, errNotPlain
	}
	f, err := b.control.Storage.OpenFile(b.downloadName(name), os.O_RDONLY|syscall.O_NONBLOCK|syscall.O_NOFOLLOW, 0)
	if err != nil {
		return nil, 0, err
	}
	info, err := f.Stat()
	if err == nil && !info.Mode().IsRegular() {
		err = errNotPlain
	}
	if err != nil {
		f.Close()
		return nil, 0, err
	}
	return f, info.Size(), nil
}

func (b *Browser) downloadName(name string) string {
	return filepath.Join(filepath.Base(b.control.DownloadDir), name)
}

func (b *Browser) removeDownload(name string) {
	if b.control.Storage == nil {
		return
	}
	if err := b.control.Storage.Remove(b.downloadName(name)); err != nil && !errors.Is(err, os.ErrNotExist) {
		b.control.Log.Warn("a refused download stays until the end of the visit", "error", withoutPath(err))
	}
}

// withoutPath is an error of a file without its name, which is the visitor's.
func withoutPath(err error) error {
	var p *os.PathError
	if errors.As(err, &p) {
		return fmt.Errorf("%s: %w", p.Op, p.Err)
	}
	return err
}
