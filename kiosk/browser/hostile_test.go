package browser

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os/exec"
	"strings"
	"testing"
	"time"

	"borne/kiosk"
)

// hostile is the site with a page whose button does what a test says.
func hostile(t testing.TB) http.Handler {
	mux := http.NewServeMux()
	mux.Handle("/", pages(t))
	mux.HandleFunc("GET /hostile", func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		fmt.Fprint(w, `<!doctype html><html lang="fr"><button id="go" style="font-size:40px">go</button>
			<a id="link" href="/two">lien</a> <input id="field" value="texte"><p id="out">rien</p><iframe srcdoc="x" hidden></iframe>`)
	})
	mux.HandleFunc("GET /manifest.json", func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "application/manifest+json")
		io.WriteString(w, `{"name": "x", "start_url": "/", "display": "fullscreen", "protocol_handlers": [{"protocol": "web+x", "url": "/?%s"}],
			"icons": [{"src": "/i.png", "sizes": "144x144", "type": "image/png"}]}`)
	})
	mux.HandleFunc("GET /embeds", func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "text/html")
		fmt.Fprintf(w, `<!doctype html><style>iframe { width: 1000px; height: 500px }</style><iframe id="frame" src="https://%s/embedded" allow="pointer-lock *"></iframe><p>page`, framed)
	})
	mux.HandleFunc("GET /embedded", func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "text/html")
		fmt.Fprintf(w, `<!doctype html><style>* { margin: 0 } button, input { display: block; width: 1000px; height: 100px }</style>
			<button onclick="document.body.requestPointerLock()">1</button><button onclick="window.open('https://%s/two', 'z', 'width=300')">2</button>
			<input type="file" onchange="parent.postMessage(this.files[0].name, '*')"><button onclick="top.location = 'file:///etc/passwd'">4</button>`, site)
	})
	mux.HandleFunc("GET /refresh", func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "text/html")
		fmt.Fprintf(w, `<meta http-equiv="refresh" content="0;url=https://%s/">`, outside)
	})
	mux.HandleFunc("GET /prints.pdf", func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "application/pdf")
		fmt.Fprint(w, strings.Replace(minimalPDF, "/Catalog", "/Catalog/OpenAction<</S/JavaScript/JS(this.print\\(\\);app.alert\\(1\\);)>>", 1))
	})
	mux.Handle("GET /redirect/1", http.RedirectHandler("/redirect/2", http.StatusFound))
	mux.Handle("GET /redirect/2", http.RedirectHandler("https://"+outside+"/", http.StatusFound))
	mux.Handle("GET /downgrade", http.RedirectHandler("http://"+site+"/two", http.StatusFound))
	return mux
}

// try opens the hostile page and has its button do script.
func (r *real) try(script string) {
	r.t.Helper()
	r.open("/hostile")
	code, err := json.Marshal(script)
	if err != nil {
		r.t.Fatal(err)
	}
	r.evaluate(fmt.Sprintf(`(() => { go.onclick = () => { try { eval(%s) } catch (e) { out.innerText = e.name } } })()`, code))
	r.forget()
	r.click("#go")
}

// windows counts the windows that are on the screen, with all bubbles, menus
// and dialogs.
func (r *real) windows() int {
	r.t.Helper()
	for {
		cmd := exec.CommandContext(r.t.Context(), "xdotool", "search", "--onlyvisible", "--name", ".*")
		cmd.Env = []string{"DISPLAY=" + display}
		out, err := cmd.CombinedOutput()
		switch {
		case err == nil:
			return len(strings.Fields(string(out)))
		case strings.Contains(string(out), "BadWindow"): // one closed while they were counted
		default:
			r.t.Fatalf("xdotool: %v: %s", err, out)
		}
	}
}

// usable fails the test unless the session goes on as if nothing had been.
func (r *real) usable(windows int) {
	r.t.Helper()
	for deadline := time.Now().Add(patience); r.windows() != windows; time.Sleep(50 * time.Millisecond) {
		if time.Now().After(deadline) {
			r.picture("windows")
			r.t.Errorf("%d windows are on the screen, there were %d", r.windows(), windows)
			break
		}
	}
	r.open("/two")
	r.eventually("document.body?.innerText", "deux")
	if n := len(r.stepsNow()); n != 1 {
		r.t.Errorf("%d pages lie on each other", n)
	}
}

func (r *real) stepsNow() []*page {
	r.Browser.mu.Lock()
	defer r.Browser.mu.Unlock()
	return append([]*page(nil), r.steps...)
}

