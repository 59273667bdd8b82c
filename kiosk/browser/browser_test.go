package browser

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"borne/kiosk"
)

const minimalPDF = "%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj 2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj " +
	"3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 200 200]>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"

// pages is the site that the tests visit.
func pages(t testing.TB) http.Handler {
	mux := http.NewServeMux()
	page := func(path, body string) {
		mux.HandleFunc("GET "+path, func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Content-Type", "text/html; charset=utf-8")
			fmt.Fprintf(w, `<!doctype html><html lang="fr"><meta name="viewport" content="width=device-width"><body style="font-size:40px">%s</body></html>`, body)
		})
	}
	page("/", `<h1>un</h1><a id="next" href="/two">suite</a>`)
	page("/two", `<h1>deux</h1>`)
	page("/service", `<h1>autre service</h1>`)
	page("/links", `<a id="outside" href="https://`+outside+`/">a</a><br><a id="refused" href="https://`+refused+`/">b</a><br>
		<a id="unsure" href="https://`+unsure+`/">c</a><br><a id="file" href="file:///etc/passwd">d</a><br>
		<a id="source" href="view-source:https://`+site+`/">e</a><br><a id="blank" target="_blank" href="/two">f</a><br>
		<button id="open" onclick="window.open('/two')">g</button><br>
		<button id="flood" onclick="for (let i = 0; i < 30; i++) window.open('/two?' + i)">h</button>`)
	page("/blob", `<button id="open" onclick="window.open(window.URL.createObjectURL(new Blob([atob(this.dataset.pdf)], {type: 'application/pdf'})))"
		data-pdf="`+base64Of(minimalPDF)+`">PDF</button>`)
	page("/dialogs", `<h1>bonjour</h1><script>
		let n = 0; setTimeout(() => { for (let i = 0; i < 50; i++) { alert("encore"); n++; document.title = n } }, 50)</script>`)
	page("/endless", `<h1>sans fin</h1><script>setTimeout(() => { while (true) alert("encore") }, 50)</script>`)
	page("/busy", `<h1>occupé</h1><script>setTimeout(() => { while (true); }, 200)</script>`)
	page("/leaving", `<button id="touch" onclick="n=1">x</button><script>
		addEventListener("beforeunload", e => { e.preventDefault(); e.returnValue = "non" })</script>`)
	page("/upload", `<input type="file" id="one"><p id="names"></p><script>
		one.onchange = () => names.innerText = [...one.files].map(f => f.name + " " + f.size).join()</script>`)
	page("/downloads", `<a id="pdf" href="/attestation.pdf">PDF</a><br><a id="big" href="/big.bin">gros</a><br><a id="desktop" href="/x.desktop">x</a>`)
	page("/full", `<button id="go" onclick="document.documentElement.requestFullscreen().then(() => out.innerText = 'oui', () => out.innerText = 'non')">x</button>
		<p id="out"></p>`)
	attachment := func(path string, body []byte) {
		mux.HandleFunc("GET "+path, func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Content-Disposition", `attachment; filename="`+filepath.Base(path)+`"`)
			w.Write(body)
		})
	}
	attachment("/attestation.pdf", []byte(minimalPDF))
	attachment("/big.bin", make([]byte, 3<<20))
	attachment("/x.desktop", []byte("[Desktop Entry]\nType=Application\nExec=xterm\n"))
	mux.HandleFunc("GET /shown.pdf", func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "application/pdf")
		w.Write([]byte(minimalPDF))
	})
	mux.HandleFunc("GET /secret", func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("WWW-Authenticate", `Basic realm="x"`)
		w.WriteHeader(http.StatusUnauthorized)
		fmt.Fprint(w, "non")
	})
	return mux
}

func address(path string) string { return "https://" + site + path }

// visit starts a browser on the site's page.
func visit(t testing.TB, path string, control Control) *real {
	t.Helper()
	w := newWorld(t, pages(t))
	r := startBrowser(t, w.policies(t), w.proxy, control)
	r.open(path)
	return r
}

func (r *real) open(path string) {
	r.t.Helper()
	r.forget()
	if err := r.Navigate(r.t.Context(), address(path)); err != nil {
		r.t.Fatal(err)
	}
	wait[Painted](r.t, r.events, nil)
	r.eventually("document.readyState", "complete")
}

func (r *real) back() bool {
	r.t.Helper()
	moved, err := r.Back(r.t.Context())
	if err != nil {
		r.t.Fatal(err)
	}
	return moved
}

