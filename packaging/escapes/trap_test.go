package escapes_test

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"fmt"
	"io"
	"math/big"
	"net"
	"net/http"
	"net/netip"
	"slices"
	"strings"
	"sync"
	"time"

	"borne/packaging/demo"
)

// The hosts of the trap. The first four are in the borne's list, each in its own way.
const (
	trapHost       demo.Host = "www.piege.borne.test"      // a service: pages
	secondHost     demo.Host = "autre.piege.borne.test"    // the same service
	filesHost      demo.Host = "fichiers.piege.borne.test" // supporting: files, no pages
	pathHost       demo.Host = "chemin.piege.borne.test"   // pages below /permis alone
	expiredHost    demo.Host = "perime.piege.borne.test"   // a page whose certificate nobody signed
	inwardHost     demo.Host = "interne.piege.borne.test"  // a page whose name is sometimes an address inside
	evilHost       demo.Host = "malin.borne.test"          // not listed
	suffixHost     demo.Host = "malwww.piege.borne.test"   // ends as a listed one
	prefixHost     demo.Host = "www.piege.borne.test.malin.borne.test"
	homographHost  demo.Host = "xn--www-5cd.piege.borne.test" // a Cyrillic letter among the w's
	translatedHost demo.Host = "www-piege-borne-test.translate.goog"
)

// trapAddress is where all of them answer, so that only the borne is what stops anybody.
func trapAddress() netip.Addr { return netip.MustParseAddr("46.30.200.30") }

// listedHosts may be reached.
func listedHosts() []demo.Host {
	return []demo.Host{trapHost, secondHost, filesHost, pathHost, expiredHost, inwardHost}
}

func trapNames() map[string]netip.Addr {
	names := map[string]netip.Addr{}
	for _, h := range append(listedHosts(), evilHost, suffixHost, prefixHost, homographHost, translatedHost,
		"web.archive.org", "webcache.googleusercontent.com", "www.youtube-nocookie.com", "maps.example.com", "dns.google") {
		names[string(h)] = trapAddress()
	}
	return names
}

// trap is an official site that was taken over: it plays, in the visitor's browser and at a visitor's touch, whatever
// script is planned, and hears what the script has to say. On its other hosts it notes who got there.
type trap struct {
	mu     sync.Mutex
	script string
	loads  int
	taps   int
	said   []string
	strays []string
	last   map[string]http.Header
	first  *bool // whether the first connection since mark resumed an older one
	pages  map[string]http.HandlerFunc
	stub   tls.Certificate
}

func newTrap() (*trap, error) {
	stub, err := selfSigned(string(expiredHost))
	if err != nil {
		return nil, err
	}
	return &trap{pages: trapPages(), stub: stub, last: map[string]http.Header{}}, nil
}

// trapPage carries out what is planned at a touch. Nothing of it runs on load, as a browser gives more rights to a touch.
const trapPage = `<!doctype html><meta charset="utf-8"><title>Site piégé</title>
<style>html,body{margin:0;height:100%;font:32px sans-serif;user-select:none}body{display:flex;align-items:center;justify-content:center;background:#e8f2e8}</style>
<body><p>Toucher ici</p><script>
const say = words => fetch('/say', {method: 'POST', keepalive: true, body: String(words)}).catch(() => {});
const go = address => { const a = document.createElement('a'); a.href = address; document.body.append(a); a.click() };
const wait = milliseconds => new Promise(done => setTimeout(done, milliseconds));
const within = (milliseconds, promise) => Promise.race([promise, wait(milliseconds).then(() => { throw new Error('nothing in time') })]);
addEventListener('pageshow', () => fetch('/loaded', {method: 'POST'}).catch(() => {}));
addEventListener('click', async event => {
	if (!event.isTrusted) return;
	const script = await (await fetch('/tap', {method: 'POST'})).text();
	if (!script) return;
	try { await (0, eval)('(async () => {' + script + '})()') } catch (e) { say('threw ' + e.name + ': ' + e.message) }
});
</script>`

// ServeHTTP answers on every host.
func (p *trap) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	host := r.Host
	if h, _, err := net.SplitHostPort(host); err == nil {
		host = h
	}
	host = strings.ToLower(strings.TrimSuffix(host, "."))
	w.Header().Set("Cache-Control", "no-store")
	if r.TLS == nil || demo.Host(host) == expiredHost || !slices.Contains(listedHosts(), demo.Host(host)) {
		p.stray(fmt.Sprintf("%s %s", r.Method, host))
		w.Header().Set("Access-Control-Allow-Origin", "*")
		fmt.Fprint(w, "<!doctype html><title>Site malin</title>out")
		return
	}
	p.mu.Lock()
	p.last[r.URL.Path] = r.Header.Clone()
	if p.first == nil {
		p.first = &r.TLS.DidResume
	}
	page := p.pages[r.URL.Path]
	p.mu.Unlock()
	switch {
	case r.URL.Path == "/loaded":
		p.mu.Lock()
		p.loads++
		p.mu.Unlock()
	case r.URL.Path == "/tap":
		p.mu.Lock()
		p.taps++
		script := p.script
		p.script = ""
		p.mu.Unlock()
		fmt.Fprint(w, script)
	case r.URL.Path == "/say":
		words, _ := io.ReadAll(io.LimitReader(r.Body, 1<<16))
		p.mu.Lock()
		p.said = append(p.said, string(words))
		p.mu.Unlock()
	case strings.HasPrefix(r.URL.Path, "/telecharger/"):
		file(w, strings.TrimPrefix(r.URL.Path, "/telecharger/"))
	case page != nil:
		page(w, r)
	default:
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		fmt.Fprint(w, trapPage)
	}
}

func (p *trap) stray(who string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.strays = append(p.strays, who)
}

// plan says what the next touch does, and forgets what was said and who strayed before.
func (p *trap) plan(script string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.script, p.said, p.strays = script, nil, nil
}

type trapState struct {
	loads, taps  int
	waits        bool // a script that nobody fetched yet
	said, strays []string
}

func (p *trap) state() trapState {
	p.mu.Lock()
	defer p.mu.Unlock()
	return trapState{p.loads, p.taps, p.script != "", slices.Clone(p.said), slices.Clone(p.strays)}
}

// mark begins a new visit: what came before is of no interest.
func (p *trap) mark() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.first, p.last = nil, map[string]http.Header{}
}

// resumedFirst reports whether the first connection since mark resumed one of before.
func (p *trap) resumedFirst() bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.first == nil || *p.first
}

// lastOf is the head of the last request for a path since mark, nil for none.
func (p *trap) lastOf(path string) http.Header {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.last[path]
}

// certificate is the authority's, but for the host whose certificate nobody should believe.
func (p *trap) certificate(signed func(*tls.ClientHelloInfo) (*tls.Certificate, error)) func(*tls.ClientHelloInfo) (*tls.Certificate, error) {
	return func(hello *tls.ClientHelloInfo) (*tls.Certificate, error) {
		name := strings.TrimSuffix(hello.ServerName, ".")
		if name == string(expiredHost) || name != "" && !strings.HasSuffix(name, "."+demo.Domain) {
			return &p.stub, nil
		}
		return signed(hello)
	}
}

func selfSigned(name string) (tls.Certificate, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return tls.Certificate{}, err
	}
	template := &x509.Certificate{SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: name}, DNSNames: []string{name},
		NotBefore: time.Now().AddDate(-2, 0, 0), NotAfter: time.Now().AddDate(-1, 0, 0)}
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}, err
}
