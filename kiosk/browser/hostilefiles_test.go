package browser

import (
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"borne/kiosk"
)

// files are downloads of every kind; ok says which is kept.
var files = map[string]struct {
	content string
	ok      bool
}{
	"avis.pdf":       {minimalPDF, true},
	"scan.png":       {"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR", true},
	"photo.jpg":      {"\xff\xd8\xff\xe0\x00\x10JFIF", true},
	"sans-nom":       {minimalPDF, true}, // its content counts, not its name
	"page.html":      {"<script>alert(1)</script>", false},
	"page.pdf":       {"<script>alert(1)</script>", false},
	"image.svg":      {"<svg onload='alert(1)'/>", false},
	"x.desktop":      {"[Desktop Entry]\nType=Application\nExec=xterm\n", false},
	"prog":           {"\x7fELF\x02\x01\x01", false},
	"prog.exe":       {"MZ\x90\x00", false},
	"prog.sh":        {"#!/bin/sh\nid\n", false},
	"archive.zip":    {"PK\x03\x04", false},
	"extension.crx":  {"Cr24\x03\x00\x00\x00", false},
	"empty.pdf":      {"", false},
	"late.pdf":       {"<html>" + minimalPDF, false},
	"../../etc/x.md": {"#", false},
}

func fileSite(t testing.TB) http.Handler {
	mux := http.NewServeMux()
	mux.Handle("/", hostile(t))
	mux.HandleFunc("GET /file", func(w http.ResponseWriter, r *http.Request) {
		name := r.FormValue("name")
		w.Header().Set("Content-Type", "application/octet-stream")
		w.Header().Set("Content-Disposition", "attachment; filename="+strconv.Quote(name))
		fmt.Fprint(w, files[name].content)
	})
	mux.HandleFunc("GET /announced", func(w http.ResponseWriter, r *http.Request) { // a hundred gigabytes, it says
		w.Header().Set("Content-Disposition", `attachment; filename="a.pdf"`)
		w.Header().Set("Content-Length", "107374182400")
		pour(w, r)
	})
	mux.HandleFunc("GET /endless", func(w http.ResponseWriter, r *http.Request) { // it does not say
		w.Header().Set("Content-Disposition", `attachment; filename="b.pdf"`)
		pour(w, r)
	})
	mux.HandleFunc("GET /fields", func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "text/html")
		fmt.Fprint(w, `<!doctype html><input type="file" id="one" accept=".PDF, image/*"><input type="file" id="many" multiple><p id="names">rien</p>
			<script>for (const i of [one, many]) i.onchange = () => names.innerText = [...i.files].map(f => f.name).join()</script>`)
	})
	return mux
}

// pour writes until the other side has enough.
func pour(w http.ResponseWriter, r *http.Request) {
	block := make([]byte, 1<<20)
	copy(block, "%PDF-1.7\n")
	for r.Context().Err() == nil {
		if _, err := w.Write(block); err != nil {
			return
		}
	}
}

func startFiles(t testing.TB, control Control) *real {
	w := newWorld(t, fileSite(t))
	r := startBrowser(t, w.policies(t), w.proxy, control)
	r.open("/two")
	return r
}

func (r *real) download(path string) Download {
	r.t.Helper()
	r.evaluate(fmt.Sprintf("void (location = %q)", path))
	return wait(r.t, r.events, func(d Download) bool { return d.State != DownloadBegun })
}

func onDisk(t *testing.T) (names []string) {
	t.Helper()
	entries, err := os.ReadDir(downloads)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		names = append(names, e.Name())
	}
	return names
}

func TestDownloadsByContent(t *testing.T) {
	r := startFiles(t, Control{})
	var want []string
	for name, f := range files {
		d := r.download("/file?name=" + name)
		if kept := d.State == DownloadFinished; kept != f.ok {
			t.Errorf("%s: %s", name, d.State)
		}
		if f.ok {
			want = append(want, filepath.Join(downloads, name))
			if d.Kind == "" || d.Bytes != int64(len(f.content)) {
				t.Errorf("%s: %+v", name, d)
			}
		} else if got := wait[Refused](t, r.events, nil); got.Reason != kiosk.ReasonDownload {
			t.Errorf("%s: told as %q", name, got.Reason)
		}
	}
	var got []string
	for _, d := range r.Downloads() {
		got = append(got, d.Path)
	}
	slices.Sort(got)
	slices.Sort(want)
	if !slices.Equal(got, want) {
		t.Errorf("listed %q, want %q", got, want)
	}
	if names := onDisk(t); len(names) != len(want) {
		t.Errorf("in the folder: %q", names)
	}
}

// Chromium tells of progress twice a second: what comes in between is over the
// limit, and bounded by the line and by the visit's file system.
func TestDownloadsAreCut(t *testing.T) {
	r := startFiles(t, Control{MaxDownloadBytes: 8 << 20, MaxDownloadsBytes: 10 << 20})
	for _, path := range []string{"/announced", "/endless"} {
		if d := r.download(path); d.State != DownloadRefused {
			t.Errorf("%s: %+v", path, d)
		}
		if got := wait[Refused](t, r.events, nil); got.Reason != kiosk.ReasonDownload {
			t.Errorf("told as %q", got.Reason)
		}
	}
	for deadline := time.Now().Add(patience); len(onDisk(t)) > 0; time.Sleep(20 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("left in the folder: %q", onDisk(t))
		}
	}
	r.open("/two")
}