func TestBackStaysInTheService(t *testing.T) {
	r := visit(t, "/", Control{})
	if r.back() {
		t.Error("back left the service's first page")
	}
	r.click("#next")
	r.eventually("document.body?.innerText", "deux")
	if !r.back() {
		t.Error("back had nowhere to go")
	}
	r.eventually("document.querySelector('h1')?.innerText", "un")
	r.open("/service")
	if r.back() {
		t.Error("back went from one service to the one before")
	}
}

func TestZoom(t *testing.T) {
	r := visit(t, "/", Control{})
	r.eventually("innerWidth+' '+innerHeight", "1280 704")
	if err := r.Zoom(t.Context(), 2); err != nil {
		t.Fatal(err)
	}
	r.eventually("innerWidth+' '+innerHeight", "640 352")
	r.picture("zoom-2")
	// A finger at the place that the link seems to be finds it.
	place := r.evaluate(`(() => { const b = next.getBoundingClientRect(); return Math.round(2*(b.x + b.width/2)) + " " + Math.round(96 + 2*(b.y + b.height/2)) })()`)
	r.xdotool(append([]string{"mousemove"}, append(strings.Fields(place), "click", "1")...)...)
	r.eventually("document.body?.innerText", "deux")
	r.eventually("innerWidth+' '+innerHeight", "640 352")
	if err := r.Zoom(t.Context(), 1); err != nil {
		t.Fatal(err)
	}
	r.eventually("innerWidth+' '+innerHeight", "1280 704")
	for _, factor := range []float64{0, 0.5, 3.1, -1} {
		if err := r.Zoom(t.Context(), factor); err == nil {
			t.Errorf("factor %v was accepted", factor)
		}
	}
}

func TestRefusals(t *testing.T) {
	r := visit(t, "/links", Control{})
	for _, c := range []struct {
		id   string
		want Cause
	}{{"outside", CausePolicy}, {"refused", CauseProxy}, {"unsure", CauseCertificate}} {
		t.Run(c.id, func(t *testing.T) {
			r.open("/links")
			r.forget()
			r.click("#" + c.id)
			if got := wait[Failed](t, r.events, nil); got.Cause != c.want {
				t.Errorf("got %q, want %q", got.Cause, c.want)
			}
			if !r.back() {
				t.Error("back had nowhere to go")
			}
			r.eventually("location.pathname", "/links")
		})
	}
	for _, id := range []string{"file", "source"} {
		t.Run(id, func(t *testing.T) {
			r.open("/links")
			r.click("#" + id)
			time.Sleep(300 * time.Millisecond) // nothing happens, and that takes no event
			r.eventually("location.pathname", "/links")
		})
	}
	for _, url := range []string{"chrome://version", "file:///etc/passwd", "view-source:" + address("/"), "data:text/html,x",
		"devtools://devtools/bundled/inspector.html", "http://" + site + "/", "about:about", "chrome://crash", "javascript:alert(1)"} {
		t.Run(url, func(t *testing.T) {
			r.open("/links")
			r.forget()
			_ = r.Navigate(t.Context(), url) // it may say that it will not
			text := r.evaluate("location.href + (document.body?.innerText ?? '')")
			if strings.Contains(text, "root:") || strings.HasPrefix(text, "chrome://") || strings.HasPrefix(text, "data:") {
				t.Errorf("it opened")
			}
		})
	}
}

func TestNewWindowIsAStep(t *testing.T) {
	for _, id := range []string{"blank", "open"} {
		t.Run(id, func(t *testing.T) {
			r := visit(t, "/links", Control{})
			r.forget()
			r.click("#" + id)
			wait(t, r.events, func(s Steps) bool { return s.Count == 2 })
			r.eventually("document.body?.innerText", "deux")
			if !r.back() {
				t.Error("back had nowhere to go")
			}
			wait(t, r.events, func(s Steps) bool { return s.Count == 1 })
			r.eventually("location.pathname", "/links")
			r.eventually("document.visibilityState", "visible")
		})
	}
	t.Run("navigate closes it", func(t *testing.T) {
		r := visit(t, "/links", Control{})
		r.click("#open")
		wait(t, r.events, func(s Steps) bool { return s.Count == 2 })
		r.forget()
		if err := r.Navigate(t.Context(), address("/service")); err != nil {
			t.Fatal(err)
		}
		wait(t, r.events, func(s Steps) bool { return s.Count == 1 })
		r.eventually("document.body?.innerText", "autre service")
	})
	t.Run("blob PDF", func(t *testing.T) {
		r := visit(t, "/blob", Control{})
		r.click("#open")
		wait(t, r.events, func(s Steps) bool { return s.Count == 2 })
		r.eventually("document.contentType", "application/pdf")
		r.picture("blob-pdf")
		r.back()
		wait(t, r.events, func(s Steps) bool { return s.Count == 1 })
	})
	t.Run("flood", func(t *testing.T) {
		r := visit(t, "/links", Control{MaxSteps: 3})
		r.click("#flood")
		wait(t, r.events, func(s Steps) bool { return s.Count >= 2 })
		time.Sleep(time.Second)
		r.Browser.mu.Lock()
		n := len(r.steps)
		r.Browser.mu.Unlock()
		if n > 3 {
			t.Errorf("%d pages are open", n)
		}
		if err := r.Navigate(t.Context(), address("/two")); err != nil {
			t.Fatal(err)
		}
		r.eventually("document.body?.innerText", "deux")
	})
}

