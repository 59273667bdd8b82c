package escapes_test

import (
	"strconv"
	"strings"
	"time"

	"borne/packaging/demo"
)

// Where a refusal stands in the counters.
const (
	notListed   = "refusal/host-not-listed"
	ipLiteral   = "refusal/ip-literal"
	scheme      = "refusal/scheme"
	malformed   = "refusal/malformed"
	portRefused = "refusal/port"
)

// addressCases lead the page itself somewhere else.
func addressCases() []attempt {
	var cases []attempt
	// A link that is touched, and a page that must be refused on the screen.
	for _, a := range []struct{ name, attempt, address, counts string }{
		{"unlisted", "A link to a site that is not listed", "https://malin.borne.test/", notListed},
		{"upper-case", "The same in upper case", "HTTPS://MALIN.BORNE.TEST/", notListed},
		{"trailing-dot", "The same with a trailing dot", "https://malin.borne.test./", notListed},
		{"userinfo", "A listed name as user-info before an unlisted one", "https://www.piege.borne.test@malin.borne.test/", malformed},
		{"userinfo-password", "A listed name and a password as user-info", "https://www.piege.borne.test:443@malin.borne.test/", malformed},
		{"suffix", "A name that ends as a listed one", suffixHost.URL("/"), notListed},
		{"prefix", "A name that begins as a listed one", prefixHost.URL("/"), notListed},
		{"subdomain", "A name below a listed one", "https://a.www.piege.borne.test/", notListed},
		{"parent", "The name above a listed one", "https://piege.borne.test/", notListed},
		{"homograph", "A name with a Cyrillic letter that looks Latin", "https://wwwа.piege.borne.test/", notListed},
		{"punycode", "The same in punycode", homographHost.URL("/"), notListed},
		{"full-width", "A name in full-width letters", "https://ｍａｌｉｎ.borne.test/", notListed},
		{"percent-dot", "A dot as %2e in the name", "https://malin%2eborne.test/", notListed},
		{"backslash", "Back-slashes instead of slashes", `https:\\malin.borne.test\`, notListed},
		{"backslash-userinfo", "A back-slash that one parser ends the host at, and another does not", `https://malin.borne.test\@www.piege.borne.test/`, notListed},
		{"tab", "A tab inside the name", "https://mal\tin.borne.test/", notListed},
		{"newline", "A newline inside the scheme and the name", "ht\ntps://mal\r\nin.borne.test/", notListed},
		{"slashes", "Too many slashes", "https:////malin.borne.test/", notListed},
		{"no-scheme", "No scheme", "//malin.borne.test/", notListed},
		{"other-port", "A listed name at another port", "https://www.piege.borne.test:8443/", portRefused},
		{"path", "A listed host outside its listed paths", pathHost.URL("/interdit"), notListed},
		{"path-dots", "Dots that leave the listed path", pathHost.URL("/permis/../interdit"), notListed},
		{"path-segment", "A path that begins as the listed one, and is another", pathHost.URL("/permisdetout"), notListed},
		{"supporting", "A page of a host that may only send files", filesHost.URL("/"), notListed},
		{"collector", "A page of an audience measurer", demo.Collector.URL("/"), "refusal/collector"},
		{"ip", "An address in figures", "https://" + trapAddress().String() + "/", ipLiteral},
		{"ip-decimal", "The same as one decimal number", "https://" + strconv.FormatUint(uint64(number()), 10) + "/", ipLiteral},
		{"ip-octal", "The same in octal", octal(), ipLiteral},
		{"ip-hex", "The same in hexadecimal", "https://0x" + strconv.FormatUint(uint64(number()), 16) + "/", ipLiteral},
		{"ip-short", "A short form of the loopback's address", "https://127.1/", ipLiteral},
		{"ip-zero", "The address zero", "https://0/", ipLiteral},
		{"ipv6", "An IPv6 address", "https://[2001:db8::1]/", ipLiteral},
		{"ipv6-loopback", "The IPv6 loopback", "https://[::1]/", ipLiteral},
		{"ipv6-mapped", "An IPv4 address inside an IPv6 one", "https://[::ffff:46.30.200.30]/", ipLiteral},
		{"ipv6-nat64", "An IPv4 address behind the NAT64 prefix", "https://[64:ff9b::46.30.200.30]/", ipLiteral},
		{"localhost", "The machine itself, by name", "https://localhost/", notListed},
		{"http-unlisted", "An unlisted page without encryption", "http://malin.borne.test/", scheme},
		{"ftp", "A file server", "ftp://malin.borne.test/", scheme},
		{"chrome-untrusted", "An internal page of the browser", "chrome-untrusted://print/", scheme},
		{"about", "The browser's own about pages", "about:settings", scheme},
		{"nul", "A NUL inside the name", "https://malin\x00.borne.test/", scheme},
		{"space", "A space inside the name", "https://malin .borne.test/", malformed},
		{"translate", "A listed page seen through a translation service", translatedHost.URL("/"), notListed},
		{"archive", "A listed page seen through an archive", "https://web.archive.org/web/https://www.piege.borne.test/", notListed},
		{"cache", "A listed page seen through a search engine's cache", "https://webcache.googleusercontent.com/search?q=cache:www.piege.borne.test", notListed},
		{"mailto", "A mail program", "mailto:quelqu'un@malin.borne.test", scheme},
		{"tel", "A telephone program", "tel:+33100000000", scheme},
		{"ssh", "A terminal", "ssh://malin.borne.test/", scheme},
		{"intent", "An Android intent", "intent://malin.borne.test/#Intent;scheme=https;end", scheme},
		{"handler", "A program that some other protocol opens", "steam://run/1", scheme},
		{"redirect", "A listed page that sends elsewhere", "/redirection?vers=https://malin.borne.test/", notListed},
		{"redirect-chain", "A chain of listed pages that ends elsewhere", "/redirection?vers=https%3A%2F%2Fautre.piege.borne.test%2Fredirection%3Fvers%3Dhttps%3A%2F%2Fmalin.borne.test%2F", notListed},
		{"redirect-ip", "A listed page that sends to an address in figures", "/redirection?vers=https://46.30.200.30/", ipLiteral},
		{"meta-refresh", "A page that refreshes itself to elsewhere", "/meta", notListed},
		{"refresh-header", "The same as a header of the answer", "/refresh", notListed},
	} {
		cases = append(cases, attempt{id: "addresses." + a.name, attempt: a.attempt, counts: a.counts,
			quick: strings.Contains(" unlisted userinfo suffix punycode ip-octal redirect-chain ", " "+a.name+" "),
			run: func(p *trial) {
				p.touch("go(" + quote(a.address) + ")")
				p.blocked()
			}})
	}
	for _, a := range []struct{ name, attempt, script string }{
		{"script", "A script that sets the page's location", "location.replace('https://malin.borne.test/')"},
		{"form", "A form that is sent elsewhere", `document.body.innerHTML = '<form method=post action="https://malin.borne.test/"><input name=a value=b></form>'; document.forms[0].submit()`},
		{"base", "A base address that turns every link of the page", `document.head.innerHTML = '<base href="https://malin.borne.test/">'; go('accueil')`},
		{"download-link", "A link that would be saved rather than opened", `const a = document.createElement('a'); a.href = 'https://malin.borne.test/x.pdf'; a.download = 'x.pdf'; document.body.append(a); a.click()`},
		{"top-from-frame", "A frame that leads its whole page elsewhere", `document.body.innerHTML = '<iframe src="/cadre-sortant"></iframe>'`},
	} {
		cases = append(cases, attempt{id: "addresses." + a.name, attempt: a.attempt, counts: notListed, run: func(p *trial) {
			p.touch(a.script)
			p.blocked()
		}})
	}
	return append(cases, quietAddresses()...)
}

// quietAddresses are refused without a page that says so: what they hold asks elsewhere, or nothing is gained.
func quietAddresses() []attempt {
	var cases []attempt
	for _, a := range []struct{ name, attempt, address string }{
		{"file", "A file of the machine", "file:///etc/passwd"},
		{"view-source", "The source of the page", "view-source:https://www.piege.borne.test/"},
		{"chrome", "The browser's settings", "chrome://settings/"},
		{"devtools", "The developer's tools", "devtools://devtools/bundled/inspector.html"},
		{"data", "A page written in its address", "data:text/html,<title>data</title><h1>data</h1>"},
		{"filesystem", "A page of the old file system of pages", "filesystem:https://www.piege.borne.test/temporary/a.html"},
	} {
		// The page's own process refuses: the page stays, and the console's word of it is counted.
		cases = append(cases, attempt{id: "addresses." + a.name, attempt: a.attempt, counts: scheme, quick: a.name == "file", run: func(p *trial) {
			p.touch("go(" + quote(a.address) + "); await wait(600); say(location.href + ' ' + document.title)")
			if said := p.heard(); said != trapHost.URL("/")+" Site piégé" {
				p.leak("the page became %q", said)
			}
		}})
	}
	return append(cases, []attempt{
		{id: "addresses.http-downgrade", attempt: "The listed page itself without encryption", uncounted: "it is asked for with encryption, and may be seen", run: func(p *trial) {
			p.must(p.fresh(p.ctx))
			before := p.trap.state().loads
			p.again("go('http://www.piege.borne.test/')")
			p.must(quickly(p.soon(8*time.Second), "the page over https", func() (bool, error) { return p.trap.state().loads > before, nil }))
		}},
		{id: "addresses.javascript", attempt: "A javascript: link into another window's page", uncounted: "a script that a page already runs; it gains nothing by it", run: func(p *trial) {
			said := p.says("go('javascript:say(document.domain)')")
			if said != string(trapHost) {
				p.leak("it ran as %q", said)
			}
		}},
		{id: "addresses.blob", attempt: "A page made of a blob, that then asks elsewhere", counts: notListed, run: func(p *trial) {
			p.touch(`go(URL.createObjectURL(new Blob(["<title>blob</title><script>fetch('https://malin.borne.test/').catch(() => {})</" + "script>"], {type: 'text/html'})))`)
			p.waitWindowOrNotice()
		}},
		{id: "addresses.about-blank", attempt: "An empty pop-up that the page writes another page into, which asks elsewhere", counts: notListed, run: func(p *trial) {
			p.touch(`const w = open('about:blank'); if (w) { w.document.write("<title>Caf</title><script>fetch('https://malin.borne.test/').catch(() => {})</" + "script>") } await wait(500); if (w) w.close(); else fetch('https://malin.borne.test/').catch(() => {})`)
		}},
		{id: "addresses.look-alike", attempt: "A path that looks like another site's address, by pushState", uncounted: "the address is never shown, so there is nothing to look like", run: func(p *trial) {
			if said := p.says("history.pushState(0, '', '/https://www.caf.borne.test/'); document.title = 'Caf'; say(location.origin)"); said != trapHost.URL("") {
				p.leak("the page became %q", said)
			}
		}},
		frame("embed-map", "A map of another site inside the page", "https://maps.example.com/embed"),
		frame("embed-video", "A video of another site inside the page", "https://www.youtube-nocookie.com/embed/x"),
		frame("embed-supporting", "A page of a file host inside the page", filesHost.URL("/page.html")),
	}...)
}

// frame looks into a frame that must stay empty.
func frame(name, what, address string) attempt {
	return attempt{id: "addresses." + name, attempt: what, uncounted: "a policy empties the frame; the page around it goes on, and nobody is told", run: func(p *trial) {
		p.touch(`document.body.innerHTML = '<iframe src="` + address + `"></iframe>'; await wait(700); say('framed')`)
		p.heard()
	}}
}

// waitWindowOrNotice gives a page that was opened the time to do what it came for.
func (p *trial) waitWindowOrNotice() {
	_ = quickly(p.soon(1500*time.Millisecond), "a page or a refusal", func() (bool, error) {
		now, err := p.bus.Snapshot(p.ctx)
		return err == nil && now.Notice != "", err
	})
}

// quote writes a text as a JavaScript string.
func quote(s string) string {
	return strings.ReplaceAll(strconv.QuoteToASCII(s), "\\a", "\\x07")
}

// number is the trap's address as one number.
func number() uint32 {
	b := trapAddress().As4()
	return uint32(b[0])<<24 | uint32(b[1])<<16 | uint32(b[2])<<8 | uint32(b[3])
}

// octal is an address of the trap, each part in octal.
func octal() string {
	var parts []string
	for _, b := range trapAddress().As4() {
		parts = append(parts, "0"+strconv.FormatUint(uint64(b), 8))
	}
	return "https://" + strings.Join(parts, ".") + "/"
}