// startHostile starts a browser on the hostile site, and says how many windows
// that makes.
func startHostile(t testing.TB, control Control) (r *real, windows int) {
	w := newWorld(t, hostile(t))
	r = startBrowser(t, w.policies(t), w.proxy, control)
	r.open("/two")
	return r, r.windows()
}

// Addresses that are refused with an error page: the cause, and the address of
// which the reason is told.
func TestHostileNavigations(t *testing.T) {
	r, windows := startHostile(t, Control{})
	for to, want := range map[string]Failed{
		`https://` + outside + `/x`:       {CausePolicy, "https://" + outside + "/x"},
		`https://` + unsure + `/`:         {CauseCertificate, "https://" + unsure + "/"},
		`https://` + refused + `/`:        {CauseProxy, "https://" + refused + "/"},
		`http://` + site + `/two`:         {CausePolicy, "http://" + site + "/two"},
		`https://` + site + `:8443/`:      {CausePolicy, "https://" + site + ":8443/"},
		`https://` + site + `@evil.test/`: {CausePolicy, "https://" + site + "@evil.test/"},
		`https://2130706433/`:             {CausePolicy, "https://127.0.0.1/"},
		`https://[::1]/`:                  {CausePolicy, "https://[::1]/"},
		`mailto:a@b.fr`:                   {CausePolicy, "mailto:a@b.fr"},
		`tel:3949`:                        {CausePolicy, "tel:3949"},
		`ssh://host`:                      {CausePolicy, "ssh://host"},
		`intent://x#Intent;end`:           {CausePolicy, "intent://x#Intent;end"},
		`ftp://` + site + `/x`:            {CausePolicy, "ftp://" + site + "/x"},
		`about:about`:                     {CausePolicy, blockedPage},
		`/redirect/1`:                     {CausePolicy, "https://" + outside + "/"},
		`/refresh`:                        {CausePolicy, "https://" + outside + "/"},
		`/downgrade`:                      {CausePolicy, "http://" + site + "/two"},
	} {
		t.Run(strings.ReplaceAll(to, "/", "_"), func(t *testing.T) {
			r.t = t
			r.try(fmt.Sprintf("location = %q", to))
			if got := wait[Failed](t, r.events, nil); got.Cause != want.Cause || got.URL != want.URL && !strings.Contains(want.URL, "@") {
				t.Errorf("got %+v, want %+v", got, want)
			}
			r.usable(windows)
		})
	}
	r.t = t
}