func TestDialogsDoNotTrap(t *testing.T) {
	w := newWorld(t, pages(t))
	r := startBrowser(t, w.policies(t), w.proxy, Control{})
	if err := r.Navigate(t.Context(), address("/dialogs")); err != nil {
		t.Fatal(err)
	}
	wait(t, r.events, func(d Dialog) bool { return !d.Answered })
	// Retour, Accueil: the service is left while the question is open.
	if err := r.Navigate(t.Context(), address("/two")); err != nil {
		t.Fatal(err)
	}
	r.eventually("document.body?.innerText", "deux")

	for _, path := range []string{"/endless", "/busy"} {
		if err := r.Navigate(t.Context(), address(path)); err != nil {
			t.Fatal(err)
		}
		time.Sleep(time.Second) // it hangs by now
		r.open("/two")
		r.eventually("document.body?.innerText", "deux")
	}

	// Retour closes the question, then leads back to the start.
	r.forget()
	if err := r.Navigate(t.Context(), address("/endless")); err != nil {
		t.Fatal(err)
	}
	wait(t, r.events, func(d Dialog) bool { return !d.Answered })
	if !r.back() {
		t.Error("back did not close the question")
	}
	wait[Dialog](t, r.events, nil)

	r.open("/leaving")
	r.click("#touch") // Chromium asks only after a touch
	r.eventually("String(window.n)", "1")
	r.open("/two")
	r.eventually("document.body?.innerText", "deux")
}

func TestDialogLoopEnds(t *testing.T) {
	w := newWorld(t, pages(t))
	r := startBrowser(t, w.policies(t), w.proxy, Control{})
	if err := r.Navigate(t.Context(), address("/dialogs")); err != nil {
		t.Fatal(err)
	}
	for range maxDialogs { // the visitor says OK each time
		wait(t, r.events, func(d Dialog) bool { return !d.Answered })
		r.conn.tell(r.front().session, "Page.handleJavaScriptDialog", map[string]any{"accept": true})
	}
	r.eventually("document.title", "50")
}

func TestFileChooser(t *testing.T) {
	r := visit(t, "/upload", Control{})
	if err := r.GiveFile(t.Context(), []string{"/etc/passwd"}); !errors.Is(err, ErrNoChooser) {
		t.Errorf("files for nobody: %v", err)
	}
	file := filepath.Join(downloads, "avis.pdf")
	if err := os.WriteFile(file, []byte("12345"), 0o644); err != nil {
		t.Fatal(err)
	}
	r.click("#one")
	if c := wait[FileWanted](t, r.events, nil); c.Multiple {
		t.Error("it said that it takes several files")
	}
	if err := r.GiveFile(t.Context(), []string{file}); err != nil {
		t.Fatal(err)
	}
	r.eventually("names.innerText", "avis.pdf 5")
}

