package browser

import "path/filepath"

func (b *Browser) downloadBegins(_ string, p struct {
	GUID              string `json:"guid"`
	SuggestedFilename string `json:"suggestedFilename"`
}) {
	b.mu.Lock()
	d := &Download{ID: p.GUID, State: DownloadBegun, Name: filepath.Base(p.SuggestedFilename)}
	b.downloads[p.GUID] = d
	b.count++
	tooMany := b.count > b.control.MaxDownloads
	if tooMany {
		d.State = DownloadRefused
	}
	event := *d
	b.mu.Unlock()
	if tooMany {
		b.cancelDownload(p.GUID)
	}
	b.control.Handle(event)
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
		b.mu.Unlock()
		return
	}
	d.Bytes = int64(p.ReceivedBytes)
	tooLarge := max(int64(p.TotalBytes), d.Bytes) > b.control.MaxDownloadBytes
	switch {
	case p.State == "completed":
		d.State = DownloadFinished
		if p.FilePath != "" { // the second of a name has another
			d.Name = filepath.Base(p.FilePath)
		}
	case p.State == "canceled":
		d.State = DownloadCancelled
	case tooLarge:
		d.State = DownloadRefused
	}
	event := *d
	if event.State != DownloadBegun {
		delete(b.downloads, p.GUID)
	}
	b.mu.Unlock()
	if event.State == DownloadRefused {
		b.cancelDownload(p.GUID)
	}
	if event.State != DownloadBegun {
		b.control.Handle(event)
	}
}

func (b *Browser) cancelDownload(guid string) {
	b.conn.tell("", "Browser.cancelDownload", map[string]any{"guid": guid})
}