// What is refused without an error page is told by its reason; the page stays.
func TestHostileScripts(t *testing.T) {
	r, windows := startHostile(t, Control{})
	const report = `.then(() => out.innerText = 'ok', e => out.innerText = e.name)`
	for _, c := range []struct {
		name, script string
		reason       kiosk.Reason
		out          string // what the page sees, when it says something
	}{
		{"file", `location = 'file:///etc/passwd'`, kiosk.ReasonScheme, ""},
		{"chrome", `location = 'chrome://settings'`, kiosk.ReasonScheme, ""},
		{"crash", `location = 'chrome://crash'`, kiosk.ReasonScheme, ""},
		{"devtools", `location = 'devtools://devtools/bundled/inspector.html'`, kiosk.ReasonScheme, ""},
		{"view-source", `location = 'view-source:' + location`, kiosk.ReasonScheme, ""},
		{"filesystem", `location = 'filesystem:' + location.origin + '/temporary/x'`, kiosk.ReasonScheme, ""},
		{"data", `location = 'data:text/html,<h1>x</h1>'`, kiosk.ReasonScheme, ""},
		{"window of chrome", `window.open('chrome://version')`, kiosk.ReasonScheme, ""},
		{"window of view-source", `window.open('view-source:' + location)`, kiosk.ReasonScheme, ""},
		{"window of data", `window.open('data:text/html,x')`, kiosk.ReasonScheme, ""},

		{"camera", `navigator.mediaDevices.getUserMedia({video: true, audio: true})` + report, kiosk.ReasonPermission, "NotFoundError"},
		{"screen", `navigator.mediaDevices.getDisplayMedia({video: true})` + report, kiosk.ReasonPermission, "NotAllowedError"},
		{"place", `navigator.geolocation.getCurrentPosition(() => out.innerText = 'ok', e => out.innerText = e.code)`, kiosk.ReasonPermission, "1"},
		{"usb", `navigator.usb.requestDevice({filters: []})` + report, kiosk.ReasonPermission, "NotFoundError"},
		{"serial", `navigator.serial.requestPort()` + report, kiosk.ReasonPermission, "NotFoundError"},
		{"hid", `navigator.hid.requestDevice({filters: []}).then(d => out.innerText = d.length)`, kiosk.ReasonPermission, "0"},
		{"midi", `navigator.requestMIDIAccess()` + report, kiosk.ReasonPermission, "NotAllowedError"},
		{"clipboard", `navigator.clipboard.readText()` + report, kiosk.ReasonPermission, "NotAllowedError"},
		{"idle", `IdleDetector.requestPermission().then(p => out.innerText = p)`, kiosk.ReasonPermission, "denied"},
		{"screens", `getScreenDetails()` + report, kiosk.ReasonPermission, "NotAllowedError"},
		{"fonts", `queryLocalFonts().then(f => out.innerText = f.length)`, kiosk.ReasonPermission, "0"},
		{"protocol", `navigator.registerProtocolHandler('mailto', location.origin + '/?%s')`, kiosk.ReasonPermission, ""},
		{"pointer", `document.body.requestPointerLock()` + report, kiosk.ReasonPermission, "NotAllowedError"},
		{"keyboard", `navigator.keyboard.lock()` + report, kiosk.ReasonPermission, "NotAllowedError"},

		{"folder", `{ const i = document.createElement('input'); i.type = 'file'; i.webkitdirectory = true; i.click() }`, kiosk.ReasonUpload, ""},
		{"open picker", `showOpenFilePicker()` + report, kiosk.ReasonUpload, "AbortError"},
		{"save picker", `showSaveFilePicker()` + report, kiosk.ReasonUpload, "AbortError"},
		{"folder picker", `showDirectoryPicker()` + report, kiosk.ReasonUpload, "AbortError"},
		{"password dialog", `location = '/secret'`, kiosk.ReasonDialog, ""},

		// Nothing is told of these: the page finds nothing to ask.
		{"notifications", `out.innerText = typeof Notification`, "", "undefined"},
		{"bluetooth", `out.innerText = typeof navigator.bluetooth`, "", "undefined"},
		{"share", `out.innerText = typeof navigator.share`, "", "undefined"},
		{"wallet", `out.innerText = typeof DigitalCredential`, "", "undefined"},
		{"account", `out.innerText = typeof IdentityCredential`, "", "undefined"},
		{"payment", `out.innerText = typeof PaymentRequest`, "", "undefined"},
		{"window on top", `out.innerText = typeof documentPictureInPicture`, "", "undefined"},
		{"video on top", `out.innerText = typeof HTMLVideoElement.prototype.requestPictureInPicture`, "", "undefined"},
		{"menu of a video", `{ const v = document.createElement('video'); document.body.append(v); v.src = '/none.mp4'; setTimeout(() => out.innerText = v.disablePictureInPicture, 300) }`, "", "true"},
		{"pipette", `out.innerText = typeof EyeDropper`, "", "undefined"},
		{"speech", `{ const s = new webkitSpeechRecognition(); s.onerror = e => out.innerText = e.error; s.start() }`, "", "not-allowed"},
		{"security key", `navigator.credentials.get({publicKey: {challenge: new Uint8Array(16)}}); setTimeout(() => out.innerText = 'later', 500)`, "", "later"},
		{"cast", `new PresentationRequest([location.href]).start()` + report, "", "NotFoundError"},
		{"print", `for (let i = 0; i < 50; i++) print(); out.innerText = 'printed'`, "", "printed"},
		{"close", `close(); setTimeout(() => out.innerText = 'there', 300)`, "", "there"},
		{"password form", `document.body.innerHTML = '<form action="/hostile"><input name="u" value="a"><input name="p" type="password" value="secret-42"></form>'; document.forms[0].submit()`, "", ""},
		{"card form", `document.body.innerHTML = '<form action="/hostile"><input name="n" autocomplete="cc-number" value="4111111111111111"><input name="e" autocomplete="cc-exp" value="12/30"></form>'; document.forms[0].submit()`, "", ""},
		{"manifest", `{ addEventListener('beforeinstallprompt', () => out.innerText = 'install'); const l = document.createElement('link'); l.rel = 'manifest'; l.href = '/manifest.json'; document.head.append(l); setTimeout(() => out.innerText = 'later', 700) }`, "", "later"},
		{"function of ours", `out.innerText = typeof borneRefused`, "", "undefined"},
	} {
		t.Run(c.name, func(t *testing.T) {
			r.t = t
			r.try(c.script)
			if c.reason != "" {
				if got := wait[Refused](t, r.events, nil); got.Reason != c.reason {
					t.Errorf("told as %q, want %q", got.Reason, c.reason)
				}
			}
			if strings.HasSuffix(c.name, " form") {
				wait[Loaded](t, r.events, nil) // the page that it was sent to
			}
			if c.out != "" {
				r.eventually("out.innerText", c.out)
			}
			r.usable(windows)
		})
	}
	r.t = t
}