func TestDownloads(t *testing.T) {
	r := visit(t, "/downloads", Control{MaxDownloadBytes: 1 << 20, MaxDownloads: 3})
	r.click("#pdf")
	d := wait(t, r.events, func(d Download) bool { return d.State != DownloadBegun })
	if d.State != DownloadFinished || d.Name != "attestation.pdf" || d.Bytes != int64(len(minimalPDF)) {
		t.Errorf("got %+v", d)
	}
	if b, err := os.ReadFile(filepath.Join(downloads, "attestation.pdf")); err != nil || string(b) != minimalPDF {
		t.Errorf("the file: %d bytes, %v", len(b), err)
	}
	if kept := r.Downloads(); len(kept) != 1 || kept[0].Kind != kiosk.DocumentPDF || kept[0].Path != filepath.Join(downloads, "attestation.pdf") {
		t.Errorf("the list: %+v", kept)
	}
	r.click("#big")
	if d := wait(t, r.events, func(d Download) bool { return d.State != DownloadBegun }); d.State != DownloadRefused {
		t.Errorf("3 MiB where 1 is allowed: %+v", d)
	}
	r.click("#pdf")
	if d := wait(t, r.events, func(d Download) bool { return d.State != DownloadBegun }); d.State != DownloadFinished {
		t.Errorf("a third: %+v", d)
	}
	r.click("#pdf")
	if d := wait(t, r.events, func(d Download) bool { return d.State != DownloadBegun }); d.State != DownloadRefused {
		t.Errorf("a fourth where 3 are allowed: %+v", d)
	}
	r.click("#desktop")
	wait(t, r.events, func(d Download) bool { return d.State != DownloadBegun && d.State != DownloadFinished })
	// A refused one that was all there before it could be cancelled goes once Chromium says so.
	var names []string
	for deadline := time.Now().Add(patience); len(names) != 2 && time.Now().Before(deadline); time.Sleep(20 * time.Millisecond) {
		names = onDisk(t)
	}
	if len(names) != 2 {
		t.Errorf("%q are there, want the same one twice, under two names", names)
	}
}

// A page in full screen must not leave the place below the bar, nor take kiosk
// mode with it when it ends.
func TestFullScreenStaysInPlace(t *testing.T) {
	r := visit(t, "/full", Control{})
	r.click("#go")
	r.eventually("out.innerText", "oui")
	const place = "[screenX, screenY, outerWidth, outerHeight, innerWidth, innerHeight].join()"
	r.eventually(place, "0,96,1280,704,1280,704")
	r.key("Escape")
	r.eventually("String(document.fullscreenElement)", "null")
	r.key("F11")
	r.key("Escape")
	r.eventually(place, "0,96,1280,704,1280,704")
}

// Every request that Chromium makes by itself counts as a refusal, so that none
// may come unnoticed. One stays, whatever flags and policies say: it asks for a
// list of language models once after each start (component
// ceofaddefefcbblgcgnibnonglccbfja), over TLS and then without.
func TestSaysNextToNothingByItself(t *testing.T) {
	w := newWorld(t, pages(t))
	r := startBrowser(t, w.policies(t), w.proxy, Control{})
	r.open("/")
	time.Sleep(8 * time.Second) // it comes after three
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, host := range w.denied {
		if strings.TrimSuffix(host, ":443") != "update.googleapis.com" {
			t.Errorf("it asked for %s", host)
		}
	}
	if len(w.denied) > 2 {
		t.Errorf("it asked %d times", len(w.denied))
	}
}

func TestCrash(t *testing.T) {
	r := visit(t, "/", Control{})
	r.conn.tell(r.front().session, "Page.crash", nil)
	wait[Crashed](t, r.events, nil)
	r.open("/two") // the same browser serves on
}

func TestGone(t *testing.T) {
	r := visit(t, "/", Control{})
	if err := r.Ping(t.Context()); err != nil {
		t.Fatal(err)
	}
	if !strings.HasPrefix(r.Version(), "Chrome/") {
		t.Errorf("version %q", r.Version())
	}
	r.Close()
	select {
	case <-r.Done():
	case <-time.After(patience):
		t.Fatal("closed and not done")
	}
	if err := r.Ping(t.Context()); !errors.Is(err, ErrGone) {
		t.Errorf("a ping of a closed browser: %v", err)
	}
	left := make(chan error, 1)
	go func() { left <- r.process.Wait() }()
	select {
	case <-left:
	case <-time.After(patience):
		t.Fatal("Chromium stayed after the pipe was closed")
	}
}

func TestHandlerMayCallTheBrowser(t *testing.T) {
	w := newWorld(t, pages(t))
	called := make(chan error, 1)
	ready := make(chan struct{})
	var r *real
	r = startBrowser(t, w.policies(t), w.proxy, Control{Handle: func(event Event) {
		if _, ok := event.(Painted); ok {
			<-ready
			called <- r.Zoom(context.Background(), 1.5)
		}
	}})
	close(ready)
	if err := r.Navigate(t.Context(), address("/")); err != nil {
		t.Fatal(err)
	}
	select {
	case err := <-called:
		if err != nil {
			t.Error(err)
		}
	case <-time.After(patience):
		t.Fatal("the handler waits for ever")
	}
}
