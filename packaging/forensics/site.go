package forensics

import (
	"bytes"
	"cmp"
	"crypto/sha256"
	"crypto/tls"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"strings"
	"sync"
	"time"
)

// Site serves, on whatever host, the pages that plant the words of one visit after another.
type Site struct {
	// Words makes the markers.
	Words *Words
	// Skip names the codes of what cannot be planted here, as a host that nobody resolves.
	Skip string
	// Patience is how long one kind may take to be planted; 4 s where it is zero. An emulated browser needs more.
	Patience time.Duration

	mu     sync.Mutex
	visit  int
	state  State
	passes bool // the answer to the form may go on
}

// State is what a site heard during a visit.
type State struct {
	// Loads counts pages that showed themselves, by path.
	Loads map[string]int
	// Said is what the page's scripts said, one word for each kind that was planted, or why it was not.
	Said []string
	// Given is what the page sent of the document that it was handed.
	Given []byte
}

// Begin forgets the visit before.
func (s *Site) Begin(visit int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.visit, s.state, s.passes = visit, State{Loads: map[string]int{}}, false
}

// Pass lets the answer to the form go on to the page that asks for a document.
func (s *Site) Pass() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.passes = true
}

func (s *Site) passed() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.passes
}

// State is what was heard since Begin.
func (s *Site) State() State {
	s.mu.Lock()
	defer s.mu.Unlock()
	copied := State{Loads: map[string]int{}, Said: append([]string(nil), s.state.Said...), Given: bytes.Clone(s.state.Given)}
	for path, n := range s.state.Loads {
		copied.Loads[path] = n
	}
	return copied
}

func (s *Site) word(code string) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.Words.Word(s.visit, code)
}

// Ticket makes the server's session tickets carry a word: a browser keeps them as they are.
func (s *Site) Ticket(c *tls.Config) *tls.Config {
	c = c.Clone()
	c.WrapSession = func(tls.ConnectionState, *tls.SessionState) ([]byte, error) {
		return []byte(strings.Repeat(s.word("tk")+" ", 4)), nil
	}
	c.UnwrapSession = func([]byte, tls.ConnectionState) (*tls.SessionState, error) { return nil, nil }
	return c
}

// Places of the site.
const (
	StartPath = "/"
	// MediatorDomain holds the host that a mediator opens: its page goes on to one that is refused.
	MediatorDomain = ".mediateur.borne.test"
	// NextPath begins the page with the form.
	NextPath = "/suite/"
	// SentPath is where the form goes.
	SentPath = "/envoi"
	passPath = "/passe"
	// PDFPath is a document that the browser shows.
	PDFPath = "/vu.pdf"
	// GivePath is the page that asks for a document, at a touch.
	GivePath = "/remise"
)

// head begins every page.
const head = `<!doctype html><meta charset="utf-8"><link rel=icon href="/icone.svg"><title>%s</title>
<style>html,body{margin:0;height:100%%;font:24px sans-serif}textarea,input{display:block;width:80%%;font-size:24px;margin:6px}</style>
<script>
const word = code => W + code;
const W = %s;
const say = words => fetch('/dit', {method: 'POST', keepalive: true, body: String(words)}).catch(() => {});
addEventListener('pageshow', () => fetch('/vu' + location.pathname, {method: 'POST', keepalive: true}).catch(() => {}));
</script>`