// However a page or a finger opens it, a new page lies over the present one in
// the same window, without an address or a menu; or it does not open.
func TestHostileWindows(t *testing.T) {
	r, windows := startHostile(t, Control{})
	inPlace := func(t *testing.T) {
		t.Helper()
		wait(t, r.events, func(s Steps) bool { return s.Count == 2 })
		r.eventually("[outerHeight - innerHeight, screenX, screenY].join()", "0,0,96")
		if !r.back() {
			t.Error("back had nowhere to go")
		}
		wait(t, r.events, func(s Steps) bool { return s.Count == 1 })
		r.usable(windows)
	}
	for name, script := range map[string]string{
		"features":     `window.open('/two', 'x', 'width=400,height=300')`,
		"moved":        `{ const w = window.open('/two', 'x', 'popup,left=0,top=0'); w.moveTo(0, 0); w.resizeTo(1280, 800) }`,
		"empty":        `window.open('').document.write('<p>x')`,
		"script":       `window.open('javascript:1')`,
		"blob":         `window.open(URL.createObjectURL(new Blob(['<p>x'], {type: 'text/html'})))`,
		"of a frame":   `frames[0].open('/two', 'y', 'width=300')`,
		"without name": `window.open('/two', '_blank', 'noopener,noreferrer,width=300')`,
	} {
		t.Run(name, func(t *testing.T) {
			r.t = t
			r.try(script)
			inPlace(t)
		})
	}
	for _, key := range []string{"Shift_L", "Control_L", "Alt_L"} {
		t.Run(key, func(t *testing.T) {
			r.t = t
			r.open("/hostile")
			r.forget()
			r.touch("#link", "keydown", key, "click", "1", "keyup", key)
			r.eventually("document.body?.innerText", "deux") // as without the key
			r.usable(windows)
		})
	}
	t.Run("middle button", func(t *testing.T) {
		r.t = t
		r.open("/hostile")
		r.forget()
		r.touch("#link", "click", "2")
		inPlace(t)
	})
	t.Run("menu", func(t *testing.T) {
		r.t = t
		for _, id := range []string{"#link", "#field"} {
			r.open("/hostile")
			r.evaluate("void addEventListener('contextmenu', () => { window.asked = true })")
			r.touch(id, "click", "3")
			r.eventually("String(window.asked)", "true")
			time.Sleep(300 * time.Millisecond) // a menu would be there
			if n := r.windows(); n != windows {
				t.Errorf("%s: %d windows, there were %d", id, n, windows)
			}
			r.usable(windows)
		}
	})
	// A window that escaped the script in every document is closed, and told.
	t.Run("own window", func(t *testing.T) {
		r.t = t
		r.open("/hostile")
		r.forget()
		r.conn.tell("", "Target.createTarget", map[string]any{"url": address("/two"), "newWindow": true})
		if got := wait[Refused](t, r.events, nil); got.Reason != kiosk.ReasonWindow {
			t.Errorf("told as %q", got.Reason)
		}
		r.usable(windows)
	})
	r.t = t
}

func TestWindowFloodIsToldOnce(t *testing.T) {
	r, windows := startHostile(t, Control{MaxSteps: 3})
	r.open("/links")
	r.forget()
	open := func() { r.evaluate("void window.open('/two?' + Math.random())") } // evaluate acts as a finger
	for count := 2; count <= 3; count++ {
		open()
		wait(t, r.events, func(s Steps) bool { return s.Count == count })
	}
	for range 5 {
		open()
	}
	if got := wait[Refused](t, r.events, nil); got.Reason != kiosk.ReasonWindow {
		t.Errorf("told as %q", got.Reason)
	}
	if n := len(r.stepsNow()); n > 3 {
		t.Errorf("%d pages are open", n)
	}
	time.Sleep(500 * time.Millisecond)
	r.events.mu.Lock()
	for _, event := range r.all {
		if again, is := event.(Refused); is {
			t.Errorf("told again: %+v", again)
		}
	}
	r.events.mu.Unlock()
	r.usable(windows)
}

// A page that writes to its console without end must not keep us busy.
func TestConsoleFlood(t *testing.T) {
	r, windows := startHostile(t, Control{})
	r.try(`{ const long = 'x'.repeat(20e6); setTimeout(() => { for (let i = 0; ; i++) { console.log(i % 1000 ? i : long) } }, 10) }`)
	time.Sleep(time.Second)
	if err := r.Ping(t.Context()); err != nil {
		t.Error(err)
	}
	r.usable(windows)
}