// The session may put anything where a download was; nothing of it is opened.
func TestDownloadsFolderIsTheSessions(t *testing.T) {
	dir := t.TempDir()
	if err := os.Mkdir(filepath.Join(dir, "downloads"), 0o755); err != nil {
		t.Fatal(err)
	}
	root, err := os.OpenRoot(dir)
	if err != nil {
		t.Fatal(err)
	}
	defer root.Close()
	b := &Browser{control: Control{DownloadDir: "/var/lib/borne/downloads", Storage: root}.withDefaults()}
	outside := filepath.Join(t.TempDir(), "secret.pdf")
	for _, err := range []error{
		os.WriteFile(outside, []byte(minimalPDF), 0o600),
		os.Symlink(outside, filepath.Join(dir, "downloads", "link.pdf")),
		os.Symlink("/etc/passwd", filepath.Join(dir, "downloads", "passwd.pdf")),
		unix.Mkfifo(filepath.Join(dir, "downloads", "fifo.pdf"), 0o600),
		os.Mkdir(filepath.Join(dir, "downloads", "folder.pdf"), 0o700),
		os.WriteFile(filepath.Join(dir, "profile.pdf"), []byte(minimalPDF), 0o600),
		os.WriteFile(filepath.Join(dir, "downloads", "good.pdf"), []byte(minimalPDF), 0o600),
	} {
		if err != nil {
			t.Fatal(err)
		}
	}
	for _, name := range []string{"link.pdf", "passwd.pdf", "fifo.pdf", "folder.pdf", "../profile.pdf", "", ".", "..", "/", "none.pdf"} {
		if b.take(&Download{}, name) {
			t.Errorf("%q was taken", name)
		}
	}
	var d Download
	if !b.take(&d, "/var/lib/borne/downloads/good.pdf") || d.Kind != kiosk.DocumentPDF || d.Path != "/var/lib/borne/downloads/good.pdf" {
		t.Errorf("a good one: %+v", d)
	}
}

// A refused download may be all there before Chromium hears that it is cancelled: it is removed when Chromium says so,
// also one of so many that nothing was kept of it. One that was taken stays.
func TestRefusedDownloadThatCameWholeGoes(t *testing.T) {
	dir := t.TempDir()
	if err := os.Mkdir(filepath.Join(dir, "downloads"), 0o755); err != nil {
		t.Fatal(err)
	}
	root, err := os.OpenRoot(dir)
	if err != nil {
		t.Fatal(err)
	}
	defer root.Close()
	b := &Browser{control: Control{DownloadDir: "/var/lib/borne/downloads", Storage: root}.withDefaults(),
		downloads: map[string]*Download{"refused": {State: DownloadRefused}, "finished": {State: DownloadFinished}}}
	for guid, stays := range map[string]bool{"refused": false, "forgotten": false, "finished": true} {
		file := filepath.Join(dir, "downloads", guid+".pdf")
		if err := os.WriteFile(file, []byte(minimalPDF), 0o600); err != nil {
			t.Fatal(err)
		}
		var p struct {
			GUID          string  `json:"guid"`
			TotalBytes    float64 `json:"totalBytes"`
			ReceivedBytes float64 `json:"receivedBytes"`
			State         string  `json:"state"`
			FilePath      string  `json:"filePath"`
		}
		p.GUID, p.State = guid, "completed"
		b.downloadProgresses("", p) // no path: nothing to remove, and no folder
		p.FilePath = "/var/lib/borne/downloads/" + guid + ".pdf"
		b.downloadProgresses("", p)
		if _, err := os.Stat(file); (err == nil) != stays {
			t.Errorf("%s: %v", guid, err)
		}
	}
}

func TestGiveFile(t *testing.T) {
	r := startFiles(t, Control{})
	var paths []string
	for _, name := range []string{"a.pdf", "b.pdf"} {
		path := filepath.Join(downloads, name)
		if err := os.WriteFile(path, []byte(minimalPDF), 0o644); err != nil {
			t.Fatal(err)
		}
		paths = append(paths, path)
	}
	r.open("/fields")
	for range 2 { // cancelled, a second touch asks again
		r.click("#one")
		if got := wait[FileWanted](t, r.events, nil); got.Multiple || !slices.Equal(got.Accept, []string{".pdf", "image/*"}) {
			t.Errorf("it wants %+v", got)
		}
		if err := r.GiveFile(t.Context(), nil); err != nil {
			t.Fatal(err)
		}
	}
	r.click("#one")
	wait[FileWanted](t, r.events, nil)
	if err := r.GiveFile(t.Context(), paths); err != nil { // it takes but one
		t.Fatal(err)
	}
	r.eventually("names.innerText", "a.pdf")
	r.click("#many")
	if got := wait[FileWanted](t, r.events, nil); !got.Multiple || got.Accept != nil {
		t.Errorf("it wants %+v", got)
	}
	if err := r.GiveFile(t.Context(), paths); err != nil {
		t.Fatal(err)
	}
	r.eventually("names.innerText", "a.pdf,b.pdf")
	r.click("#one")
	wait[FileWanted](t, r.events, nil)
	r.open("/two") // the field is gone
	if err := r.GiveFile(t.Context(), paths); err == nil {
		t.Error("a file was given to a page that is gone")
	}
}