// planting runs on the start page. Each step says its code, or what kept it.
const planting = `<body><p>Un instant</p><script>
const wait = milliseconds => new Promise(done => setTimeout(done, milliseconds));
const within = (milliseconds, promise) => Promise.race([promise, wait(milliseconds).then(() => { throw new Error('nothing in time') })]);
const steps = {
	ck: () => { document.cookie = 'c=' + word('ck') + '; max-age=31536000; secure; samesite=lax'; if (!document.cookie) throw 'no cookie' },
	ls: () => localStorage.setItem('l', word('ls')),
	ss: () => sessionStorage.setItem('s', word('ss')),
	id: () => new Promise((ok, no) => {
		const r = indexedDB.open('base', 1);
		r.onupgradeneeded = () => r.result.createObjectStore('o');
		r.onerror = no;
		r.onsuccess = () => { const t = r.result.transaction('o', 'readwrite'); t.objectStore('o').put(word('id'), 'k'); t.oncomplete = ok; t.onerror = no };
	}),
	ca: async () => (await caches.open('cache')).put('/en-cache', new Response(word('ca').repeat(20))),
	sw: async () => { await navigator.serviceWorker.register('/ouvrier.js'); await navigator.serviceWorker.ready },
	op: async () => {
		const f = await (await navigator.storage.getDirectory()).getFileHandle('fichier', {create: true});
		const w = await f.createWritable(); await w.write(word('op').repeat(20)); await w.close();
	},
	hc: async () => (await fetch('/garde')).text(),
	au: async () => { const r = await fetch('/acces', {headers: {Authorization: 'Basic ' + btoa(word('au') + ':' + word('au'))}}); if (!r.ok) throw 'status ' + r.status },
	wn: () => { name = word('wn') },
	bl: () => { window.blob = URL.createObjectURL(new Blob([word('bl').repeat(200)])) },
	wk: () => new Promise((ok, no) => {
		const w = new SharedWorker('/partage.js', word('wk')); w.onerror = no;
		w.port.onmessage = ok; w.port.start(); w.port.postMessage(word('wk'));
	}),
	me: () => new Promise((ok, no) => { const a = window.audio = new Audio('/son.wav'); a.oncanplaythrough = ok; a.onerror = no }),
	co: () => console.error('refus de ' + word('co')),
	hs: () => history.pushState({s: word('hs')}, '', '/etape'),
	sh: () => fetch('https://' + word('sh') + SUFFIX + '/garde', {mode: 'no-cors'}),
	rn: () => fetch('https://' + word('rn') + '.interdit.borne.test/', {mode: 'no-cors'}).then(() => { throw 'let through' }, () => {}),
};
(async () => {
	for (const [code, step] of Object.entries(steps)) {
		if (SKIP.includes(code)) continue;
		try { await within(PATIENCE, step()); say(code) } catch (e) { say('!' + code + ' ' + (e.message || e.type || e)) }
	}
	say('end');
	await wait(100);
	location.href = '/suite/' + word('up') + '?q=' + word('uq') + '#' + word('uf');
})();
</script>`

// form is what hands fill in; the first field waits for them, and the page says when it is touched.
const form = `<body><p>%s</p><form method=post action="/envoi" autocomplete=on>
<textarea name=a autofocus></textarea><textarea name=b></textarea>
<input name=nom autocomplete=name><input name=code type=password autocomplete=current-password><input name=ecran><button>Envoyer</button></form>
<script>addEventListener('pointerdown', () => say('touched'), {once: true});
window.kept = Array.from({length: 50}, (_, i) => new TextEncoder().encode(word('js') + i));
const touched = document.forms[0].ecran;
touched.oninput = () => { if (touched.value === word('sk')) say('written') };
addEventListener('resize', () => say('height ' + innerHeight));
setTimeout(() => { document.title = word('xp') }, 150)</script>`

// giving saves a document first, then asks for one at a touch.
const giving = `<body style="background:#e8f2e8"><p>Toucher ici</p><input type=file id=f style="position:absolute;inset:100px 0 0 0;height:100%;opacity:.1">
<script>f.onchange = async () => { window.given = await f.files[0].arrayBuffer(); await fetch('/recu', {method: 'POST', body: given}) };
addEventListener('pageshow', () => setTimeout(() => {
	const a = document.createElement('a'); a.href = '/doc/' + word('dn') + '-' + word('vo') + '.pdf'; document.body.append(a); a.click();
}, 200))</script>`