// A page that asks again and again is answered, and told of once; so is one
// that loads itself again to ask.
func TestHostileDialogs(t *testing.T) {
	r, windows := startHostile(t, Control{})
	for name, script := range map[string]string{
		"alert":   `setTimeout(() => { for (let i = 0; i < 20; i++) alert(i); out.innerText = 'fin' })`,
		"confirm": `setTimeout(() => { for (let i = 0; i < 20; i++) confirm(i); out.innerText = 'fin' })`,
		"prompt":  `setTimeout(() => { for (let i = 0; i < 20; i++) prompt(i); out.innerText = 'fin' })`,
	} {
		t.Run(name, func(t *testing.T) {
			r.t = t
			r.try(script)
			for range maxDialogs {
				wait(t, r.events, func(d Dialog) bool { return !d.Answered })
				if !r.back() { // Retour closes the question that is there
					t.Error("back did not close the question")
				}
			}
			if got := wait[Refused](t, r.events, nil); got.Reason != kiosk.ReasonDialog {
				t.Errorf("told as %q", got.Reason)
			}
			r.eventually("out.innerText", "fin")
			r.events.mu.Lock()
			for _, event := range r.all {
				if again, is := event.(Refused); is {
					t.Errorf("told again: %+v", again)
				}
			}
			r.events.mu.Unlock()
			r.usable(windows)
		})
	}
	r.t = t
}

// A PDF that prints itself shows its page, and no dialog.
func TestPDFThatPrints(t *testing.T) {
	r, windows := startHostile(t, Control{})
	if err := r.Navigate(t.Context(), address("/prints.pdf")); err != nil {
		t.Fatal(err)
	}
	wait[Loaded](t, r.events, nil)
	time.Sleep(time.Second)
	r.picture("pdf-prints")
	r.usable(windows)
}

// The viewer's buttons reach nothing: no dialog, no other window, no file
// outside the visit's.
func TestPDFViewerIsHarmless(t *testing.T) {
	r, windows := startHostile(t, Control{})
	r.open("/links")
	if err := r.Navigate(t.Context(), address("/shown.pdf")); err != nil {
		t.Fatal(err)
	}
	wait[Loaded](t, r.events, nil)
	time.Sleep(time.Second) // the viewer is a page of its own within
	r.picture("pdf")
	for x := 20; x < 1280; x += 30 { // every button of its toolbar, twice
		for range 2 {
			r.xdotool("mousemove", fmt.Sprint(x), fmt.Sprint(96+28), "click", "1")
			time.Sleep(30 * time.Millisecond)
		}
	}
	r.xdotool("mousemove", "640", "400", "click", "3")
	time.Sleep(300 * time.Millisecond)
	r.picture("pdf-after")
	r.usable(windows)
}

// A frame of another site runs in a process of its own: it is held like the
// page around it.
func TestHostileFrames(t *testing.T) {
	w := newWorld(t, hostile(t))
	policies := w.policies(t)
	policies["URLAllowlist"] = append(policies["URLAllowlist"].([]string), Pattern(framed, "443", "", false))
	r := startBrowser(t, policies, w.proxy, Control{})
	r.open("/two")
	windows := r.windows()
	at := func(n int) { r.xdotool("mousemove", "200", fmt.Sprint(96+n*100-40), "click", "1") }
	r.open("/embeds")
	r.evaluate("void addEventListener('message', e => document.title = e.data)")
	r.forget()
	// A frame takes clicks once it is painted, which takes no event.
	for deadline := time.Now().Add(patience); !told[Refused](r.events) && time.Now().Before(deadline); time.Sleep(300 * time.Millisecond) {
		at(1)
	}
	if got := wait[Refused](t, r.events, nil); got.Reason != kiosk.ReasonPermission {
		t.Errorf("the pointer: told as %q", got.Reason)
	}
	at(3)
	wait[FileWanted](t, r.events, nil)
	if err := r.GiveFile(t.Context(), []string{"/etc/hostname"}); err != nil {
		t.Fatal(err)
	}
	r.eventually("document.title", "hostname")
	r.forget()
	at(4)
	if got := wait[Refused](t, r.events, nil); got.Reason != kiosk.ReasonScheme {
		t.Errorf("a file: told as %q", got.Reason)
	}
	at(2)
	wait(t, r.events, func(s Steps) bool { return s.Count == 2 })
	r.eventually("document.body?.innerText", "deux")
	r.eventually("outerHeight - innerHeight", "0")
	if !r.back() {
		t.Error("back had nowhere to go")
	}
	wait(t, r.events, func(s Steps) bool { return s.Count == 1 })
	r.usable(windows)
}