// ServeHTTP answers on every host.
func (s *Site) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	host, _, _ := strings.Cut(r.Host, ":")
	if strings.Contains(host, s.Words.prefix) {
		w.Header().Set("Strict-Transport-Security", "max-age=31536000")
	}
	page := func(title, body string) {
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		w.Header().Set("Cache-Control", "no-store")
		prefix, _ := json.Marshal(strings.TrimSuffix(s.word("--"), "--"))
		fmt.Fprintf(w, head, title, prefix)
		_, _ = io.WriteString(w, body) // a browser that leaves is no fault
	}
	send := func(kind, body string) {
		w.Header().Set("Content-Type", kind)
		_, _ = io.WriteString(w, body)
	}
	switch path := r.URL.Path; {
	case path == "/dit" || path == "/recu" || strings.HasPrefix(path, "/vu/"):
		s.hear(w, r)
	case strings.Contains(host, MediatorDomain):
		page("Médiateur", `<body><p>Page ouverte</p><script>setTimeout(() => { location = 'https://' + word('rh') + '.interdit.borne.test/' }, 400)</script>`)
	case path == StartPath:
		http.SetCookie(w, &http.Cookie{Name: "h", Value: s.word("ch"), Path: "/", Secure: true, HttpOnly: true, MaxAge: 1 << 24})
		_, suffix, _ := strings.Cut(host, ".")
		page(s.word("ti"), strings.NewReplacer("SUFFIX", `'.`+suffix+`'`, "SKIP", `'`+s.Skip+`'`,
			"PATIENCE", fmt.Sprint(cmp.Or(s.Patience, 4*time.Second).Milliseconds())).Replace(planting))
	case strings.HasPrefix(path, NextPath):
		page(s.word("ti"), fmt.Sprintf(form, s.word("bd")+" "+s.word("rd")))
	case path == SentPath:
		page("Envoi", "<body><p>"+s.word("qs")+`</p><iframe src="/vu.pdf" width=600 height=400></iframe><script>
const go = setInterval(async () => { if (await (await fetch('/passe')).text() === 'oui') { clearInterval(go); location = '/remise' } }, 150)</script>`)
	case path == passPath:
		send("text/plain", map[bool]string{true: "oui", false: "non"}[s.passed()])
	case path == GivePath:
		page("Remise", giving)
	case path == PDFPath:
		send("application/pdf", document(s.word("pd")))
	case strings.HasPrefix(path, "/doc/"):
		w.Header().Set("Content-Disposition", `attachment; filename="`+strings.TrimPrefix(path, "/doc/")+`"`)
		send("application/pdf", paper(s.word("dl"), s.word("ky"), s.word("dv"), s.word("dg"), s.word("mp"), s.word("pm"), s.word("ps")))
	case path == "/garde":
		w.Header().Set("Cache-Control", "private, max-age=31536000")
		w.Header().Set("ETag", `"`+s.word("et")+`"`)
		w.Header().Set("Access-Control-Allow-Origin", "*")
		send("text/plain", strings.Repeat(s.word("hc")+" ", 50))
	case path == "/acces":
		if _, _, ok := r.BasicAuth(); !ok {
			w.Header().Set("WWW-Authenticate", `Basic realm="Votre compte"`)
			w.WriteHeader(http.StatusUnauthorized)
		}
	case path == "/ouvrier.js":
		send("text/javascript", "const m = '"+s.word("sw")+"'; onfetch = () => {}; oninstall = () => skipWaiting(); onactivate = e => e.waitUntil(clients.claim())")
	case path == "/partage.js":
		send("text/javascript", "const kept = []; onconnect = e => { const p = e.ports[0]; p.onmessage = m => { kept.push(m.data); p.postMessage(kept.length) }; p.start() }")
	case path == "/icone.svg":
		send("image/svg+xml", `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 16 16"><!-- `+s.word("fi")+` --><rect width="16" height="16" fill="#248"/></svg>`)
	case path == "/son.wav":
		send("audio/wav", sound(s.word("me")))
	default:
		page("Page", "<body><p>Page</p>")
	}
}

func (s *Site) hear(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(io.LimitReader(r.Body, 4<<20))
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	switch path := r.URL.Path; path {
	case "/dit":
		s.state.Said = append(s.state.Said, string(body))
	case "/recu":
		s.state.Given = body
	default:
		if s.state.Loads != nil {
			s.state.Loads[strings.TrimPrefix(path, "/vu")]++
		}
	}
}

// document is a PDF whose one page shows a word.
func document(word string) string { return pdf(word, "", "") }

// paper is a document to be printed as well. Text is packed when pages are made of it, so the words are points of a
// picture, between points of which no two rows are alike: those are packed as they are. One word comes again and again,
// so that it is in every piece of 64 KB; farther apart than packing looks back.
func paper(title, often string, words ...string) string {
	const width, height, apart = 1200, 1000, 40_000
	points := make([]byte, width*height)
	_, _ = rand.NewChaCha8(sha256.Sum256([]byte(title))).Read(points) // it reads always
	for at := apart * 5 / 8; at < len(points); at += apart {
		copy(points[at:], often)
	}
	for i, w := range words {
		copy(points[(2*i+1)*len(points)/(2*len(words)):], w)
	}
	return pdf(title, "q 120 0 0 100 20 20 cm /I Do Q", fmt.Sprintf(
		"5 0 obj<</Type/XObject/Subtype/Image/Width %d/Height %d/ColorSpace/DeviceGray/BitsPerComponent 8/Length %d>>stream\n%s\nendstream endobj\n",
		width, height, len(points), points))
}

func pdf(word, draw, object string) string {
	text, resource := "BT /F1 12 Tf 20 180 Td ("+word+") Tj ET "+draw, ""
	if object != "" {
		resource = "/XObject<</I 5 0 R>>"
	}
	return fmt.Sprintf("%%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj 2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n"+
		"3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 300 200]/Contents 4 0 R/Resources<</Font<</F1<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>>>%s>>>>endobj\n"+
		"4 0 obj<</Length %d>>stream\n%s\nendstream endobj\n%strailer<</Root 1 0 R/Info<</Title(%s)>>>>\n%%%%EOF\n", resource, len(text), text, object, word)
}

// sound is half a second of near silence, which carries a word as its samples.
func sound(word string) string {
	header, _ := base64.StdEncoding.DecodeString("UklGRsQPAABXQVZFZm10IBAAAAABAAEAQB8AAEAfAAABAAgAZGF0YaAPAAA=")
	return string(header) + strings.Repeat(word, 4000/len(word)+1)[:4000]
}
